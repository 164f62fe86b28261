/* SPDX-License-Identifier: GPL-2.0 */
/* Allocators that can be told to fail, over those that sanitizers watch. */
#ifndef SHIM_SLAB_H
#define SHIM_SLAB_H

#include <linux/types.h>

#define PAGE_SIZE		4096UL
#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define __GFP_ZERO		0

/* The allocation that fails: 0 the next one, 1 the one after; -1 none. */
extern int shim_fail_at;
/* Allocations that were not given back. */
extern int shim_live;

void *shim_alloc(size_t size);
void shim_free(void *p);

#define kzalloc(size, gfp)		shim_alloc(size)
#define kmalloc(size, gfp)		shim_alloc(size)
#define kfree(p)			shim_free(p)

static inline size_t array_size(size_t n, size_t size)
{
	return n > SIZE_MAX / size ? SIZE_MAX : n * size;
}

#endif
