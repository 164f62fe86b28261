/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's ordering primitives over the compiler's. A compare-and-swap that
 * fails orders nothing, here as there, so that TSan sees code that relies on it.
 *
 * Each is a place where a thread may be held: shim_step() comes before it. The
 * explorer puts store buffers between them and the memory (shim_tso).
 */
#ifndef SHIM_ATOMIC_H
#define SHIM_ATOMIC_H

#include <linux/types.h>
#include <tso.h>

/* Called, if set, before each access that another thread could notice. */
extern _Thread_local void (*shim_hook)(void);
/* Where that access stands, for who shows an order. */
extern _Thread_local const char *shim_function;
extern _Thread_local int shim_line;

#define shim_step() do {						\
	if (shim_hook) {						\
		shim_function = __func__;				\
		shim_line = __LINE__;					\
		shim_hook();						\
	}								\
} while (0)

#define shim_load_here(p, order) ({					\
	__auto_type l_ = __atomic_load_n((p), order);			\
	if (shim_tso)							\
		tso_load((p), &l_, sizeof(l_));				\
	l_; })

#define shim_load(p, order) ({						\
	shim_step();							\
	shim_load_here(p, order); })

#define shim_store(p, v, order) do {					\
	__typeof__(*(p)) v_ = (v);					\
	shim_step();							\
	if (shim_tso)							\
		tso_store((p), &v_, sizeof(v_));			\
	else								\
		__atomic_store_n((p), v_, order);			\
} while (0)

#define READ_ONCE(x)			shim_load(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)		shim_store(&(x), v, __ATOMIC_RELAXED)
#define data_race(x)			(x)
#define smp_load_acquire(p)		shim_load(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)		shim_store(p, v, __ATOMIC_RELEASE)

#define shim_cmpxchg(p, o, n, order) ({					\
	__auto_type p_ = (p);						\
	__typeof__(*p_) o_ = (o), n_ = (n);				\
	shim_step();							\
	if (shim_tso)							\
		tso_cmpxchg(p_, &o_, &n_, sizeof(o_),			\
			    (order) == __ATOMIC_SEQ_CST);		\
	else								\
		__atomic_compare_exchange_n(p_, &o_, n_, false, order,	\
					    __ATOMIC_RELAXED);		\
	o_; })
#define cmpxchg(p, o, n)		shim_cmpxchg(p, o, n, __ATOMIC_SEQ_CST)
#define cmpxchg_release(p, o, n)	shim_cmpxchg(p, o, n, __ATOMIC_RELEASE)
#define cmpxchg_relaxed(p, o, n)	shim_cmpxchg(p, o, n, __ATOMIC_RELAXED)

#define shim_try_cmpxchg(p, op, n, order) ({				\
	__auto_type op_ = (op);						\
	__typeof__(*op_) was_ = *op_;					\
	*op_ = shim_cmpxchg(p, was_, n, order);				\
	*op_ == was_; })
#define try_cmpxchg(p, op, n)						\
	shim_try_cmpxchg(p, op, n, __ATOMIC_SEQ_CST)
#define try_cmpxchg_relaxed(p, op, n)					\
	shim_try_cmpxchg(p, op, n, __ATOMIC_RELAXED)

/* One access, whoever else is there: nobody comes between its two halves. */
#define shim_rmw(p, expression) ({					\
	shim_step();							\
	if (shim_tso)							\
		tso_latest(p);						\
	(expression); })

#define xchg(p, n) \
	shim_rmw(p, __atomic_exchange_n((p), (n), __ATOMIC_SEQ_CST))

/* TSan knows no fences; a read-modify-write of one common word orders as much. */
extern int shim_fence;
#define smp_mb() do {							\
	if (shim_tso)							\
		tso_fence();						\
	else								\
		__atomic_fetch_add(&shim_fence, 0, __ATOMIC_SEQ_CST);	\
} while (0)

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

static inline int atomic_read_acquire(const atomic_t *v)
{
	return smp_load_acquire(&v->counter);
}

static inline int atomic_fetch_add(int i, atomic_t *v)
{
	return shim_rmw(&v->counter,
			__atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST));
}

static inline int atomic_fetch_or(int i, atomic_t *v)
{
	return shim_rmw(&v->counter,
			__atomic_fetch_or(&v->counter, i, __ATOMIC_SEQ_CST));
}

static inline int atomic_fetch_sub_release(int i, atomic_t *v)
{
	return shim_rmw(&v->counter,
			__atomic_fetch_sub(&v->counter, i, __ATOMIC_RELEASE));
}

static inline void atomic_sub(int i, atomic_t *v)
{
	shim_rmw(&v->counter,
		 __atomic_fetch_sub(&v->counter, i, __ATOMIC_RELAXED));
}

static inline void atomic64_inc(atomic64_t *v)
{
	shim_rmw(&v->counter,
		 __atomic_fetch_add(&v->counter, 1, __ATOMIC_SEQ_CST));
}

#endif
