/* SPDX-License-Identifier: GPL-2.0 */
/* ioctl() as a 32-bit program calls it. */
#ifndef INT80_H
#define INT80_H

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#define INT80_IOCTL	54

static inline long int80_ioctl(int fd, uint32_t cmd, uint32_t arg)
{
	long rc = INT80_IOCTL;

	asm volatile("int $0x80" : "+a"(rc) : "b"(fd), "c"(cmd), "d"(arg)
		     : "memory", "r8", "r9", "r10", "r11");
	rc = (int)rc;
	if (rc >= 0)
		return rc;
	errno = -rc;
	return -1;
}

/* A page that a 32-bit pointer can point to, or MAP_FAILED. */
static inline void *int80_page(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
}

#endif
