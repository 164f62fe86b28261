/* SPDX-License-Identifier: GPL-2.0 */
/*
 * RCU with a real grace period, so that a use after free is one: readers note
 * the period they began in, and whoever frees waits for those of earlier ones.
 */
#ifndef SHIM_RCUPDATE_H
#define SHIM_RCUPDATE_H

#include <linux/atomic.h>

void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
#define synchronize_rcu_expedited()	synchronize_rcu()

struct rcu_head {
	void *unused[2];
};

/* Freed after a grace period. Among the explorer's threads nobody waits for it. */
void shim_free_rcu(void *p);
#define kfree_rcu(p, head)		shim_free_rcu(p)
void call_rcu(struct rcu_head *head, void (*fn)(struct rcu_head *head));
/* Nobody here trims so often that it would matter. */
#define get_state_synchronize_rcu()	0UL
#define cond_synchronize_rcu(state)	((void)(state))

#define rcu_dereference(p)		smp_load_acquire(&(p))
/* No place to hold a thread: these are of what cannot change meanwhile. */
#define rcu_dereference_raw(p)		shim_load_here(&(p), __ATOMIC_ACQUIRE)
#define rcu_access_pointer(p)		shim_load_here(&(p), __ATOMIC_RELAXED)
#define rcu_assign_pointer(p, v)	smp_store_release(&(p), v)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)

#endif
