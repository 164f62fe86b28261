// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "figures.h"
#include "json.h"

#define MOST 256

static struct result all[MOST];
static unsigned int count;

static const struct metric {
	const char *name;
	const char *unit;
	bool higher;
} metrics[] = {
	{ "instructions_per_event", "instructions", false },
	{ "cycles_per_event", "TSC cycles", false },
	{ "stops_survived", "share", true },
	{ "events_per_second_at_worst_stop", "events/s", true },
};

static const struct metric *metric_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		if (!strcmp(metrics[i].name, name))
			return &metrics[i];
	abort();
}

static bool is(const struct result *r, const char *benchmark, const char *ring,
	       const char *metric)
{
	return !strcmp(r->benchmark, benchmark) && !strcmp(r->subject, ring) &&
	       !strcmp(r->metric, metric);
}

static struct result *find(const char *benchmark, const char *ring,
			   const char *metric, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (is(&all[i], benchmark, ring, metric) &&
		    all[i].parameter[0].value == value)
			return &all[i];
	return NULL;
}

const struct result *figure_any(const char *benchmark, const char *ring,
				const char *metric)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (is(&all[i], benchmark, ring, metric))
			return &all[i];
	return NULL;
}

const struct result *figure_find(const char *benchmark, const char *ring,
				 const char *metric, uint64_t value)
{
	return find(benchmark, ring, metric, value);
}

struct result *figure(const char *benchmark, const char *ring, const char *metric,
		      struct parameter parameter)
{
	struct result *r = find(benchmark, ring, metric, parameter.value);
	const struct metric *m = metric_find(metric);

	if (r)
		return r;
	if (count == MOST)
		abort();
	r = &all[count++];
	*r = (struct result){
		.benchmark = benchmark,
		.subject = ring,
		.parameter = { parameter },
		.metric = m->name,
		.unit = m->unit,
		.higher = m->higher,
		.counts = COUNTS_NONE,
	};
	return r;
}

void figures_json(FILE *to)
{
	struct environment e;
	struct json j = { .to = to };
	unsigned int i;

	environment_read(&e);
	json_object(&j, NULL);
	json_integer(&j, "evtbench", 1);
	environment_json(&j, "environment", &e);
	json_array(&j, "results");
	for (i = 0; i < count; i++) {
		json_line(&j);
		result_json(&j, &all[i]);
	}
	json_array_end(&j);
	json_object_end(&j);
	putc('\n', to);
}
