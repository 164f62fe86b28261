/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_KCSAN_CHECKS_H
#define SHIM_KCSAN_CHECKS_H

#define ASSERT_EXCLUSIVE_WRITER(var)	((void)0)
#define ASSERT_EXCLUSIVE_ACCESS(var)	((void)0)

#endif
