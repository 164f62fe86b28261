/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_PAGEMAP_H
#define SHIM_PAGEMAP_H

#define pagefault_disable()		do { } while (0)
#define pagefault_enable()		do { } while (0)

#endif
