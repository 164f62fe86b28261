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
#define QUEUE	256	/* commands that fit into the ring */

static void check(int ret, const char *what)
{
	if (ret < 0)
		die("%s: %s", what, evtmmap_strerror(ret));
}

/*
 * A connected port has an event at once: that is the first round's. Its answer
 * goes to the other end, so both are used.
 */
static void bind_pairs(struct evtmmap *h, unsigned int n, bool early)
{
	int a, b;

	while (n--) {
		a = evtmmap_bind_unbound(h, 0);
		check(a, "evtmmap_bind_unbound");
		b = evtmmap_bind_interdomain(h, 0, a);
		check(b, "evtmmap_bind_interdomain");
		if (!early)
			continue;
		check(evtmmap_early_eoi(h, a), "evtmmap_early_eoi");
		check(evtmmap_early_eoi(h, b), "evtmmap_early_eoi");
	}
}

static struct evtmmap *open_pairs(unsigned int n, bool early)
{
	struct evtmmap *h;

	check(evtmmap_open(&h, NULL), "evtmmap_open");
	if (!evtmmap_is_mapped(h)) {
		evtmmap_close(h);
		return NULL;
	}
	bind_pairs(h, n, early);
	return h;
}

struct evtmmap *round_open(unsigned int n)
{
	return open_pairs(n, false);
}

/* One with early EOI is rearmed already, unless its event says otherwise. */
static unsigned int answer(struct evtmmap *h, unsigned int max, bool early)
{
	const struct evtmmap_event *ev;
	int i, n = evtmmap_peek(h, &ev);
	unsigned int what;

	check(n, "evtmmap_peek");
	n = n < (int)max ? n : (int)max;
	for (i = 0; i < n; i++) {
		what = EVTMMAP_NOTIFY;
		if (!early || ev[i].port & EVTMMAP_EVENT_MASKED)
			what |= EVTMMAP_REARM;
		check(evtmmap_queue(h, ev[i].port & ~EVTMMAP_EVENT_MASKED, what),
		      "evtmmap_queue");
	}
	evtmmap_release(h, n);
	return n;
}

unsigned int round_answer(struct evtmmap *h, unsigned int max)
{
	return answer(h, max, false);
}

/* What does not fit into the command ring goes in several calls. */
static void enter(struct evtmmap *h, unsigned int n, bool early)
{
	unsigned int got = answer(h, n < QUEUE ? n : QUEUE, early), more;

	while (got < n) {
		check(evtmmap_submit(h), "evtmmap_submit");
		more = answer(h, n - got < QUEUE ? n - got : QUEUE, early);
		if (!more)
			die("a round of %u events, not of %u", got, n);
		got += more;
	}
	check(evtmmap_submit_wait(h, n, -1), "evtmmap_submit_wait");
}

void round_enter(struct evtmmap *h, unsigned int n)
{
	enter(h, n, false);
}

struct round {
	struct evtmmap *h;
	unsigned int n, rounds;
	bool early;
};

static void some_rounds(void *arg)
{
	const struct round *r = arg;
	unsigned int i;

	for (i = 0; i < r->rounds; i++)
		enter(r->h, r->n, r->early);
}

static void run_rounds(const struct benchmark *b, struct round *r)
{
	static const struct steps steps = { .timed = some_rounds };

	r->rounds = r->n > 64 ? 1 : ROUNDS;
	let_settle();
	measure_publish(b, r->n, &steps, r, r->n * r->rounds);
	evtmmap_close(r->h);
}

static void run_enter(const struct benchmark *b, unsigned int n)
{
	struct round r = { .h = round_open(n), .n = n };

	run_rounds(b, &r);
}

/* The first events may have come before the ports had it: they are rearmed. */
static void run_early(const struct benchmark *b, unsigned int n)
{
	struct round r = { .h = open_pairs(n, true), .n = n };

	enter(r.h, n, false);
	r.early = true;
	run_rounds(b, &r);
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
	unsigned int n = opt_events < QUEUE ? opt_events : QUEUE;
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
		.parameter = "batch", .value = { 1, 8, 64, 1024 }, .run = run_enter,
	}, {
		.name = "round/early", .text = "... with early EOI: NOTIFY only",
		.needs = NEEDS_DRIVER | NEEDS_RING | NEEDS_ONE_CPU,
		.parameter = "batch", .value = { 1, 8, 64, 1024 }, .run = run_early,
	}, {
		.name = "floor/send", .text = "the kernel alone sends, and only EOIs",
		.needs = NEEDS_FLOOR,
		.parameter = "batch", .value = { 1, 8, 64 }, .run = run_floor,
	}, {
		.name = "round/for-ever", .text = "rounds of -e events, for bench/where.py",
		.needs = NEEDS_DRIVER | NEEDS_ONE_CPU,
		.on_request = true, .run = run_for_ever,
	}, { 0 }
};
