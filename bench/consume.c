// SPDX-License-Identifier: GPL-2.0
/*
 * The same stream of events through every way: sent, delivered, taken and
 * rearmed, sequence-checked.
 */
#include "bench.h"

#define RUNS	11
#define BATCH	64

static void one_sample(struct stream *s, struct result *take, struct result *whole)
{
	uint64_t start = now(), sent, done, calls;

	stream_send(s, 0, s->n);
	sent = now();
	calls = wrapped_calls;
	stream_drain(s, s->n, BATCH);
	done = now();
	take->counts.system_calls += wrapped_calls - calls;
	sample_add(&take->sample, (double)(done - sent - clock_overhead) / s->n);
	sample_add(&whole->sample, (double)(done - start - 2 * clock_overhead) / s->n);
}

/* Of both: it is one stream. */
static struct counts counts_of(const struct stream *s)
{
	struct counts c = COUNTS_NONE;

	c.events = s->total_got;
	c.drops = stream_lost(s);
	c.duplicates = s->duplicated + s->foreign;
	return c;
}

static void run_way(const struct benchmark *b, unsigned int value)
{
	struct result take = result_of(b, value), whole = take;
	static struct stream s;
	unsigned int i;
	int64_t calls;

	stream_open(&s, b->data, opt_ports);
	stream_send(&s, 0, s.n);
	stream_drain(&s, s.n, BATCH);
	s.total_got = 0;
	take.counts.system_calls = 0;
	for (i = 0; i < RUNS; i++)
		one_sample(&s, &take, &whole);
	calls = take.counts.system_calls;
	result_is_cost(&take);
	result_is_cost(&whole);
	whole.metric = environment.icount == 1 ? "instructions_with_notify" : "ns_with_notify";
	take.counts = whole.counts = counts_of(&s);
	take.counts.system_calls = calls;
	publish(&take);
	publish(&whole);
	stream_close(&s);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)

const struct benchmark bench_consume[] = {
	{ .name = "consume/lib", .text = "libxenevtchn, one event at a time",
	  .needs = NEEDS | NEEDS_LIB, .run = run_way, .data = &way_lib },
	{ .name = "consume/raw", .text = "read 4 bytes, write 4 bytes",
	  .needs = NEEDS, .run = run_way, .data = &way_raw },
	{ .name = "consume/batch", .text = "read() and write() of up to 64 ports",
	  .needs = NEEDS, .run = run_way, .data = &way_batch },
	{ .name = "consume/mapped", .text = "mapped ring, up to 64 events at a time",
	  .needs = NEEDS | NEEDS_RING, .run = run_way, .data = &way_mapped },
	{ 0 }
};
