// SPDX-License-Identifier: GPL-2.0
/*
 * The PV guest's /sbin/poweroff. Its kernel runs it once, when `xl shutdown`
 * asks for it. A C library would set up %fs first, and under QEMU's TCG a
 * process of a PV guest dies of that now and then; this one has none.
 */
#include <linux/reboot.h>
#include <sys/syscall.h>

void _start(void)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(SYS_reboot), "D"(LINUX_REBOOT_MAGIC1),
			   "S"(LINUX_REBOOT_MAGIC2),
			   "d"(LINUX_REBOOT_CMD_POWER_OFF)
			 : "rcx", "r11", "memory");
	for (;;)
		;
}
