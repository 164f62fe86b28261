// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <sched.h>
#include <string.h>

#include "bench.h"
#include "traffic.h"

static void relax(const struct traffic *t)
{
	if (t->yield)
		sched_yield();
	else
		__builtin_ia32_pause();
}

static void *producer(void *arg)
{
	struct producer *p = arg;
	struct traffic *t = p->traffic;
	uint64_t sent = 0, taken = 0;

	while (!__atomic_load_n(&t->stop, __ATOMIC_RELAXED)) {
		/* Its own copy first: the word itself is the taker's. */
		if (sent - taken == TRAFFIC_WINDOW) {
			taken = __atomic_load_n(&p->taken, __ATOMIC_ACQUIRE);
			if (sent - taken == TRAFFIC_WINDOW)
				relax(t);
			continue;
		}
		if (!t->ops->publish(t->ring, p->who * TRAFFIC_WINDOW +
					      sent % TRAFFIC_WINDOW))
			fail("%s says that it is full", t->ops->name);
		sent++;
	}
	p->sent = sent;
	return NULL;
}

void traffic_start(struct traffic *t, const struct ring_ops *ops, void *ring,
		   unsigned int n, bool yield)
{
	unsigned int i;

	memset(t, 0, sizeof(*t));
	t->ops = ops;
	t->ring = ring;
	t->n = n;
	t->yield = yield;
	for (i = 0; i < n; i++) {
		t->producer[i].traffic = t;
		t->producer[i].who = i;
		if (pthread_create(&t->producer[i].thread, NULL, producer,
				   &t->producer[i]))
			fail("no more threads");
	}
}

uint32_t traffic_take(struct traffic *t)
{
	uint32_t ports[RING_SLOTS], i, n = t->ops->take_all(t->ring, ports, RING_SLOTS);
	uint64_t taken[TRAFFIC_MOST];

	for (i = 0; i < t->n; i++)
		taken[i] = t->producer[i].taken;
	for (i = 0; i < n; i++) {
		uint32_t who = ports[i] / TRAFFIC_WINDOW;

		if (ports[i] == TRAFFIC_OTHER)
			t->others++;
		else if (who >= t->n || ports[i] % TRAFFIC_WINDOW !=
					taken[who]++ % TRAFFIC_WINDOW)
			t->wrong++;
	}
	/* All of a batch are given back at once, as rearm does. */
	for (i = 0; i < t->n; i++)
		if (t->producer[i].taken != taken[i])
			__atomic_store_n(&t->producer[i].taken, taken[i],
					 __ATOMIC_RELEASE);
	if (!n)
		relax(t);
	return n;
}

void traffic_stop(struct traffic *t)
{
	unsigned int i;

	__atomic_store_n(&t->stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < t->n; i++)
		while (pthread_tryjoin_np(t->producer[i].thread, NULL))
			traffic_take(t);
	while (traffic_take(t))
		;
}

bool traffic_whole(const struct traffic *t)
{
	unsigned int i;

	for (i = 0; i < t->n; i++)
		if (t->producer[i].taken != t->producer[i].sent)
			return false;
	return !t->wrong;
}
