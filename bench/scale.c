// SPDX-License-Identifier: GPL-2.0
/*
 * What an event costs when its file has many ports bound. Sixteen of them fire,
 * at equal distances from each other; those in between are bound to nobody.
 */
#include <stdio.h>
#include <string.h>

#include "bench.h"

#define BURST	16
#define ROUNDS	64	/* to a sample */
#define SAMPLES	11

static struct stream s;
static const struct way *under;
static unsigned int silent;

/* A way that binds silent ports before each that fires. */
static unsigned int bind_apart(struct stream *to, unsigned int peer)
{
	unsigned int i;

	for (i = 0; i < silent; i++)
		evtchn_bind_unbound(to->rx);
	return under->bind(to, peer);
}

static void one_round(uint64_t *take, uint64_t *whole)
{
	uint64_t start = now(), sent, done;

	stream_send(&s, 0, s.n);
	sent = now();
	if (stream_drain(&s, s.n, s.n) != s.n)
		die("%s: events are missing", under->key);
	done = now();
	*take += done - sent - clock_overhead;
	*whole += done - start - 2 * clock_overhead;
}

static void one_sample(struct result *take, struct result *whole)
{
	uint64_t taking = 0, all = 0;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++)
		one_round(&taking, &all);
	sample_add(&take->sample, (double)taking / (ROUNDS * s.n));
	sample_add(&whole->sample, (double)all / (ROUNDS * s.n));
}

static void run_scale(const struct benchmark *b, unsigned int ports)
{
	struct result take = result_of(b, ports), whole;
	struct way apart;
	unsigned int i;

	silent = ports < BURST ? 0 : ports / BURST - 1;
	under = b->data;
	apart = *under;
	apart.bind = bind_apart;
	stream_open(&s, &apart, ports < BURST ? ports : BURST);
	take.parameter[1] = (struct parameter){ "burst", s.n };
	result_is_cost(&take);
	whole = take;
	whole.metric = environment.icount == 1 ? "instructions_with_notify" : "ns_with_notify";
	one_sample(&take, &whole);
	memset(&take.sample, 0, sizeof(take.sample));
	memset(&whole.sample, 0, sizeof(whole.sample));
	for (i = 0; i < SAMPLES; i++)
		one_sample(&take, &whole);
	take.counts.events = s.total_got;
	take.counts.drops = stream_lost(&s);
	take.counts.duplicates = s.duplicated + s.foreign;
	publish(&take);
	publish(&whole);
	stream_close(&s);
	settle_ports(ports);
}

/* What the floor module has measured: ports bound and an EOI, line by line. */
static void run_floor(const struct benchmark *b, unsigned int ports)
{
	struct result r = result_of(b, ports);
	FILE *f = fopen("/run/floor-eoi", "r");
	unsigned int n;
	double v;

	if (!f)
		die("/run/floor-eoi");
	while (fscanf(f, "%u %lf", &n, &v) == 2)
		if (n == ports)
			sample_add(&r.sample, v);
	fclose(f);
	if (!r.sample.n)
		die("/run/floor-eoi: nothing for %u ports", ports);
	r.subject = "floor";
	result_is_cost(&r);
	publish(&r);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)
#define PORTS { 1, 16, 256, 4096, 16384 }

const struct benchmark bench_scale[] = {
	{ .name = "scale/batch", .text = "read() and write() of 16, of many ports bound",
	  .needs = NEEDS, .on_request = true, .parameter = "ports", .value = PORTS,
	  .run = run_scale, .data = &way_batch },
	{ .name = "scale/mapped", .text = "... mapped ring",
	  .needs = NEEDS | NEEDS_RING, .on_request = true, .parameter = "ports",
	  .value = PORTS, .run = run_scale, .data = &way_mapped },
	{ .name = "scale/eoi", .text = "the kernel alone: its EOI, of many ports bound",
	  .needs = NEEDS_FLOOR, .on_request = true, .parameter = "ports",
	  .value = { 16, 256, 4096, 16384 }, .run = run_floor },
	{ 0 }
};
