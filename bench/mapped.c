// SPDX-License-Identifier: GPL-2.0
/*
 * The mapped ring, through libevtmmap.  Its fallback on a driver without one
 * is of no interest here: that is what the classic ways measure.
 */
#include <stdio.h>

#include <evtmmap.h>

#include "bench.h"

#define RUNS	9

static bool mapped_open(struct stream *s)
{
	struct evtmmap *h;
	int ret = evtmmap_open(&h, NULL);

	if (ret < 0)
		die("evtmmap_open: %s", evtmmap_strerror(ret));
	if (!evtmmap_is_mapped(h)) {
		evtmmap_close(h);
		return false;
	}
	s->handle = h;
	s->rx = evtmmap_fd(h);
	return true;
}

static unsigned int mapped_bind(struct stream *s, unsigned int peer)
{
	int port = evtmmap_bind_interdomain(s->handle, 0, peer);

	if (port < 0)
		die("evtmmap_bind_interdomain: %s", evtmmap_strerror(port));
	return port;
}

static unsigned int peek(struct stream *s, const struct evtmmap_event **ev,
			 unsigned int max)
{
	int n = evtmmap_peek(s->handle, ev);

	if (n < 0)
		die("evtmmap_peek: %s", evtmmap_strerror(n));
	return (unsigned int)n < max ? (unsigned int)n : max;
}

static void release(struct stream *s, unsigned int n)
{
	int ret = evtmmap_release(s->handle, n);

	if (ret < 0)
		die("evtmmap_release: %s", evtmmap_strerror(ret));
}

static void rearm(struct stream *s, const uint32_t *ports, unsigned int n)
{
	int ret = evtmmap_rearm_many(s->handle, ports, n);

	if (ret != (int)n)
		die("evtmmap_rearm_many: %d of %u", ret, n);
}

static unsigned int mapped_take(struct stream *s, unsigned int max)
{
	const struct evtmmap_event *ev;
	unsigned int i, n = peek(s, &ev, max);

	if (!n)
		return 0;
	for (i = 0; i < n; i++)
		s->buf[i] = ev[i].port;
	release(s, n);
	rearm(s, s->buf, n);
	for (i = 0; i < n; i++)
		stream_got(s, s->buf[i]);
	return n;
}

static void mapped_wait(struct stream *s, int milliseconds)
{
	evtmmap_wait(s->handle, milliseconds * 1000000LL);
}

static void mapped_close(struct stream *s)
{
	evtmmap_close(s->handle);
}

const struct way way_mapped = {
	.key = "mapped", .title = "mapped ring, up to 64 events at a time",
	.open = mapped_open, .bind = mapped_bind, .take = mapped_take,
	.wait = mapped_wait, .close = mapped_close,
};

static struct taken {
	unsigned int n;
	uint64_t sum;		/* of the ports: shows that all were looked at */
} taken;

/* A busy consumer: looks at every event, in place, and gives the span back. */
static __attribute__((noinline)) struct taken take_all(struct stream *s,
						       unsigned int batch)
{
	const struct evtmmap_event *ev;
	struct taken t = { 0 };
	unsigned int i, n;

	while ((n = peek(s, &ev, batch)) != 0) {
		for (i = 0; i < n; i++)
			t.sum += ev[i].port;
		release(s, n);
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
	rearm(s, s->port + first, count);
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

/* Events wait in bursts of @burst; what is timed is taking them. */
static double cost(struct stream *s, unsigned int burst,
		   struct taken (*take)(struct stream *, unsigned int))
{
	uint64_t ns[MAX_PORTS / 64 * RUNS], start;
	unsigned int r, first, n = 0;

	for (r = 0; r < RUNS; r++) {
		for (first = 0; first + burst <= s->n; first += burst) {
			stream_send(s, first, burst);
			start = now();
			taken = take(s, burst);
			ns[n++] = now() - start;
			settle(s, first, burst);
		}
	}
	return per_event(ns, n, burst);
}

static double notify_cost(struct stream *s)
{
	uint64_t ns[RUNS], start;
	unsigned int r;

	for (r = 0; r < RUNS; r++) {
		start = now();
		stream_send(s, 0, s->n);
		ns[r] = now() - start;
		taken = take_all(s, s->n);
		mapped_rearm_all(s);
	}
	return per_event(ns, RUNS, s->n);
}

void bench_mapped(void)
{
	static struct stream s;
	bool has = stream_open(&s, &way_mapped, opt_ports);

	title("Mapped ring, while busy");
	figure("mapped_take_64", has ? cost(&s, 64, take_all) : NA,
	       "taking an event, 64 waiting");
	if (opt_ports >= 1024)
		figure("mapped_take_1024", has ? cost(&s, 1024, take_all) : NA,
		       "taking an event, 1024 waiting");
	figure("mapped_next", has ? cost(&s, 64, take_next) : NA,
	       "taking an event, one by one, 64 waiting");
	figure("mapped_notify_upcall", has ? notify_cost(&s) : NA,
	       "NOTIFY + upcall + handler, per event");
	if (has)
		stream_close(&s);
}
