// SPDX-License-Identifier: GPL-2.0
/* Results: a table for people, JSON and CSV for programs. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "json.h"
#include "out.h"

static struct json json;
static FILE *csv;
static bool table;
static uint64_t stolen;

static FILE *open_for(const char *path)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "w") : stdout;

	if (!f)
		die("%s", path);
	return f;
}

static void json_begin(const char *path)
{
	json.to = open_for(path);
	json_object(&json, NULL);
	json_integer(&json, "evtbench", 1);
	environment_json(&json, "environment", &environment);
	json_object(&json, "options");
	json_integer(&json, "ports", opt_ports);
	json_integer(&json, "events", opt_events);
	json_integer(&json, "seconds", opt_seconds);
	json_object_end(&json);
	json_array(&json, "results");
}

void out_open(const char *json_path, const char *csv_path)
{
	bool taken = (json_path && !strcmp(json_path, "-")) ||
		     (csv_path && !strcmp(csv_path, "-"));

	if (json_path)
		json_begin(json_path);
	if (csv_path) {
		csv = open_for(csv_path);
		result_csv_head(csv);
	}
	table = !taken;
	stolen = steal_ms();
	if (table)
		printf("%-33s %-9s%14s %10s  %s\n", "benchmark", "subject", "median", "MAD",
		       "metric");
}

/* A figure on stdout that was not written is no figure. */
static void finish(FILE *f)
{
	if (fflush(f) || ferror(f))
		die("writing results");
}

void out_close(void)
{
	if (json.to) {
		json_array_end(&json);
		json_object_end(&json);
		putc('\n', json.to);
		finish(json.to);
	}
	if (csv)
		finish(csv);
	finish(stdout);
}

static int digits(double value)
{
	return value == (uint64_t)value ? 0 : value < 10 ? 3 : 1;
}

static void table_counts(const struct counts *c)
{
	if (c->drops > 0 || c->duplicates > 0)
		printf("  of %lld events %lld lost, %lld twice\n", (long long)c->events,
		       (long long)c->drops, (long long)c->duplicates);
}

static void table_row(const struct result *r)
{
	double median = sample_median(&r->sample), mad = sample_mad(&r->sample);
	const struct histogram *h = r->histogram;
	char name[128];

	result_name(r, name, sizeof(name));
	printf("%-33s %-9s%14.*f %10.*f  %s%s\n", name, r->subject, digits(median), median,
	       digits(mad), mad, r->metric, r->higher ? " (more is better)" : "");
	if (h)
		printf("  p50 %llu  p90 %llu  p99 %llu  p99.9 %llu  p99.99 %llu  max %llu %s\n",
		       (unsigned long long)histogram_percentile(h, 50),
		       (unsigned long long)histogram_percentile(h, 90),
		       (unsigned long long)histogram_percentile(h, 99),
		       (unsigned long long)histogram_percentile(h, 99.9),
		       (unsigned long long)histogram_percentile(h, 99.99),
		       (unsigned long long)h->most, r->unit);
	table_counts(&r->counts);
}

void publish(struct result *r)
{
	/* Since the last result: this one's share, and what led up to it. */
	r->counts.steal_ms = steal_ms() - stolen;
	stolen += r->counts.steal_ms;
	out_progress(NULL, 0, 0);
	if (table)
		table_row(r);
	if (json.to) {
		json_line(&json);
		result_json(&json, r);
	}
	if (csv)
		result_csv(csv, r);
	/* What is in a buffer now a child would write once more. */
	fflush(NULL);
}

/* On a terminal only, and gone when the line is wanted for something else. */
void out_progress(const char *name, unsigned int done, unsigned int all)
{
	if (!isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	if (name)
		fprintf(stderr, "%u/%u  %s", done, all, name);
	fflush(stderr);
}

void die(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	fputs("evtbench: ", stderr);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, " (%s)\n", strerror(saved));
	exit(1);
}
