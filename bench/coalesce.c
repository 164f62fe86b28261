// SPDX-License-Identifier: GPL-2.0
/*
 * Events at a given rate, and a consumer that has itself woken when some are
 * there or some time is over: how long an event waits, and how many wake-ups it
 * takes. The time counts from when the consumer goes to sleep.
 */
#include <evtmmap.h>

#include "bench.h"

#define RATE	1000
#define HOLD_US	20000
#define EVENTS	4000

static unsigned int least;	/* events that are worth a wake-up */
static uint64_t wakeups;

/* What binding delivers is not counted. */
static void enter_wait(struct stream *s, int milliseconds)
{
	int64_t ns = least > 1 ? HOLD_US * 1000LL : milliseconds * 1000000LL;
	int ret = evtmmap_submit_wait(s->handle, least, ns);

	if (ret < 0)
		die("evtmmap_submit_wait: %s", evtmmap_strerror(ret));
	wakeups += s->on_got != NULL;
}

static const struct way way_enter = {
	.key = "enter", .title = "ENTER with a least number of events, and a time-out",
	.open = mapped_open, .bind = mapped_bind, .take = mapped_take,
	.wait = enter_wait, .close = mapped_close,
};

/* poll() knows of no such number. */

static void read_wait(struct stream *s, int milliseconds)
{
	raw_wait(s, milliseconds);
	wakeups += s->on_got != NULL;
}

static const struct way way_read = {
	.key = "read", .title = "poll(), read() and write()",
	.open = raw_open, .bind = raw_bind, .take = batch_take,
	.wait = read_wait, .close = raw_close,
};

static struct result named(const struct benchmark *b, unsigned int value)
{
	struct result r = result_of(b, value);
	unsigned int i = value ? 1 : 0;

	r.parameter[i++] = (struct parameter){ "rate", RATE };
	if (value > 1)
		r.parameter[i] = (struct parameter){ "hold_us", HOLD_US };
	return r;
}

static void run_coalesce(const struct benchmark *b, unsigned int value)
{
	struct result waited = named(b, value), woken = named(b, value);

	least = value;
	wakeups = 0;
	latency_measure(&waited, b->data, RATE, EVENTS);
	if (!waited.counts.events)
		die("%s: no events", b->name);
	publish(&waited);
	woken.metric = "wakeups_per_event";
	woken.unit = "wakeups";
	woken.counts.events = waited.counts.events;
	sample_add(&woken.sample, (double)wakeups / waited.counts.events);
	publish(&woken);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_CPUS)

const struct benchmark bench_coalesce[] = {
	{ .name = "coalesce/read", .text = "waiting and wake-ups of an event: poll(), read()",
	  .needs = NEEDS, .run = run_coalesce, .data = &way_read },
	{ .name = "coalesce/enter", .text = "... ENTER, until some are there or time is over",
	  .needs = NEEDS | NEEDS_RING, .parameter = "events", .value = { 1, 4, 16, 64 },
	  .run = run_coalesce, .data = &way_enter },
	{ 0 }
};
