// SPDX-License-Identifier: GPL-2.0
/* The figures as tables: a ring is a line, and a figure that is not there a dash. */
#include "environment.h"
#include "figures.h"
#include "rings.h"

#define WIDTH	16	/* "1234.5 +-12.3" */

struct column {
	const char *benchmark;
	const char *metric;
	uint64_t value;
	const char *title;
};

struct table {
	const char *title;
	struct column column[5];	/* the last has no title */
};

static const struct table tables[] = {
	{ "One thread, publish and take: instructions for each event (callgrind)", {
		{ "ring/single", "instructions_per_event", 1, "one by one" },
		{ "ring/single", "instructions_per_event", 8, "bursts of 8" },
		{ "ring/single", "instructions_per_event", 64, "bursts of 64" } } },
	{ "One thread, publish and take: TSC cycles for each event", {
		{ "ring/single", "cycles_per_event", 1, "one by one" },
		{ "ring/single", "cycles_per_event", 8, "bursts of 8" },
		{ "ring/single", "cycles_per_event", 64, "bursts of 64" } } },
	{ "Publishers alone, a CPU each, all at once: TSC cycles for each publish", {
		{ "ring/publish", "cycles_per_event", 1, "1 publisher" },
		{ "ring/publish", "cycles_per_event", 2, "2 publishers" },
		{ "ring/publish", "cycles_per_event", 4, "4 publishers" },
		{ "ring/publish", "cycles_per_event", 8, "8 publishers" } } },
	{ "Publishers and a taker on threads: TSC cycles for each event", {
		{ "ring/threads", "cycles_per_event", 1, "1 publisher" },
		{ "ring/threads", "cycles_per_event", 2, "2 publishers" },
		{ "ring/threads", "cycles_per_event", 4, "4 publishers" } } },
};

static const struct result *look(const struct column *c, const char *ring)
{
	return figure_find(c->benchmark, ring, c->metric, c->value);
}

static void cell(FILE *to, const struct result *r)
{
	char text[32] = "-";

	if (r)
		snprintf(text, sizeof(text), "%.1f +-%.1f", sample_median(&r->sample),
			 sample_mad(&r->sample));
	fprintf(to, "%*s", WIDTH, text);
}

/* More threads than CPUs: what is measured is the scheduler as well. */
static bool crowded(const struct column *c)
{
	const struct result *r = look(c, rings[0]->name);

	return r && r->parameter[1].name && r->parameter[1].value;
}

static void table_show(FILE *to, const struct table *t)
{
	const struct column *c;
	bool any = false, note = false;
	unsigned int i;
	char title[WIDTH + 1];

	for (c = t->column; c->title; c++)
		any |= look(c, rings[0]->name) != NULL;
	if (!any)
		return;
	fprintf(to, "%s\n%-20s", t->title, "");
	for (c = t->column; c->title; c++) {
		if (!look(c, rings[0]->name))
			continue;
		note |= crowded(c);
		snprintf(title, sizeof(title), "%s%s", c->title, crowded(c) ? "*" : "");
		fprintf(to, "%*s", WIDTH, title);
	}
	putc('\n', to);
	for (i = 0; rings[i]; i++) {
		if (!look(&t->column[0], rings[i]->name))
			continue;
		fprintf(to, "%-20s", rings[i]->name);
		for (c = t->column; c->title; c++)
			if (look(c, rings[0]->name))
				cell(to, look(c, rings[i]->name));
		putc('\n', to);
	}
	if (note)
		fprintf(to, "* more threads than CPUs\n");
	putc('\n', to);
}

static void stopped_show(FILE *to)
{
	const struct result *share, *rate;
	unsigned int i;

	if (!figure_any("ring/stopped", rings[0]->name, "stops_survived"))
		return;
	fprintf(to, "A publisher stopped before each of its instructions in turn\n"
		"%-20s%16s%16s%24s\n", "", "instructions", "others go on",
		"then events/s, worst");
	for (i = 0; rings[i]; i++) {
		share = figure_any("ring/stopped", rings[i]->name, "stops_survived");
		rate = figure_any("ring/stopped", rings[i]->name,
				  "events_per_second_at_worst_stop");
		if (!share || !rate)
			continue;
		fprintf(to, "%-20s%16u%13.0f at%24.0f\n", rings[i]->name,
			(unsigned int)share->parameter[0].value,
			sample_median(&share->sample) * share->parameter[0].value,
			sample_median(&rate->sample));
	}
	putc('\n', to);
}

static void environment_show(FILE *to)
{
	struct environment e;

	environment_read(&e);
	fprintf(to, "%s, %u CPUs (%s), Linux %s, %s; median +- MAD\n\n", e.cpu, e.vcpus,
		e.machine, e.kernel, e.date);
}

void figures_show(FILE *to)
{
	unsigned int i;

	environment_show(to);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		table_show(to, &tables[i]);
	stopped_show(to);
}
