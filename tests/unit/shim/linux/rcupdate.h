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

#define rcu_dereference(p)		smp_load_acquire(&(p))
#define rcu_assign_pointer(p, v)	smp_store_release(&(p), v)

#endif
