// SPDX-License-Identifier: GPL-2.0
/*
 * To a guest and back: n ports, each with an event that goes to and fro. What
 * is counted is both domains' work and Xen's between them.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define ROUNDS	64
#define PARTS	10
#define LATENCIES	5000
#define PATIENCE	300

static struct end e;

/* "play WAY PORT..." */
static void invite(const char *way, unsigned int ports)
{
	char text[GUEST_TEXT];
	unsigned int i, used = snprintf(text, sizeof(text), "play %s", way);

	if (!end_open(&e, way, ports))
		die("no way %s here", way);
	for (i = 0; i <= ports; i++) {
		end_bind(&e, i, opt_guest, 0);
		used += snprintf(text + used, sizeof(text) - used, " %u", e.s.port[i]);
	}
	guest_ask("%s", text);
	/* Until the next answer: a guest that died sends nothing. */
	alarm(PATIENCE);
}

static void play(uint64_t events)
{
	uint64_t target = e.s.total_got + events;

	while (e.s.total_got < target)
		end_turn(&e);
}

static void serve_all(unsigned int ports)
{
	unsigned int i;

	e.answer = true;
	for (i = 0; i < ports; i++)
		end_send(&e, i);
}

/* Until each has come back for the last time; then the other side may go. */
static void stop(void)
{
	e.answer = false;
	while (stream_lost(&e.s))
		end_turn(&e);
	end_flush(&e);
	evtchn_notify(e.s.rx, e.s.port[e.s.n - 1]);
	guest_ask("over");
}

static void finish(struct result *r)
{
	r->subject = guest_subject();
	r->counts.drops = stream_lost(&e.s);
	r->counts.duplicates = e.s.duplicated + e.s.foreign;
	publish(r);
	end_close(&e);
}

static void some_rounds(void *arg)
{
	play(*(const unsigned int *)arg);
}

/* So many a second: of a time for each, in nanoseconds. */
static void as_rate(struct sample *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		s->value[i] = s->value[i] ? 1e9 / s->value[i] : 0;
}

static void run_guest(const struct benchmark *b, unsigned int ports)
{
	static const struct steps steps = { .timed = some_rounds };
	struct result r = result_of(b, ports);
	unsigned int events = ports * ROUNDS;

	if (events > 1024)
		events = 1024;
	invite(b->data, ports);
	serve_all(ports);
	result_is_cost(&r);
	measure(&r, &steps, &events, events);
	if (environment.icount != 1) {
		as_rate(&r.sample);
		r.metric = "events_per_second";
		r.unit = "1/s";
		r.higher = true;
	}
	stop();
	finish(&r);
}

static void one_part(struct histogram *part, unsigned int events)
{
	uint64_t last = now(), is;

	while (events--) {
		play(1);
		is = now();
		histogram_add(part, is - last);
		last = is;
	}
}

static void run_latency(const struct benchmark *b, unsigned int value)
{
	static struct histogram whole, part;
	struct result r = result_of(b, value);
	unsigned int i, events = opt_events < LATENCIES ? opt_events : LATENCIES;

	memset(&whole, 0, sizeof(whole));
	invite(b->data, 1);
	serve_all(1);
	play(ROUNDS);
	for (i = 0; i < PARTS; i++) {
		memset(&part, 0, sizeof(part));
		one_part(&part, events / PARTS);
		sample_add(&r.sample, histogram_percentile(&part, 50));
		histogram_merge(&whole, &part);
	}
	stop();
	r.metric = "latency";
	r.unit = "ns";
	r.histogram = &whole;
	r.counts.events = whole.total;
	finish(&r);
}

#define NEEDS	(NEEDS_DRIVER | NEEDS_GUEST)
#define PORTS	{ 1, 8, GUEST_PORTS }

const struct benchmark bench_guest[] = {
	{ .name = "guest/lib", .text = "to a guest and back, so many under way: libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB, .parameter = "ports", .value = PORTS,
	  .run = run_guest, .data = "lib" },
	{ .name = "guest/batch", .text = "... read() and write()",
	  .needs = NEEDS, .parameter = "ports", .value = PORTS,
	  .run = run_guest, .data = "batch" },
	{ .name = "guest/enter", .text = "... mapped ring and ENTER at both ends",
	  .needs = NEEDS | NEEDS_RING | NEEDS_GUEST_RING, .parameter = "ports",
	  .value = PORTS, .run = run_guest, .data = "enter" },
	{ .name = "guest-latency/lib", .text = "one event's way to a guest and back: libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB | NEEDS_CPUS, .run = run_latency, .data = "lib" },
	{ .name = "guest-latency/batch", .text = "... read() and write()",
	  .needs = NEEDS | NEEDS_CPUS, .run = run_latency, .data = "batch" },
	{ .name = "guest-latency/enter", .text = "... mapped ring and ENTER at both ends",
	  .needs = NEEDS | NEEDS_RING | NEEDS_GUEST_RING | NEEDS_CPUS,
	  .run = run_latency, .data = "enter" },
	{ 0 }
};
