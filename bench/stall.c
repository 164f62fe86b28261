// SPDX-License-Identifier: GPL-2.0
/*
 * The lost wake-up: 12 ports on one file, a reader that blocks in read(), two
 * threads that notify whatever was taken.  When events wait and the reader
 * sleeps on for seconds, nothing will ever wake it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define PORTS		12
#define SENDERS		2
#define SILENCE		3	/* seconds without an event */

static struct stream s;
static uint64_t received;
static bool over;

static void *reader(void *arg)
{
	(void)arg;
	for (;;) {
		s.way->take(&s, 64);
		__atomic_store_n(&received, s.total_got, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void *sender(void *arg)
{
	unsigned int i, first = (unsigned long)arg;

	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE)) {
		for (i = first; i < PORTS; i += SENDERS) {
			if (__atomic_load_n(&s.got[i], __ATOMIC_ACQUIRE) != s.sent[i])
				continue;
			__atomic_store_n(&s.sent[i], s.sent[i] + 1, __ATOMIC_RELEASE);
			evtchn_notify(s.tx, s.peer[i]);
		}
		sched_yield();
	}
	return NULL;
}

/* Seconds until the last event came, or @limit. */
static double watch(unsigned int limit)
{
	uint64_t start = now(), last = start, seen = 0, is;

	while (now() - start < limit * 1000000000ULL) {
		usleep(100000);
		is = __atomic_load_n(&received, __ATOMIC_RELAXED);
		if (is != seen)
			last = now();
		else if (now() - last > SILENCE * 1000000000ULL)
			return (last - start) / 1e9;
		seen = is;
	}
	return limit;
}

static void run_reader(const struct benchmark *b, unsigned int value)
{
	struct result r = result_of(b, value);
	pthread_t thread, tx[SENDERS];
	unsigned long i;
	double lived;

	stream_open(&s, &way_batch, PORTS);
	if (fcntl(s.rx, F_SETFL, 0))
		die("F_SETFL");
	if (pthread_create(&thread, NULL, reader, NULL))
		die("pthread_create");
	for (i = 0; i < SENDERS; i++)
		if (pthread_create(&tx[i], NULL, sender, (void *)i))
			die("pthread_create");
	lived = watch(opt_seconds);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	r.metric = "seconds_until_it_sleeps_for_good";
	r.unit = "s";
	r.higher = true;
	sample_add(&r.sample, lived);
	r.counts.events = received;
	r.counts.drops = lived < opt_seconds ? stream_lost(&s) : 0;
	publish(&r);
	/* The reader cannot be woken: leave it to exit(). */
}

const struct benchmark bench_stall[] = {
	{ .name = "stall/reader", .needs = NEEDS_DRIVER | NEEDS_CPUS, .on_request = true,
	  .text = "a blocking reader and two senders, until it sleeps for good",
	  .run = run_reader },
	{ 0 }
};
