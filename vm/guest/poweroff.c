// SPDX-License-Identifier: GPL-2.0
/*
 * The PV guest's /sbin/poweroff. Its kernel runs it once, when `xl shutdown`
 * asks for it. Busybox died now and then where its C library begins, before
 * vm/boot.sh had Xen switch vector registers at once; this one uses none.
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
