/* SPDX-License-Identifier: GPL-2.0 */
/* Memory for a ring; slots are shared, so that they can be mapped again. */
#ifndef SHIM_SLAB_H
#define SHIM_SLAB_H

#include <linux/types.h>

#define PAGE_SIZE		4096UL
#define GFP_KERNEL_ACCOUNT	0
#define __GFP_ZERO		0
#define __GFP_NOWARN		0

void *shim_alloc(size_t size);
void shim_free(void *p);
void *shim_alloc_shared(size_t size);
void shim_free_shared(void *p);
/* The same pages a second time, twice in a row, as the driver maps them. */
const void *shim_map_twice(void *p, size_t size);
void shim_unmap_twice(const void *at, size_t size);

#define kzalloc(size, gfp)		shim_alloc(size)
#define kfree(p)			shim_free(p)

static inline size_t array_size(size_t n, size_t size)
{
	return n * size;
}

#endif
