// SPDX-License-Identifier: GPL-2.0
/*
 * NOTIFY by several threads on one file, while another thread binds and unbinds
 * in a loop: not at all, on a file of its own (the CPUs have as much to do), and
 * on the same file. What is notified is masked and pending at its other end, so
 * that only the call is measured.
 */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define THREADS	8
#define WINDOWS	11
#define WINDOW_US 200000

enum binder { NOBODY, ELSEWHERE, BESIDE };

struct notifier {
	pthread_t thread;
	unsigned int cpu, port;
	struct histogram took;
};

static struct notifier notifier[THREADS];
static struct histogram whole;
static int fd, other, sink;
static bool over;

static bool is_over(void)
{
	return __atomic_load_n(&over, __ATOMIC_ACQUIRE);
}

static void *notify(void *arg)
{
	struct notifier *me = arg;
	uint64_t start, end;

	run_on_cpu(me->cpu);
	while (!is_over()) {
		start = now();
		evtchn_notify(fd, me->port);
		end = now();
		/* Two CPUs' clocks may be apart; a thread stays on one. */
		histogram_add(&me->took, end - start);
	}
	return NULL;
}

/* Returns how many times. */
static void *bind_in_a_loop(void *arg)
{
	int on = *(int *)arg;
	unsigned long turns = 0;

	run_on_cpu(environment.vcpus - 1);
	for (; !is_over(); turns++)
		if (evtchn_unbind(on, evtchn_bind_unbound(on)))
			die("UNBIND");
	return (void *)turns;
}

/* Notifiers share the CPUs that are not the binder's. */
static void bind_ports(unsigned int threads)
{
	unsigned int i;

	fd = evtchn_open(0);
	other = evtchn_open(0);
	sink = evtchn_open(0);
	for (i = 0; i < threads; i++) {
		notifier[i].cpu = i % (environment.vcpus - 1);
		notifier[i].port = evtchn_bind_unbound(fd);
		evtchn_bind_interdomain(sink, notifier[i].port);
		/* Xen has sent the first; this one stays pending. */
		evtchn_notify(fd, notifier[i].port);
	}
}

/* Returns how often was bound and unbound meanwhile. */
static unsigned long one_window(unsigned int threads, enum binder who, struct histogram *h)
{
	void *turns = NULL;
	pthread_t binder;
	unsigned int i;

	over = false;
	if (who != NOBODY)
		thread_start(&binder, bind_in_a_loop, who == BESIDE ? &fd : &other);
	for (i = 0; i < threads; i++) {
		memset(&notifier[i].took, 0, sizeof(notifier[i].took));
		thread_start(&notifier[i].thread, notify, &notifier[i]);
	}
	usleep(WINDOW_US);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	memset(h, 0, sizeof(*h));
	for (i = 0; i < threads; i++) {
		pthread_join(notifier[i].thread, NULL);
		histogram_merge(h, &notifier[i].took);
	}
	if (who != NOBODY)
		pthread_join(binder, &turns);
	return (unsigned long)turns;
}

static const enum binder nobody = NOBODY, elsewhere = ELSEWHERE, beside = BESIDE;

static void run_notify(const struct benchmark *b, unsigned int threads)
{
	struct result r = result_of(b, threads), turns = r;
	enum binder who = *(const enum binder *)b->data;
	static struct histogram part;
	unsigned int i;

	memset(&whole, 0, sizeof(whole));
	bind_ports(threads);
	for (i = 0; i < WINDOWS; i++) {
		unsigned long bound = one_window(threads, who, &part);

		sample_add(&r.sample, histogram_percentile(&part, 99.9));
		sample_add(&turns.sample, bound / (WINDOW_US / 1e6));
		histogram_merge(&whole, &part);
	}
	r.metric = "latency_p99.9";
	r.unit = "ns";
	r.histogram = &whole;
	r.counts.events = whole.total;
	publish(&r);
	turns.metric = "bound_and_unbound_per_second";
	turns.unit = "times/s";
	turns.higher = true;
	if (who != NOBODY)
		publish(&turns);
	close(fd);
	close(other);
	close(sink);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_CPUS)
#define COUNTS { 1, 4, THREADS }

const struct benchmark bench_notify[] = {
	{ .name = "notify/alone", .text = "NOTIFY by threads on one file, and nobody binds",
	  .needs = NEEDS, .parameter = "threads", .value = COUNTS,
	  .run = run_notify, .data = &nobody },
	{ .name = "notify/elsewhere", .text = "... another binds and unbinds on another file",
	  .needs = NEEDS, .parameter = "threads", .value = COUNTS,
	  .run = run_notify, .data = &elsewhere },
	{ .name = "notify/beside", .text = "... on the same file",
	  .needs = NEEDS, .parameter = "threads", .value = COUNTS,
	  .run = run_notify, .data = &beside },
	{ 0 }
};
