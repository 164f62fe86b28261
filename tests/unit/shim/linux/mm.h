/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_MM_H
#define SHIM_MM_H

#include <linux/slab.h>

#define get_zeroed_page(gfp)		((unsigned long)shim_alloc(PAGE_SIZE))
#define free_page(addr)			shim_free((void *)(addr))

#endif
