/* SPDX-License-Identifier: GPL-2.0 */
/* One figure, with all that it takes to believe it. */
#ifndef EVTBENCH_RESULT_H
#define EVTBENCH_RESULT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "histogram.h"
#include "sample.h"

#define PARAMETERS	4
#define NOT_COUNTED	(-1)

struct json;

struct parameter {
	const char *name;	/* NULL: no more */
	uint64_t value;
};

struct counts {
	int64_t events, drops, duplicates, system_calls;
	int64_t steal_ms;	/* taken by the hypervisor meanwhile, all CPUs */
};

struct result {
	const char *benchmark;
	const char *subject;	/* evtmmap, in-tree, floor, ... */
	struct parameter parameter[PARAMETERS];
	const char *metric;
	const char *unit;
	bool higher;		/* is better */
	struct sample sample;
	const struct histogram *histogram;	/* or NULL */
	struct counts counts;
};

#define COUNTS_NONE \
	{ NOT_COUNTED, NOT_COUNTED, NOT_COUNTED, NOT_COUNTED, NOT_COUNTED }

void result_json(struct json *j, const struct result *r);
void result_csv_head(FILE *to);
void result_csv(FILE *to, const struct result *r);
/* "round/enter batch=8" */
void result_name(const struct result *r, char *buf, unsigned int size);

#endif
