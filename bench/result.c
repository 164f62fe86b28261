// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "json.h"
#include "result.h"

static const struct percentile {
	const char *name;
	double percent;
} percentiles[] = {
	{ "p50", 50 }, { "p90", 90 }, { "p99", 99 },
	{ "p99.9", 99.9 }, { "p99.99", 99.99 },
};

#define NPERCENTILES (sizeof(percentiles) / sizeof(percentiles[0]))

static void parameters_json(struct json *j, const struct parameter *p)
{
	unsigned int i;

	json_object(j, "parameters");
	for (i = 0; i < PARAMETERS && p[i].name; i++)
		json_integer(j, p[i].name, p[i].value);
	json_object_end(j);
}

static void samples_json(struct json *j, const struct sample *s)
{
	unsigned int i;

	json_array(j, "samples");
	for (i = 0; i < s->n; i++)
		json_number(j, NULL, s->value[i]);
	json_array_end(j);
	json_number(j, "median", sample_median(s));
	json_number(j, "mad", sample_mad(s));
}

static void cells_json(struct json *j, const struct histogram *h)
{
	unsigned int i;

	json_array(j, "histogram");
	for (i = 0; i < HISTOGRAM_CELLS; i++) {
		if (!h->cell[i])
			continue;
		json_array(j, NULL);
		json_integer(j, NULL, histogram_cell_value(i));
		json_integer(j, NULL, h->cell[i]);
		json_array_end(j);
	}
	json_array_end(j);
}

static void histogram_json(struct json *j, const struct histogram *h)
{
	unsigned int i;

	json_object(j, "percentiles");
	for (i = 0; i < NPERCENTILES; i++)
		json_integer(j, percentiles[i].name,
			     histogram_percentile(h, percentiles[i].percent));
	json_integer(j, "max", h->most);
	json_object_end(j);
	cells_json(j, h);
}

static void count_json(struct json *j, const char *name, int64_t n)
{
	if (n == NOT_COUNTED)
		json_null(j, name);
	else
		json_integer(j, name, n);
}

static void counts_json(struct json *j, const struct counts *c)
{
	json_object(j, "counts");
	count_json(j, "events", c->events);
	count_json(j, "drops", c->drops);
	count_json(j, "duplicates", c->duplicates);
	count_json(j, "system_calls", c->system_calls);
	/* No domain can count them: bench/where.py does, from outside. */
	json_null(j, "hypercalls");
	count_json(j, "steal_ms", c->steal_ms);
	json_object_end(j);
}

void result_json(struct json *j, const struct result *r)
{
	json_object(j, NULL);
	json_text(j, "benchmark", r->benchmark);
	json_text(j, "subject", r->subject);
	parameters_json(j, r->parameter);
	json_text(j, "metric", r->metric);
	json_text(j, "unit", r->unit);
	json_text(j, "better", r->higher ? "higher" : "lower");
	samples_json(j, &r->sample);
	if (r->histogram)
		histogram_json(j, r->histogram);
	counts_json(j, &r->counts);
	json_object_end(j);
}

void result_name(const struct result *r, char *buf, unsigned int size)
{
	unsigned int i, used = snprintf(buf, size, "%s", r->benchmark);

	for (i = 0; i < PARAMETERS && r->parameter[i].name && used < size; i++)
		used += snprintf(buf + used, size - used, " %s=%llu", r->parameter[i].name,
				 (unsigned long long)r->parameter[i].value);
}

void result_csv_head(FILE *to)
{
	unsigned int i;

	fputs("name,subject,metric,unit,better,median,mad,samples,events,drops,"
	      "duplicates,system_calls,steal_ms", to);
	for (i = 0; i < NPERCENTILES; i++)
		fprintf(to, ",%s", percentiles[i].name);
	fputs(",max\n", to);
}

static void csv_count(FILE *to, int64_t n)
{
	putc(',', to);
	if (n != NOT_COUNTED)
		fprintf(to, "%lld", (long long)n);
}

/* What is not known is empty. No text here has a comma or a quote. */
void result_csv(FILE *to, const struct result *r)
{
	const struct counts *c = &r->counts;
	unsigned int i;
	char name[128];

	result_name(r, name, sizeof(name));
	fprintf(to, "%s,%s,%s,%s,%s,%.10g,%.10g,%u", name, r->subject, r->metric, r->unit,
		r->higher ? "higher" : "lower", sample_median(&r->sample),
		sample_mad(&r->sample), r->sample.n);
	csv_count(to, c->events);
	csv_count(to, c->drops);
	csv_count(to, c->duplicates);
	csv_count(to, c->system_calls);
	csv_count(to, c->steal_ms);
	for (i = 0; i < NPERCENTILES; i++)
		csv_count(to, r->histogram ? (int64_t)histogram_percentile(r->histogram,
					percentiles[i].percent) : NOT_COUNTED);
	csv_count(to, r->histogram ? (int64_t)r->histogram->most : NOT_COUNTED);
	putc('\n', to);
}
