/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's ordering primitives over the compiler's. A compare-and-swap that
 * fails orders nothing, here as there, so that TSan sees code that relies on it.
 *
 * Each is a place where a thread may be held: shim_step() comes before it.
 */
#ifndef SHIM_ATOMIC_H
#define SHIM_ATOMIC_H

#include <linux/types.h>

/* Called, if set, before each access that another thread could notice. */
extern _Thread_local void (*shim_hook)(void);

static inline void shim_step(void)
{
	if (shim_hook)
		shim_hook();
}

#define READ_ONCE(x) \
	({ shim_step(); __atomic_load_n(&(x), __ATOMIC_RELAXED); })
#define WRITE_ONCE(x, v) do {						\
	__typeof__(x) v_ = (v);						\
	shim_step();							\
	__atomic_store_n(&(x), v_, __ATOMIC_RELAXED);			\
} while (0)
#define data_race(x) (x)

#define smp_load_acquire(p) \
	({ shim_step(); __atomic_load_n((p), __ATOMIC_ACQUIRE); })
#define smp_store_release(p, v) do {					\
	__typeof__(*(p)) v_ = (v);					\
	shim_step();							\
	__atomic_store_n((p), v_, __ATOMIC_RELEASE);			\
} while (0)

#define shim_cmpxchg(p, o, n, order) ({					\
	__auto_type p_ = (p);						\
	__typeof__(*p_) o_ = (o), n_ = (n);				\
	shim_step();							\
	__atomic_compare_exchange_n(p_, &o_, n_, false, order,		\
				    __ATOMIC_RELAXED);			\
	o_; })
#define cmpxchg(p, o, n)		shim_cmpxchg(p, o, n, __ATOMIC_SEQ_CST)
#define cmpxchg_release(p, o, n)	shim_cmpxchg(p, o, n, __ATOMIC_RELEASE)
#define cmpxchg_relaxed(p, o, n)	shim_cmpxchg(p, o, n, __ATOMIC_RELAXED)

#define try_cmpxchg(p, op, n) ({					\
	__auto_type op_ = (op);						\
	__typeof__(*op_) was_ = *op_;					\
	*op_ = cmpxchg(p, was_, n);					\
	*op_ == was_; })

#define xchg(p, n) \
	({ shim_step(); __atomic_exchange_n((p), (n), __ATOMIC_SEQ_CST); })

/* TSan knows no fences; a read-modify-write of one common word orders as much. */
extern int shim_fence;
/* No place to hold a thread: the access after it is one. */
#define smp_mb() \
	((void)__atomic_fetch_add(&shim_fence, 0, __ATOMIC_SEQ_CST))

typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;

#define ATOMIC_INIT(i)	{ (i) }

static inline int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static inline void atomic_set(atomic_t *v, int i)
{
	WRITE_ONCE(v->counter, i);
}

static inline bool atomic_try_cmpxchg(atomic_t *v, int *old, int new)
{
	return try_cmpxchg(&v->counter, old, new);
}

static inline int atomic_xchg(atomic_t *v, int new)
{
	return xchg(&v->counter, new);
}

#endif
