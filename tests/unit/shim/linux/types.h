/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's short names for types, on the host. */
#ifndef SHIM_TYPES_H
#define SHIM_TYPES_H

#include_next <linux/types.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define U32_MAX		((u32)~0U)
#define ____cacheline_aligned_in_smp	__attribute__((aligned(64)))
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)
#define static_assert(cond)	_Static_assert(cond, #cond)
#define upper_32_bits(n)	((u32)((n) >> 32))
#define lower_32_bits(n)	((u32)(n))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define min(a, b)	({ __auto_type a_ = (a); __auto_type b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b)	({ __auto_type a_ = (a); __auto_type b_ = (b); a_ > b_ ? a_ : b_; })
#define min_t(t, a, b)	min((t)(a), (t)(b))
#define round_down(a, n)	((a) & ~((__typeof__(a))(n) - 1))
#define unlikely(cond)	(cond)
#define noinline	__attribute__((__noinline__))
#define lockdep_assert_held(lock)	do { } while (0)
#define __rcu
#define __user

#endif
