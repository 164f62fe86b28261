// SPDX-License-Identifier: GPL-2.0
/*
 * A publisher stops before each of its instructions in turn, and another one
 * publishes. Do its events arrive? They do if BURST of them do; they do not if
 * none comes for PATIENCE, in which the other publisher had its share of a CPU.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>

#include "bench.h"
#include "figures.h"
#include "step.h"
#include "traffic.h"

#define BURST		16384
#define PATIENCE	10000000	/* ns */
#define SHARE		3000000

struct outcome {
	unsigned int stops;		/* instructions of publish */
	unsigned int survived;		/* stops at which others' events arrive */
	double worst;			/* events per second at the worst of them */
	bool first, after;		/* at the first; once all was released */
};

static uint64_t clock_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* Takes until enough came, or nothing comes any more. Returns events/s, or 0. */
static double watch(struct traffic *t)
{
	uint64_t start = clock_of(CLOCK_MONOTONIC), last = start, work, now;
	uint64_t events = 0;
	clockid_t other;
	bool enough;
	uint32_t n;

	pthread_getcpuclockid(t->producer[0].thread, &other);
	work = clock_of(other);
	while (events < BURST) {
		now = clock_of(CLOCK_MONOTONIC);
		/* Asked before the last look: we may be what had no CPU. */
		enough = now - last > PATIENCE && clock_of(other) - work > SHARE;
		n = traffic_take(t);
		events += n;
		if (n) {
			last = now;
			work = clock_of(other);
		} else if (enough) {
			return 0;
		}
	}
	return events * 1e9 / (clock_of(CLOCK_MONOTONIC) - start);
}

static double stop_at(const struct ring_ops *ops, unsigned int at, bool *after)
{
	void *ring = ops->open();
	struct traffic t;
	double rate;

	if (!step_begin(ops, ring, TRAFFIC_OTHER, at))
		fail("%s: publish has %u instructions now", ops->name, at);
	traffic_start(&t, ops, ring, 1, true);
	rate = watch(&t);
	step_release();
	while (!step_ended())
		traffic_take(&t);
	traffic_stop(&t);
	*after &= traffic_whole(&t) && t.others == 1;
	ops->close(ring);
	return rate;
}

static struct outcome sweep(const struct ring_ops *ops)
{
	struct outcome o = { .after = true };
	void *ring = ops->open();
	unsigned int at;
	double rate;

	o.stops = step_count(ops, ring, TRAFFIC_OTHER);
	ops->close(ring);
	for (at = 0; at < o.stops; at++) {
		rate = stop_at(ops, at, &o.after);
		o.survived += rate > 0;
		if (!at || rate < o.worst)
			o.worst = rate;
		if (!at)
			o.first = rate > 0;
	}
	return o;
}

static void record(const struct ring_ops *ops, const struct outcome *o)
{
	struct parameter stops = { "stops", o->stops };
	struct result *r;

	r = figure("ring/stopped", ops->name, "stops_survived", stops);
	sample_add(&r->sample, (double)o->survived / o->stops);
	r = figure("ring/stopped", ops->name, "events_per_second_at_worst_stop", stops);
	sample_add(&r->sample, o->worst);
}

/*
 * Controls: before its first instruction nobody is in anyone's way, so all
 * must go on; a ticket ring must not. And ours must, wherever it is stopped.
 */
static const char *wrong(const struct ring_ops *ops, const struct outcome *o)
{
	if (!o->stops || !o->first)
		return "others do not go on although it has not begun";
	if (!o->after)
		return "events were lost, or came twice";
	if (ops == &ring_ticket && o->survived == o->stops)
		return "a ticket ring goes on: stopped publishers are not seen";
	if ((ops == &ring_ours || ops == &ring_ours_credit) && o->survived != o->stops)
		return "others do not go on";
	return NULL;
}

bool bench_stopped(unsigned int samples)
{
	const char *what;
	bool fine = true;
	unsigned int i, s;

	step_setup();
	for (s = 0; s < samples; s++) {
		for (i = 0; rings[i] != &ring_none; i++) {
			struct outcome o = sweep(rings[i]);

			record(rings[i], &o);
			what = wrong(rings[i], &o);
			if (what) {
				fprintf(stderr, "%s: %s\n", rings[i]->name, what);
				fine = false;
			}
		}
	}
	return fine;
}
