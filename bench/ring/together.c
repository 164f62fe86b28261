// SPDX-License-Identifier: GPL-2.0
/*
 * Publishers only, each on a CPU of its own, all at the same time: cycles of
 * the time stamp counter for each publish, as the publisher sees it. They begin
 * a round together, and one of them takes all of it out before the next.
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

#define ROUNDS	10		/* few: a CPU must not be taken away in them */
#define MOST	8		/* publishers */
#define TRIES	10000
#define LONG	10000		/* looks, after which another program may look */

struct member {
	struct group *group;
	pthread_t thread;
	unsigned int who;
	uint64_t cycles;	/* in publish, of all rounds */
};

struct group {
	const struct ring_ops *ops;
	void *ring;
	unsigned int n;
	unsigned int batch;	/* publishes of each in a round */
	struct member member[MOST];
	/* Rounds that may begin, and publishers that ended theirs. */
	unsigned int begin __attribute__((aligned(CACHE_LINE)));
	unsigned int ended __attribute__((aligned(CACHE_LINE)));
};

static void await(const unsigned int *word, unsigned int value)
{
	unsigned int looks = 0;

	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value) {
		if (++looks % LONG == 0)
			sched_yield();
		__builtin_ia32_pause();
	}
}

static void publish_batch(struct member *m)
{
	struct group *g = m->group;
	uint32_t first = m->who * g->batch, i;
	bool fine = true;
	uint64_t start;

	start = __rdtsc();
	for (i = 0; i < g->batch; i++)
		fine &= g->ops->publish(g->ring, first + i);
	m->cycles += __rdtsc() - start;
	if (!fine)
		fail("%s says that it is full", g->ops->name);
	__atomic_fetch_add(&g->ended, 1, __ATOMIC_RELEASE);
}

static void *member(void *arg)
{
	struct member *m = arg;
	unsigned int round;

	for (round = 1; round <= ROUNDS; round++) {
		await(&m->group->begin, round);
		publish_batch(m);
	}
	return NULL;
}

/* All of a round, before the next one. */
static void take_round(struct group *g)
{
	uint32_t ports[RING_SLOTS];

	if (g->ops->take_all(g->ring, ports, RING_SLOTS) != g->n * g->batch)
		fail("%s lost events", g->ops->name);
}

static void lead(struct group *g)
{
	unsigned int round;

	for (round = 1; round <= ROUNDS; round++) {
		__atomic_store_n(&g->begin, round, __ATOMIC_RELEASE);
		publish_batch(&g->member[0]);
		await(&g->ended, round * g->n);
		take_round(g);
	}
}

static double run(struct group *g)
{
	uint64_t cycles = 0;
	unsigned int i;

	g->begin = g->ended = 0;
	for (i = 0; i < g->n; i++)
		g->member[i] = (struct member){ .group = g, .who = i };
	for (i = 1; i < g->n; i++) {
		if (pthread_create(&g->member[i].thread, NULL, member, &g->member[i]))
			fail("no more threads");
		cpu_pin(g->member[i].thread, i);
	}
	lead(g);
	for (i = 1; i < g->n; i++)
		pthread_join(g->member[i].thread, NULL);
	for (i = 0; i < g->n; i++)
		cycles += g->member[i].cycles;
	return (double)cycles / ROUNDS / g->n / g->batch;
}

static void sample(const struct ring_ops *ops, unsigned int n)
{
	struct result *r = figure("ring/publish", ops->name, "cycles_per_event",
				  (struct parameter){ "producers", n });
	struct group g = { .ops = ops, .ring = ops->open(), .n = n,
			   .batch = RING_PORTS / n };
	unsigned int tries;
	double cycles;
	long before;

	run(&g);
	for (tries = 0; tries < TRIES; tries++) {
		before = cpu_taken_away();
		cycles = run(&g);
		if (cpu_taken_away() == before)
			break;
	}
	if (tries == TRIES)
		fail("this machine is too busy: no sample without a thread switched away");
	sample_add(&r->sample, cycles);
	r->counts.events = (uint64_t)ROUNDS * n * g.batch;
	r->counts.drops = 0;
	ops->close(g.ring);
}

void bench_together(unsigned int samples)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN), i, s, n;
	cpu_set_t was;

	sched_getaffinity(0, sizeof(was), &was);
	cpu_pin(pthread_self(), 0);
	for (s = 0; s < samples; s++)
		for (n = 1; n <= cpus && n <= MOST; n *= 2)
			for (i = 0; rings[i] != &ring_none; i++)
				sample(rings[i], n);
	sched_setaffinity(0, sizeof(was), &was);
}
