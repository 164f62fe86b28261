// SPDX-License-Identifier: GPL-2.0
/*
 * One thread, by the instruction. valgrind's callgrind counts them, and writes
 * a file for each loop; run.sh makes lines of these: the text given here, a
 * tab, the number.
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/callgrind.h>

#include "bench.h"
#include "figures.h"
#include "loops.h"

#define EVENTS	4096

static void count(const struct ring_ops *ops, void *ring, unsigned int burst)
{
	char text[96];

	CALLGRIND_ZERO_STATS;
	if (!loop(ops, ring, burst, EVENTS))
		fail("%s lost events", ops->name);
	snprintf(text, sizeof(text), "%s\t%u\t%u", ops->name, burst, EVENTS);
	CALLGRIND_DUMP_STATS_AT(text);
}

void bench_count(unsigned int samples)
{
	unsigned int i, b, s;
	void *ring;

	if (!RUNNING_ON_VALGRIND)
		fail("count is for valgrind --tool=callgrind: see bench/ring/run.sh");
	for (i = 0; rings[i]; i++) {
		for (b = 0; b < BURSTS; b++) {
			ring = rings[i]->open();
			loop(rings[i], ring, bursts[b], EVENTS);
			for (s = 0; s < samples; s++)
				count(rings[i], ring, bursts[b]);
			rings[i]->close(ring);
		}
	}
}

static const struct ring_ops *by_name(const char *name)
{
	unsigned int i;

	for (i = 0; rings[i]; i++)
		if (!strcmp(rings[i]->name, name))
			return rings[i];
	return NULL;
}

static bool read_line(const char *line)
{
	const struct ring_ops *ops;
	unsigned int burst, events;
	struct result *r;
	double total;
	char name[64];

	if (sscanf(line, "%63[^\t]\t%u\t%u\t%lf", name, &burst, &events, &total) != 4)
		return false;
	ops = by_name(name);
	if (!ops || !events || !total)
		return false;
	r = figure("ring/single", ops->name, "instructions_per_event",
		   (struct parameter){ "burst", burst });
	sample_add(&r->sample, total / events);
	r->counts.events = events;
	return true;
}

bool counted_read(const char *path)
{
	FILE *f = fopen(path, "r");
	unsigned int i, b;
	char line[256];

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f))
		if (!read_line(line))
			fail("%s: what is '%s'?", path, line);
	fclose(f);
	for (i = 0; rings[i]; i++)
		for (b = 0; b < BURSTS; b++)
			if (!figure_find("ring/single", rings[i]->name,
					 "instructions_per_event", bursts[b]))
				return false;
	return true;
}
