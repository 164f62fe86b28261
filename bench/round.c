// SPDX-License-Identifier: GPL-2.0
/*
 * The whole round of a busy backend: n events are taken from the mapped ring,
 * each port is rearmed and its other end notified, in one ENTER that waits for
 * the next n. Both ends of each pair are on one file, so a round makes the next.
 */
#include <stdio.h>
#include <unistd.h>

#include <evtmmap.h>

#include "bench.h"

#define ROUNDS	64
#define MOST	64

static void check(int ret, const char *what)
{
	if (ret < 0)
		die("%s: %s", what, evtmmap_strerror(ret));
}

/* A connected port has an event at once: that is the first round's. */
static void bind_pairs(struct evtmmap *h, unsigned int n)
{
	int port;

	while (n--) {
		port = evtmmap_bind_unbound(h, 0);
		check(port, "evtmmap_bind_unbound");
		check(evtmmap_bind_interdomain(h, 0, port), "evtmmap_bind_interdomain");
	}
}

struct evtmmap *round_open(unsigned int n)
{
	struct evtmmap *h;

	check(evtmmap_open(&h, NULL), "evtmmap_open");
	if (!evtmmap_is_mapped(h)) {
		evtmmap_close(h);
		return NULL;
	}
	bind_pairs(h, n);
	return h;
}

unsigned int round_answer(struct evtmmap *h)
{
	const struct evtmmap_event *ev;
	int i, n = evtmmap_peek(h, &ev);

	check(n, "evtmmap_peek");
	for (i = 0; i < n; i++)
		check(evtmmap_queue(h, ev[i].port, EVTMMAP_REARM | EVTMMAP_NOTIFY),
		      "evtmmap_queue");
	evtmmap_release(h, n);
	return n;
}

void round_enter(struct evtmmap *h, unsigned int n)
{
	unsigned int got = round_answer(h);

	if (got != n)
		die("a round of %u events, not of %u", got, n);
	check(evtmmap_submit_wait(h, n, -1), "evtmmap_submit_wait");
}

struct round {
	struct evtmmap *h;
	unsigned int n;
};

static void some_rounds(void *arg)
{
	const struct round *r = arg;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++)
		round_enter(r->h, r->n);
}

static void run_enter(const struct benchmark *b, unsigned int n)
{
	static const struct steps steps = { .timed = some_rounds };
	struct round r = { round_open(n), n };

	measure_publish(b, n, &steps, &r, n * ROUNDS);
	evtmmap_close(r.h);
}

/* What the floor module has measured: batch and cost, line by line. */
static void run_floor(const struct benchmark *b, unsigned int batch)
{
	struct result r = result_of(b, batch);
	FILE *f = fopen("/run/floor", "r");
	char line[64];
	unsigned int n;
	double v;

	if (!f)
		die("/run/floor");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %lf", &n, &v) == 2 && n == batch)
			sample_add(&r.sample, v);
	fclose(f);
	if (!r.sample.n)
		die("/run/floor: nothing for batches of %u", batch);
	r.subject = "floor";
	result_is_cost(&r);
	publish(&r);
}

/* As libxenevtchn's users do it: a port is read, written back, and notified. */
static void classic_rounds(void)
{
	int fd = evtchn_open(0);
	uint32_t port;

	evtchn_bind_interdomain(fd, evtchn_bind_unbound(fd));
	for (;;) {
		if (read(fd, &port, sizeof(port)) != sizeof(port) ||
		    write(fd, &port, sizeof(port)) != sizeof(port))
			die("read() and write() of a port");
		evtchn_notify(fd, port);
	}
}

/* For bench/where.py: rounds of -e events, until the guest is stopped. */
static void run_for_ever(const struct benchmark *b, unsigned int value)
{
	unsigned int n = opt_events < MOST ? opt_events : MOST;
	struct evtmmap *h = round_open(n);

	(void)b;
	(void)value;
	puts("rounds begin");
	fflush(stdout);
	if (!h)
		classic_rounds();
	for (;;)
		round_enter(h, n);
}

const struct benchmark bench_round[] = {
	{
		.name = "round/enter", .text = "notify, delivery, take and rearm in one ENTER",
		.needs = NEEDS_DRIVER | NEEDS_RING | NEEDS_ONE_CPU,
		.parameter = "batch", .value = { 1, 8, MOST }, .run = run_enter,
	}, {
		.name = "floor/send", .text = "the kernel alone sends, and only EOIs",
		.needs = NEEDS_FLOOR,
		.parameter = "batch", .value = { 1, 8, MOST }, .run = run_floor,
	}, {
		.name = "round/for-ever", .text = "rounds of -e events, for bench/where.py",
		.needs = NEEDS_DRIVER | NEEDS_ONE_CPU,
		.on_request = true, .run = run_for_ever,
	}, { 0 }
};
