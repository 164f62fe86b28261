/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A store buffer for each thread, as x86 has one: a store waits in it, in
 * order, and only its own thread sees it; a locked instruction or a fence
 * empties it. When it reaches memory otherwise is for the explorer to choose:
 * see explore.h.
 *
 * Weaker than x86 in two ways, to stay with what the kernel's memory model
 * promises: a compare-and-swap that fails empties nothing, and one that is not
 * fully ordered leaves its own store in the buffer.
 *
 * Unmarked accesses go straight to memory. They must be under a lock, or of
 * something that no other thread can find yet; TSan sees to that.
 */
#ifndef SHIM_TSO_H
#define SHIM_TSO_H

#include <stdbool.h>
#include <stddef.h>

/* A thread of the explorer is running. Programs for sanitizers have none. */
#ifdef EXPLORER
extern bool shim_tso;
#else
#define shim_tso false
#endif

void tso_load(const void *p, void *value, size_t size);
void tso_store(void *p, const void *value, size_t size);
/* @old becomes what was found. */
void tso_cmpxchg(void *p, void *old, const void *new, size_t size, bool full);
/* Our own stores reach memory: with the access that comes next, or by now. */
void tso_drain(void);
/* The same where there is none: others may run before. */
void tso_fence(void);
/* So do another thread's, whom we waited for. */
void tso_visible(int thread);
/* So do all to @p, whoever made them: before a read-modify-write of it. */
void tso_latest(const void *p);

struct rcu_head;

/* RCU and free() for the explorer's threads: none uses what is gone. */
void tso_rcu_read_lock(void);
void tso_rcu_read_unlock(void);
void tso_synchronize_rcu(void);
void tso_free(void *p);
void tso_free_rcu(void *p);
void tso_call_rcu(struct rcu_head *head, void (*fn)(struct rcu_head *head));

#endif
