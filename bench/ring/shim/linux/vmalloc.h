/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_VMALLOC_H
#define SHIM_VMALLOC_H

#include <linux/slab.h>

#define __vmalloc(size, gfp)		shim_alloc_shared(size)
#define vfree(p)			shim_free_shared(p)

#endif
