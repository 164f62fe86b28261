/* SPDX-License-Identifier: GPL-2.0 */
/* The newest kernel, so that kernel/compat.h has nothing to make up for. */
#ifndef SHIM_VERSION_H
#define SHIM_VERSION_H

#define KERNEL_VERSION(a, b, c)	((a) << 16 | (b) << 8 | (c))
#define LINUX_VERSION_CODE	KERNEL_VERSION(6, 12, 0)

/* Of options none is on that has anything to do with us. */
#define IS_ENABLED(option)	0

#endif
