/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's ordering primitives as the kernel compiles them on x86: a load
 * or store that the compiler may not move, and a locked instruction. Nothing to
 * hold a thread at, unlike tests/unit/shim; the rest of that shim is used as it
 * is. bench/ring/same.sh compares the outcome with the module's.
 */
#ifndef SHIM_ATOMIC_H
#define SHIM_ATOMIC_H

#include <linux/types.h>

#define shim_barrier()		__asm__ volatile("" : : : "memory")

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))
#define data_race(x)		(x)

#define smp_load_acquire(p) ({						\
	__typeof__(*(p)) l_ = READ_ONCE(*(p));				\
	shim_barrier();							\
	l_; })

#define smp_store_release(p, v) do {					\
	shim_barrier();							\
	WRITE_ONCE(*(p), v);						\
} while (0)

#define smp_mb() \
	__asm__ volatile("lock; addl $0, -4(%%rsp)" : : : "memory", "cc")

/* What was there comes back; the caller compares, since asm cannot. */
#define cmpxchg(p, o, n) ({						\
	__typeof__(*(p)) was_ = (o);					\
	__asm__ volatile("lock; cmpxchg %2, %1"				\
			 : "+a"(was_), "+m"(*(p))			\
			 : "r"((__typeof__(*(p)))(n)) : "memory", "cc"); \
	was_; })

#define xchg(p, n) ({							\
	__typeof__(*(p)) new_ = (n);					\
	__asm__ volatile("xchg %0, %1" : "+r"(new_), "+m"(*(p)) : : "memory"); \
	new_; })

typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;

static inline int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static inline bool atomic_try_cmpxchg(atomic_t *v, int *old, int new)
{
	bool done;

	__asm__ volatile("lock; cmpxchg %3, %1"
			 : "=@ccz"(done), "+m"(v->counter), "+a"(*old)
			 : "r"(new) : "memory");
	return done;
}

static inline int atomic_xchg(atomic_t *v, int new)
{
	return xchg(&v->counter, new);
}

#endif
