// SPDX-License-Identifier: GPL-2.0
/*
 * From NOTIFY to a consumer that slept. In the closed loop an event is sent
 * when the last one has arrived. In the open loop events are due at a given
 * rate whatever became of those before: latency counts from when an event was
 * due, so that a sender that was held up hides nothing.
 *
 * A busy consumer looks again instead of sleeping. Under load other ports of the
 * same file are notified as soon as they were taken, until an event is due.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include "bench.h"

#define PORTS	64
#define PARTS	10
#define EVENTS	10000
#define FEW	2000	/* where a CPU is busy all the time */
#define LOAD	32	/* ports beside those of the stream */
#define SILENCE_NS	5000000000ULL

static struct stream s;
static struct histogram whole, part;
static struct sample medians;
static uint64_t due[PORTS];
static unsigned int events, seen;
static bool gave_up, loaded;

static void arrived(void *arg, unsigned int pair)
{
	uint64_t when, is = now();

	(void)arg;
	if (pair >= PORTS)
		return;
	seen++;
	when = __atomic_load_n(&due[pair], __ATOMIC_ACQUIRE);
	/* Two CPUs' clocks may be apart by more than it took. */
	histogram_add(&part, is > when ? is - when : 0);
	if (part.total < events / PARTS)
		return;
	sample_add(&medians, histogram_percentile(&part, 50));
	histogram_merge(&whole, &part);
	memset(&part, 0, sizeof(part));
}

static void on_cpu(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

static void *receive(void *arg)
{
	uint64_t last = now();

	on_cpu(1);
	while (seen < events) {
		if (s.way->take(&s, 64))
			last = now();
		else if (now() - last > SILENCE_NS)
			break;
		else
			s.way->wait(&s, 1000);
	}
	__atomic_store_n(&gave_up, seen < events, __ATOMIC_RELEASE);
	return arg;
}

static void send_one(unsigned int pair, uint64_t when)
{
	if (pair < PORTS)
		__atomic_store_n(&due[pair], when, __ATOMIC_RELEASE);
	__atomic_store_n(&s.sent[pair], s.sent[pair] + 1, __ATOMIC_RELEASE);
	evtchn_notify(s.tx, s.peer[pair]);
}

/* The next of the other ports, if its last event was taken. */
static void load_one(void)
{
	static unsigned int next;
	unsigned int pair = PORTS + next++ % LOAD;

	if (__atomic_load_n(&s.got[pair], __ATOMIC_ACQUIRE) == s.sent[pair])
		send_one(pair, 0);
	else
		relax();
}

/* Sleeps while that is precise enough, and spins for the rest. */
static void wait_until(uint64_t when)
{
	uint64_t is;

	while ((is = now()) < when) {
		struct timespec ts = { .tv_nsec = when - is - 200000 };

		if (loaded)
			load_one();
		else if (when - is > 400000 && when - is < 1000000000)
			nanosleep(&ts, NULL);
		else
			relax();
	}
}

/* Asleep, so that a CPU that is only emulated is not kept from the receiver. */
static void wait_taken(unsigned int pair)
{
	const struct timespec ts = { .tv_nsec = 50000 };

	while (__atomic_load_n(&s.got[pair], __ATOMIC_ACQUIRE) != s.sent[pair]) {
		if (__atomic_load_n(&gave_up, __ATOMIC_ACQUIRE))
			return;
		nanosleep(&ts, NULL);
	}
}

static void send_open(unsigned int rate)
{
	uint64_t start = now();
	unsigned int i;

	for (i = 0; i < events; i++) {
		uint64_t when = start + i * 1000000000ULL / rate;

		wait_until(when);
		wait_taken(i % PORTS);
		send_one(i % PORTS, when);
	}
}

/* A while after the last one arrived, its receiver sleeps. */
static void send_closed(void)
{
	unsigned int i;

	for (i = 0; i < events; i++) {
		wait_until(now() + 100000);
		send_one(i % PORTS, now());
		wait_taken(i % PORTS);
	}
}

static void latency_reset(const struct way *way)
{
	memset(&whole, 0, sizeof(whole));
	memset(&part, 0, sizeof(part));
	memset(&medians, 0, sizeof(medians));
	gave_up = false;
	stream_open(&s, way, PORTS + (loaded ? LOAD : 0));
	/* What binding delivered is no part of the stream. */
	s.total_got = 0;
	seen = 0;
	s.on_got = arrived;
}

static void send_and_receive(unsigned int rate)
{
	pthread_t receiver;
	cpu_set_t before;

	if (sched_getaffinity(0, sizeof(before), &before))
		die("sched_getaffinity");
	on_cpu(0);
	if (pthread_create(&receiver, NULL, receive, NULL))
		die("pthread_create");
	if (rate)
		send_open(rate);
	else
		send_closed();
	pthread_join(receiver, NULL);
	sched_setaffinity(0, sizeof(before), &before);
}

void latency_measure(struct result *r, const struct way *way, unsigned int rate,
		     unsigned int most)
{
	events = opt_events < most ? opt_events : most;
	latency_reset(way);
	send_and_receive(rate);
	r->metric = "latency";
	r->unit = "ns";
	r->sample = medians;
	r->histogram = &whole;
	r->counts.events = s.total_got;
	r->counts.drops = stream_lost(&s);
	r->counts.duplicates = s.duplicated + s.foreign;
	stream_close(&s);
}

static void run_latency(const struct benchmark *b, unsigned int rate)
{
	struct result r = result_of(b, rate);

	latency_measure(&r, b->data, rate, EVENTS);
	publish(&r);
}

static void run_busy(const struct benchmark *b, unsigned int rate)
{
	struct result r = result_of(b, rate);

	latency_measure(&r, b->data, rate, FEW);
	publish(&r);
}

static void run_loaded(const struct benchmark *b, unsigned int rate)
{
	loaded = true;
	run_busy(b, rate);
	loaded = false;
}

#define NEEDS (NEEDS_DRIVER | NEEDS_CPUS)
#define RATES { 100, 1000 }

const struct benchmark bench_latency[] = {
	{ .name = "latency/lib", .text = "a wake-up, closed loop: libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB, .run = run_latency, .data = &way_lib },
	{ .name = "latency/batch", .text = "... read() and write()",
	  .needs = NEEDS, .run = run_latency, .data = &way_batch },
	{ .name = "latency/mapped", .text = "... mapped ring",
	  .needs = NEEDS | NEEDS_RING, .run = run_latency, .data = &way_mapped },
	{ .name = "latency-open/lib", .text = "a wake-up, so many a second: libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB, .parameter = "rate", .value = RATES,
	  .run = run_latency, .data = &way_lib },
	{ .name = "latency-open/batch", .text = "... read() and write()",
	  .needs = NEEDS, .parameter = "rate", .value = RATES,
	  .run = run_latency, .data = &way_batch },
	{ .name = "latency-open/mapped", .text = "... mapped ring",
	  .needs = NEEDS | NEEDS_RING, .parameter = "rate", .value = RATES,
	  .run = run_latency, .data = &way_mapped },
	{ .name = "latency-busy/batch", .text = "a consumer that never sleeps: read()",
	  .needs = NEEDS, .parameter = "rate", .value = { 1000 },
	  .run = run_busy, .data = &way_batch_busy },
	{ .name = "latency-busy/mapped", .text = "... mapped ring",
	  .needs = NEEDS | NEEDS_RING, .parameter = "rate", .value = { 1000 },
	  .run = run_busy, .data = &way_mapped_busy },
	{ .name = "latency-load/lib", .text = "with busy ports beside: libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB, .parameter = "rate", .value = { 1000 },
	  .run = run_loaded, .data = &way_lib },
	{ .name = "latency-load/batch", .text = "... read() and write()",
	  .needs = NEEDS, .parameter = "rate", .value = { 1000 },
	  .run = run_loaded, .data = &way_batch },
	{ .name = "latency-load/mapped", .text = "... mapped ring",
	  .needs = NEEDS | NEEDS_RING, .parameter = "rate", .value = { 1000 },
	  .run = run_loaded, .data = &way_mapped },
	{ 0 }
};
