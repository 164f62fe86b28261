// SPDX-License-Identifier: GPL-2.0
/* A busy consumer of the mapped ring: taking alone, while events wait. */
#include <evtmmap.h>

#include "bench.h"

struct taken {
	unsigned int n;
	uint64_t sum;		/* of the ports: shows that all were looked at */
};

static struct taken taken;

/* A busy consumer: looks at every event, in place, and gives the span back. */
static __attribute__((noinline)) struct taken take_all(struct stream *s,
						       unsigned int batch)
{
	const struct evtmmap_event *ev;
	struct taken t = { 0 };
	unsigned int i, n;

	while ((n = mapped_peek(s, &ev, batch)) != 0) {
		for (i = 0; i < n; i++)
			t.sum += ev[i].port;
		mapped_release(s, n);
		t.n += n;
	}
	return t;
}

/* The same, an event at a time. */
static __attribute__((noinline)) struct taken take_next(struct stream *s,
							unsigned int batch)
{
	struct taken t = { 0 };
	int port;

	(void)batch;
	while ((port = evtmmap_next(s->handle)) > 0) {
		t.sum += (unsigned int)port;
		t.n++;
	}
	return t;
}

/* What was taken without stream_got() is checked, booked and rearmed here. */
static void settle(struct stream *s, unsigned int first, unsigned int count)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = first; i < first + count; i++) {
		sum += s->port[i];
		stream_got(s, s->port[i]);
	}
	if (taken.n != count || taken.sum != sum)
		die("mapped ring: took %u of %u events", taken.n, count);
	mapped_rearm(s, s->port + first, count);
}

unsigned int mapped_take_only(struct stream *s, unsigned int batch)
{
	taken = take_all(s, batch);
	return taken.n;
}

void mapped_rearm_all(struct stream *s)
{
	settle(s, 0, s->n);
}

/* A burst of events waits; what is timed is taking them. */
struct burst {
	struct stream *s;
	unsigned int first, n;
	struct taken (*take)(struct stream *s, unsigned int batch);
};

static void send_burst(void *arg)
{
	struct burst *b = arg;

	stream_send(b->s, b->first, b->n);
}

static void take_burst(void *arg)
{
	struct burst *b = arg;

	taken = b->take(b->s, b->n);
}

/* The next one is of other ports. */
static void settle_burst(void *arg)
{
	struct burst *b = arg;

	settle(b->s, b->first, b->n);
	b->first = b->first + 2 * b->n <= b->s->n ? b->first + b->n : 0;
}

static const struct steps taking = { send_burst, take_burst, settle_burst };

static void run_burst(const struct benchmark *b, unsigned int value,
		      struct taken (*take)(struct stream *, unsigned int))
{
	static struct stream s;
	struct burst burst = { .s = &s, .n = value, .take = take };

	if (opt_ports < value)
		return;
	stream_open(&s, &way_mapped, opt_ports);
	measure_publish(b, value, &taking, &burst, value);
	stream_close(&s);
}

static void run_take(const struct benchmark *b, unsigned int value)
{
	run_burst(b, value, take_all);
}

static void run_next(const struct benchmark *b, unsigned int value)
{
	run_burst(b, value, take_next);
}

static void send_all(void *arg)
{
	struct stream *s = arg;

	stream_send(s, 0, s->n);
}

static void take_and_settle(void *arg)
{
	struct stream *s = arg;

	taken = take_all(s, s->n);
	mapped_rearm_all(s);
}

static void run_notify(const struct benchmark *b, unsigned int value)
{
	static const struct steps steps = { NULL, send_all, take_and_settle };
	static struct stream s;

	stream_open(&s, &way_mapped, opt_ports);
	measure_publish(b, value, &steps, &s, s.n);
	stream_close(&s);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_RING | NEEDS_ONE_CPU)

const struct benchmark bench_mapped[] = {
	{ .name = "mapped/take", .text = "taking an event where it lies, several waiting",
	  .needs = NEEDS, .parameter = "burst", .value = { 64, 1024 }, .run = run_take },
	{ .name = "mapped/next", .text = "taking an event, one by one",
	  .needs = NEEDS, .parameter = "burst", .value = { 64 }, .run = run_next },
	{ .name = "mapped/notify", .text = "NOTIFY, upcall and handler",
	  .needs = NEEDS, .run = run_notify },
	{ 0 }
};
