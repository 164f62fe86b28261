// SPDX-License-Identifier: GPL-2.0
/* The same thing, again and again, and what it cost for each event. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define WARM_UP	2
#define SAMPLES	11

const char *subject(void)
{
	if (!strcmp(environment.module, "ours"))
		return "evtmmap";
	return environment.module[0] ? environment.module : "linux";
}

struct result result_of(const struct benchmark *b, unsigned int value)
{
	struct result r = {
		.benchmark = b->name,
		.subject = b->subject ? b->subject : subject(),
		.parameter = { { b->parameter, value } },
		.unit = "", .metric = "",
		.counts = COUNTS_NONE,
	};

	return r;
}

void result_is_cost(struct result *r)
{
	bool icount = environment.icount == 1;

	r->metric = icount ? "instructions_per_event" : "ns_per_event";
	r->unit = icount ? "instructions" : "ns";
}

static uint64_t one(const struct steps *steps, void *arg)
{
	uint64_t start, ns;

	if (steps->before)
		steps->before(arg);
	start = now();
	steps->timed(arg);
	ns = now() - start;
	if (steps->after)
		steps->after(arg);
	return ns > clock_overhead ? ns - clock_overhead : 0;
}

void measure(struct result *r, const struct steps *steps, void *arg,
	     unsigned int events)
{
	unsigned int i;

	for (i = 0; i < WARM_UP; i++)
		one(steps, arg);
	for (i = 0; i < SAMPLES; i++)
		sample_add(&r->sample, (double)one(steps, arg) / events);
	r->counts.events = (int64_t)events * SAMPLES;
}

void measure_publish(const struct benchmark *b, unsigned int value,
		     const struct steps *steps, void *arg, unsigned int events)
{
	struct result r = result_of(b, value);

	result_is_cost(&r);
	measure(&r, steps, arg, events);
	publish(&r);
}

/* What the hypervisor gave to others, of all CPUs, since boot. */
uint64_t steal_ms(void)
{
	unsigned long long ticks = 0;
	FILE *f = fopen("/proc/stat", "r");

	if (f && fscanf(f, "cpu %*u %*u %*u %*u %*u %*u %*u %llu", &ticks) != 1)
		ticks = 0;
	if (f)
		fclose(f);
	return ticks * 1000 / sysconf(_SC_CLK_TCK);
}
