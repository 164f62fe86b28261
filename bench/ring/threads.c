// SPDX-License-Identifier: GPL-2.0
/*
 * Publishers on threads of their own, the taker on one more: cycles of the time
 * stamp counter between one event that arrives and the next.
 *
 * Each publisher has ports of its own and goes through them in turn; a port
 * that was not taken yet is not published again. That is what limits a ring,
 * each in the same way, and none of them ever says that it is full.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#include <x86intrin.h>

#include "bench.h"
#include "cpus.h"
#include "figures.h"
#include "rings.h"
#include "traffic.h"

#define SHORT	2000000ULL	/* cycles */
#define LONG	100000000ULL	/* some turns of all threads on their CPUs */
#define TRIES	10000

static const unsigned int producers[] = { 1, 2, 4 };

#define NPRODUCERS (sizeof(producers) / sizeof(producers[0]))

/* From one delivery to another one, @length later or more. */
static double take_for(struct traffic *t, uint64_t length, uint64_t *events)
{
	uint64_t start, now;
	uint32_t n;

	while (!traffic_take(t))
		;
	start = __rdtsc();
	*events = 0;
	do {
		n = traffic_take(t);
		*events += n;
		now = __rdtsc();
	} while (!n || now - start < length);
	return (double)(now - start) / *events;
}

/*
 * Other programs want these CPUs too. As long as each thread may have its own,
 * a sample is taken again if one of them did not have it all the time.
 */
static double take_sample(struct traffic *t, uint64_t *events)
{
	unsigned int tries;
	double cycles;
	long before;

	if (t->yield)
		return take_for(t, LONG, events);
	for (tries = 0; tries < TRIES; tries++) {
		before = cpu_taken_away();
		cycles = take_for(t, SHORT, events);
		if (cpu_taken_away() == before)
			return cycles;
	}
	fail("this machine is too busy: no sample without a thread switched away");
}

static void sample(const struct ring_ops *ops, unsigned int n)
{
	bool crowded = n + 1 > (unsigned long)sysconf(_SC_NPROCESSORS_ONLN);
	struct result *r = figure("ring/threads", ops->name, "cycles_per_event",
				  (struct parameter){ "producers", n });
	struct traffic t;
	uint64_t events;
	cpu_set_t was;
	unsigned int i;

	r->parameter[1] = (struct parameter){ "oversubscribed", crowded };
	sched_getaffinity(0, sizeof(was), &was);
	traffic_start(&t, ops, ops->open(), n, crowded);
	if (!crowded) {
		cpu_pin(pthread_self(), 0);
		for (i = 0; i < n; i++)
			cpu_pin(t.producer[i].thread, i + 1);
	}
	take_for(&t, SHORT, &events);
	sample_add(&r->sample, take_sample(&t, &events));
	r->counts.events = events;
	traffic_stop(&t);
	pthread_setaffinity_np(pthread_self(), sizeof(was), &was);
	if (!traffic_whole(&t))
		fail("%s: %u publishers: events were lost, or came twice", ops->name, n);
	r->counts.drops = r->counts.duplicates = 0;
	ops->close(t.ring);
}

void bench_threads(unsigned int samples)
{
	unsigned int i, s, n;

	for (s = 0; s < samples; s++)
		for (n = 0; n < NPRODUCERS; n++)
			for (i = 0; rings[i] != &ring_none; i++)
				sample(rings[i], producers[n]);
}
