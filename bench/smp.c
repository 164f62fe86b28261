// SPDX-License-Identifier: GPL-2.0
/*
 * Whole rounds with a second CPU: there a poller takes the commands, and no
 * system call is made. ENTER, and read() and write(), in the same place beside it.
 */
#define _GNU_SOURCE
#include <sched.h>

#include <evtmmap.h>

#include "bench.h"

#define SAMPLE	512	/* events, at least */

struct smp {
	struct stream s;
	struct evtmmap *h;
	unsigned int n, rounds;
};

/* The consumer's CPU; Xen and the poller have the first. */
static cpu_set_t consumer_cpu(void)
{
	cpu_set_t set, before;

	CPU_ZERO(&set);
	CPU_SET(1, &set);
	if (sched_getaffinity(0, sizeof(before), &before) ||
	    sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
	return before;
}

static void run_there(const struct benchmark *b, const struct steps *steps, struct smp *m)
{
	cpu_set_t before = consumer_cpu();

	measure_publish(b, m->n, steps, m, m->n * m->rounds);
	sched_setaffinity(0, sizeof(before), &before);
}

static void read_rounds(void *arg)
{
	struct smp *m = arg;
	unsigned int i, taken, done;

	for (i = 0; i < m->rounds; i++) {
		stream_send(&m->s, 0, m->n);
		for (done = 0; done < m->n; done += taken) {
			taken = m->s.way->take(&m->s, m->n);
			if (!taken)
				m->s.way->wait(&m->s, 1000);
		}
	}
}

static void run_read(const struct benchmark *b, unsigned int n)
{
	static const struct steps steps = { .timed = read_rounds };
	static struct smp m;

	m = (struct smp){ .n = n, .rounds = SAMPLE / n };
	stream_open(&m.s, b->data, n);
	run_there(b, &steps, &m);
	if (stream_lost(&m.s) || m.s.duplicated || m.s.foreign)
		die("%s: events lost or repeated", b->name);
	stream_close(&m.s);
}

static void enter_rounds(void *arg)
{
	struct smp *m = arg;
	unsigned int i;

	for (i = 0; i < m->rounds; i++)
		round_enter(m->h, m->n);
}

/* Answered as they come. */
static void poller_rounds(void *arg)
{
	struct smp *m = arg;
	unsigned int answered, left = m->n * m->rounds;
	int ret;

	while (left) {
		answered = round_answer(m->h, left);
		if (!answered)
			relax();
		ret = answered ? evtmmap_submit(m->h) : 0;
		if (ret < 0)
			die("evtmmap_submit: %s", evtmmap_strerror(ret));
		left -= answered;
	}
}

static void run_enter(const struct benchmark *b, unsigned int n)
{
	static const struct steps steps = { .timed = enter_rounds };
	struct smp m = { .h = round_open(n), .n = n, .rounds = SAMPLE / n };
	int ret = evtmmap_submit_wait(m.h, n, -1);

	if (ret < 0)
		die("evtmmap_submit_wait: %s", evtmmap_strerror(ret));
	run_there(b, &steps, &m);
	evtmmap_close(m.h);
}

static void run_poller(const struct benchmark *b, unsigned int n)
{
	static const struct steps steps = { .timed = poller_rounds };
	const struct evtmmap_poller_options options = {
		.size = sizeof(options), .cpu = 0, .idle_us = 1000000,
	};
	struct smp m = { .h = round_open(n), .n = n, .rounds = SAMPLE / n };
	int ret = evtmmap_start_poller(m.h, &options);

	if (ret < 0)
		die("evtmmap_start_poller: %s", evtmmap_strerror(ret));
	run_there(b, &steps, &m);
	evtmmap_close(m.h);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_CPUS)
#define BATCHES .parameter = "batch", .value = { 1, 8, 64 }

const struct benchmark bench_smp[] = {
	{ .name = "round-smp/busy", .text = "notify, delivery, take and rearm: read() again and again",
	  .needs = NEEDS, BATCHES, .run = run_read, .data = &way_batch_busy },
	{ .name = "round-smp/enter", .text = "... ENTER",
	  .needs = NEEDS | NEEDS_RING, BATCHES, .run = run_enter },
	{ .name = "round-smp/poller", .text = "... a poller on the other CPU",
	  .needs = NEEDS | NEEDS_RING, BATCHES, .run = run_poller },
	{ 0 }
};
