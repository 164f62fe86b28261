// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU that stops inside publish, in a driver built for that: what becomes of
 * the events that other vCPUs have for the same file meanwhile. Events are due at
 * a steady rate and count from when they were due; before, the same while a
 * program spins on the vCPU, which is as much to do for a machine that is emulated.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <xen/evtchn_command.h>

#include "bench.h"

#define PORTS		16
#define VICTIM		PORTS	/* one more, on the vCPU that stops */
#define PERIOD_NS	2000000ULL
#define PARTS		10
#define PART		100	/* events */
#define EVENTS		(PARTS * PART)
#define HOLD_MS		3000	/* it goes on then, whatever became of us */

static struct stream s;
static struct histogram took;
static uint64_t due[PORTS + 1], window_end;
static unsigned int part_of[PORTS + 1], delivered;
static double worst[PARTS];
static bool watching, spinning, over;

static void knob(const char *name, unsigned int value)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/module/xen_evtchn/parameters/%s", name);
	f = fopen(path, "w");
	if (!f || fprintf(f, "%u\n", value) < 0 || fclose(f))
		die("%s", path);
}

static bool is_held_at(unsigned int point)
{
	FILE *f = fopen("/sys/module/xen_evtchn/parameters/held", "r");
	unsigned int now_at = 0;

	if (!f || fscanf(f, "%u", &now_at) != 1)
		die("what is held?");
	fclose(f);
	return now_at == point;
}

static void arrived(void *arg, unsigned int pair)
{
	uint64_t is = now(), waited = is > due[pair] ? is - due[pair] : 0;

	(void)arg;
	if (pair == VICTIM || !watching)
		return;
	histogram_add(&took, waited);
	delivered += is < window_end;
	if (waited > worst[part_of[pair]])
		worst[part_of[pair]] = waited;
}

static void *consume(void *arg)
{
	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE))
		if (!s.way->take(&s, 64))
			s.way->wait(&s, 100);
	return arg;
}

static void *spin(void *arg)
{
	run_on_cpu(environment.vcpus - 1);
	while (__atomic_load_n(&spinning, __ATOMIC_RELAXED))
		__builtin_ia32_pause();
	return arg;
}

static void sleep_ns(uint64_t ns)
{
	const struct timespec ts = { .tv_nsec = ns };

	nanosleep(&ts, NULL);
}

static void wait_taken(unsigned int pair)
{
	while (__atomic_load_n(&s.got[pair], __ATOMIC_ACQUIRE) != s.sent[pair])
		sleep_ns(50000);
}

static void wait_all_taken(void)
{
	unsigned int i;

	for (i = 0; i <= PORTS; i++)
		wait_taken(i);
}

static void send(unsigned int i, uint64_t start)
{
	unsigned int pair = i % PORTS;
	uint64_t when = start + i * PERIOD_NS, is = now();

	if (is < when)
		sleep_ns(when - is);
	wait_taken(pair);
	due[pair] = when;
	part_of[pair] = i / PART;
	stream_send(&s, pair, 1);
}

/* The window is as long as it would take if all went well. */
static void send_all(void)
{
	uint64_t start = now() + PERIOD_NS;
	unsigned int i;

	memset(&took, 0, sizeof(took));
	memset(worst, 0, sizeof(worst));
	delivered = 0;
	window_end = start + (EVENTS + 1) * PERIOD_NS;
	watching = true;
	for (i = 0; i < EVENTS; i++)
		send(i, start);
}

static void tell(const struct benchmark *b, bool held)
{
	struct result r = result_of(b, held), share;
	unsigned int i;

	r.parameter[0].name = "held";
	/* What is compared with is a build of this driver, which only we know. */
	if (getenv("EVTBENCH_RING"))
		r.subject = getenv("EVTBENCH_RING");
	share = r;
	for (i = 0; i < PARTS; i++)
		sample_add(&r.sample, worst[i]);
	r.metric = "latency_worst_by_tenths";
	r.unit = "ns";
	r.histogram = &took;
	r.counts.events = took.total;
	r.counts.drops = stream_lost(&s);
	r.counts.duplicates = s.duplicated + s.foreign;
	publish(&r);
	sample_add(&share.sample, 100.0 * delivered / EVENTS);
	share.metric = "delivered_meanwhile";
	share.unit = "percent";
	share.higher = true;
	publish(&share);
}

/* An event or two may pass until a port is where it was moved to. */
static void place(unsigned int pair, unsigned int cpu)
{
	struct evtmmap_port_option option = { .port = s.port[pair], .value = cpu };
	unsigned int i;

	if (ioctl(s.rx, EVTMMAP_IOC_AFFINITY, &option))
		die("AFFINITY of port %u", s.port[pair]);
	for (i = 0; i < 8; i++) {
		stream_send(&s, pair, 1);
		while (!s.way->take(&s, 1))
			s.way->wait(&s, 100);
	}
}

static void hold(unsigned int point)
{
	unsigned int i;

	knob("hold_ms", HOLD_MS);
	knob("hold_cpu", environment.vcpus - 1);
	knob("hold_point", point);
	stream_send(&s, VICTIM, 1);
	for (i = 0; i < 1000 && !is_held_at(point); i++)
		sleep_ns(1000000);
	if (i == 1000)
		die("nobody came to point %c", point);
}

static void with_a_spinner(const struct benchmark *b)
{
	pthread_t spinner;

	spinning = true;
	thread_start(&spinner, spin, NULL);
	send_all();
	wait_all_taken();
	__atomic_store_n(&spinning, false, __ATOMIC_RELAXED);
	pthread_join(spinner, NULL);
	watching = false;
	tell(b, false);
}

static void with_one_held(const struct benchmark *b)
{
	hold(*(const char *)b->data);
	send_all();
	knob("hold_point", 0);
	wait_all_taken();
	watching = false;
	tell(b, true);
}

static void run_stopped(const struct benchmark *b, unsigned int value)
{
	pthread_t consumer;
	unsigned int i;

	(void)value;
	run_on_cpu(0);
	stream_open(&s, &way_batch, PORTS + 1);
	for (i = 0; i <= PORTS; i++)
		place(i, i == VICTIM ? environment.vcpus - 1 : 0);
	s.on_got = arrived;
	over = false;
	thread_start(&consumer, consume, NULL);
	with_a_spinner(b);
	with_one_held(b);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	pthread_join(consumer, NULL);
	stream_close(&s);
	run_on_any_cpu();
}

#define NEEDS (NEEDS_DRIVER | NEEDS_CPUS | NEEDS_HOLD)

const struct benchmark bench_stopped[] = {
	{ .name = "stopped/unfilled", .needs = NEEDS, .on_request = true,
	  .text = "a vCPU stops before its slot is filled: others' events",
	  .run = run_stopped, .data = "L" },
	{ .name = "stopped/filled", .needs = NEEDS, .on_request = true,
	  .text = "... after it is filled",
	  .run = run_stopped, .data = "A" },
	{ 0 }
};
