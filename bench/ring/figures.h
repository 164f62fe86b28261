/* SPDX-License-Identifier: GPL-2.0 */
/* What was measured so far, to be shown when all is there. */
#ifndef EVTBENCH_FIGURES_H
#define EVTBENCH_FIGURES_H

#include "result.h"

/*
 * The figure of that benchmark, ring and parameter: the same one each time, so
 * that samples of several rings may be taken in turn.
 */
struct result *figure(const char *benchmark, const char *ring, const char *metric,
		      struct parameter parameter);
/* The same, or NULL: it was not measured. */
const struct result *figure_find(const char *benchmark, const char *ring,
				 const char *metric, uint64_t value);
/* The same, whatever the parameter is. */
const struct result *figure_any(const char *benchmark, const char *ring,
				const char *metric);

void figures_json(FILE *to);
void figures_show(FILE *to);

#endif
