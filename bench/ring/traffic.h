/* SPDX-License-Identifier: GPL-2.0 */
/* Threads that publish, and how to know that each event came, once, in order. */
#ifndef EVTBENCH_TRAFFIC_H
#define EVTBENCH_TRAFFIC_H

#include <pthread.h>

#include "rings.h"

#define TRAFFIC_MOST	4	/* threads */
#define TRAFFIC_WINDOW	32	/* ports of each: so many events on their way */
/* The first port that is nobody's: for who stands still. */
#define TRAFFIC_OTHER	(TRAFFIC_MOST * TRAFFIC_WINDOW)

struct traffic;

struct producer {
	struct traffic *traffic;
	pthread_t thread;
	unsigned int who;
	uint64_t sent;		/* its own, until it has ended */
	/* The taker's. */
	uint64_t taken __attribute__((aligned(CACHE_LINE)));
} __attribute__((aligned(CACHE_LINE)));

struct traffic {
	const struct ring_ops *ops;
	void *ring;
	unsigned int n;
	bool yield;		/* there are more threads than CPUs */
	uint64_t wrong;		/* entries that should not have come then */
	uint64_t others;	/* entries with TRAFFIC_OTHER */
	bool stop __attribute__((aligned(CACHE_LINE)));
	struct producer producer[TRAFFIC_MOST];
};

void traffic_start(struct traffic *t, const struct ring_ops *ops, void *ring,
		   unsigned int n, bool yield);
/* Takes what is there. Returns how many. */
uint32_t traffic_take(struct traffic *t);
/* Ends the threads, taking what they publish meanwhile, and all that is left. */
void traffic_stop(struct traffic *t);
/* Has each event come once and in order? */
bool traffic_whole(const struct traffic *t);

#endif
