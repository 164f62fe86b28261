// SPDX-License-Identifier: GPL-2.0
/*
 * The whole round of a busy backend: n events are taken from the mapped ring,
 * each port is rearmed and its other end notified, in one ENTER that waits for
 * the next n. Both ends of each pair are on one file, so a round makes the next.
 */
#include <stdio.h>

#include <evtmmap.h>

#include "bench.h"

#define RUNS	9
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

static double cost(unsigned int n)
{
	struct evtmmap *h = round_open(n);
	uint64_t ns[RUNS], start;
	unsigned int run, round;

	if (!h)
		return NA;
	round_enter(h, n);
	for (run = 0; run < RUNS; run++) {
		start = now();
		for (round = 0; round < ROUNDS; round++)
			round_enter(h, n);
		ns[run] = now() - start;
	}
	evtmmap_close(h);
	return per_event(ns, RUNS, n * ROUNDS);
}

static const unsigned int batches[] = { 1, 8, MOST };
#define NBATCHES (sizeof(batches) / sizeof(batches[0]))

/* What tests/vm/figures.sh has had measured by the floor module, if anything. */
static double floor_of(unsigned int batch)
{
	char line[64];
	double value = NA;
	unsigned int n;
	double v;
	FILE *f = fopen("/run/floor", "r");

	if (!f)
		return NA;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %lf", &n, &v) == 2 && n == batch)
			value = v;
	fclose(f);
	return value;
}

/* For bench/where.py: rounds of one, until the guest is stopped. */
void bench_rounds(void)
{
	struct evtmmap *h = round_open(1);

	if (!h)
		die("no mapped ring");
	puts("rounds begin");
	fflush(stdout);
	for (;;)
		round_enter(h, 1);
}

void bench_enter(void)
{
	unsigned int i;
	char key[32];

	title("Round trip: notify, delivery, take, rearm");
	for (i = 0; i < NBATCHES; i++) {
		snprintf(key, sizeof(key), "enter_%u", batches[i]);
		figure(key, cost(batches[i]), "mapped ring and ENTER, %u at a time",
		       batches[i]);
		snprintf(key, sizeof(key), "floor_%u", batches[i]);
		figure(key, floor_of(batches[i]),
		       "floor: the kernel alone sends, and only EOIs, %u at a time",
		       batches[i]);
	}
}
