/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a handful of short threads in every order, access by access, with no
 * more than a given number of preemptions: switches away from a thread that
 * could have gone on. On top of each order comes every moment at which a store
 * may leave its thread's buffer (shim/tso.h). Only moments that differ to
 * somebody count: a store is made visible, or not yet, just before another
 * thread touches its address. There is no bound on these.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "ring_test.h"

#define EXPLORE_THREADS 4
#define ORDERS_LIMIT 60	/* seconds */

struct scenario {
	void (*begin)(void);
	void (*thread[EXPLORE_THREADS])(void);
	/* After each access of any thread. */
	void (*always)(void);
	/* When all but thread @rest are through; @rest stands still somewhere. */
	void (*all_but)(int rest);
	/*
	 * When the others are through or asleep, and @rest stands still
	 * somewhere; not asked of @taker, without whom little happens.
	 */
	void (*still)(int rest);
	int taker;
	/* When all are through, and all their stores are visible. */
	void (*end)(void);
	int preemptions;
};

void explore(const struct scenario *scenario);

/* For what stands between the threads. One of @n; the search takes all. */
int explore_choose(int n);
int explore_self(void);

/*
 * For a thread: sleep until somebody calls explore_wake() with its number, be
 * it before, but after explore_queue().
 */
void explore_queue(void);
void explore_sleep(void);
void explore_wake(int thread);

/*
 * The same for one that has just seen that it must wait, for a lock say, and
 * until somebody says that it need not.
 */
void explore_block(const void *on);
void explore_unblock(const void *on);

/* For one that spins: until another has made an access, if any can. */
void explore_step_aside(void);
/* Until it is over nobody else makes one. */
void explore_hurry(bool on);

/* tso.c: before an order begins, around each stretch of a thread, at its end. */
void tso_begin(void);
void tso_enter(int thread);
void tso_leave(int thread);
void tso_drain_all(void);

#endif
