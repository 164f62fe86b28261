/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a handful of short threads in every order, access by access, with no
 * more than a given number of preemptions. Sequentially consistent: what the
 * compiler and the machine may reorder is for TSan and the litmus tests.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "ring_test.h"

#define EXPLORE_THREADS 4

struct scenario {
	void (*begin)(void);
	void (*thread[EXPLORE_THREADS])(void);
	/* After each access of any thread. */
	void (*always)(void);
	/* When all but thread @rest are through; @rest stands still somewhere. */
	void (*all_but)(int rest);
	void (*end)(void);
	int preemptions;
};

void explore(const struct scenario *scenario);

/*
 * For a thread: sleep until somebody calls explore_wake() with its number, be
 * it before, but after explore_queue().
 */
void explore_queue(void);
void explore_sleep(void);
void explore_wake(int thread);
int explore_self(void);

#endif
