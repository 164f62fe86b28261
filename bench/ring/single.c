// SPDX-License-Identifier: GPL-2.0
/* One thread, by the clock: cycles of the time stamp counter for each event. */
#include <x86intrin.h>

#include "bench.h"
#include "cpus.h"
#include "figures.h"
#include "loops.h"

#define EVENTS	16384
#define TRIES	1000

static double cycles(const struct ring_ops *ops, void *ring, unsigned int burst)
{
	uint64_t start = __rdtsc();

	if (!loop(ops, ring, burst, EVENTS))
		fail("%s lost events", ops->name);
	return (double)(__rdtsc() - start) / EVENTS;
}

/* Of a run in which the CPU was ours all the time. */
static double whole(const struct ring_ops *ops, void *ring, unsigned int burst)
{
	unsigned int tries;
	double result;
	long before;

	for (tries = 0; tries < TRIES; tries++) {
		before = cpu_taken_away();
		result = cycles(ops, ring, burst);
		if (cpu_taken_away() == before)
			return result;
	}
	fail("this machine is too busy: no sample without being switched away");
}

static void sample(const struct ring_ops *ops, void *ring, unsigned int burst)
{
	struct result *r = figure("ring/single", ops->name, "cycles_per_event",
				  (struct parameter){ "burst", burst });

	/* The other rings have had the caches since: warm up. */
	cycles(ops, ring, burst);
	sample_add(&r->sample, whole(ops, ring, burst));
	r->counts.events = EVENTS;
}

/* In turn, so that a busy machine is so to all of them. */
void bench_single(unsigned int samples)
{
	void *ring[RINGS_MOST];
	unsigned int i, s, b;

	for (i = 0; rings[i]; i++)
		ring[i] = rings[i]->open();
	for (s = 0; s < samples; s++)
		for (b = 0; b < BURSTS; b++)
			for (i = 0; rings[i]; i++)
				sample(rings[i], ring[i], bursts[b]);
	for (i = 0; rings[i]; i++)
		rings[i]->close(ring[i]);
}
