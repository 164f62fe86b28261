/* SPDX-License-Identifier: GPL-2.0 */
/* User memory that is always there. */
#ifndef SHIM_UACCESS_H
#define SHIM_UACCESS_H

#include <string.h>

#include <linux/slab.h>

#define access_ok(p, n)			((void)(p), (void)(n), true)
#define __put_user(v, p)		(*(p) = (v), 0)
#define get_user(v, p)			((v) = *(p), 0)
#define copy_from_user(to, from, n)	(memcpy(to, from, n), 0)
#define fault_in_safe_writeable(p, n)	((void)(p), (void)(n), (size_t)0)
#define pagefault_disable()		do { } while (0)
#define pagefault_enable()		do { } while (0)

#define IS_ERR(p)			(!(p))
#define PTR_ERR(p)			(-ENOMEM)

static inline void *memdup_user(const void *from, size_t n)
{
	void *p = shim_alloc(n);

	return p ? memcpy(p, from, n) : NULL;
}

#endif
