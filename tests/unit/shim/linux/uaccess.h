/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_UACCESS_H
#define SHIM_UACCESS_H

#define get_user(v, p)	((v) = *(p), 0)

#endif
