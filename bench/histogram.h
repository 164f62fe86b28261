/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Log-linear histogram of 64-bit values: each power of two is divided into 128
 * equal parts, so that a value is known to 0.8 % however long its tail is, in
 * memory that does not grow.
 */
#ifndef EVTBENCH_HISTOGRAM_H
#define EVTBENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_PARTS	128
#define HISTOGRAM_CELLS	(58 * HISTOGRAM_PARTS)

struct histogram {
	uint64_t total;
	uint64_t most;			/* the largest value itself */
	uint64_t cell[HISTOGRAM_CELLS];
};

void histogram_add(struct histogram *h, uint64_t value);
void histogram_merge(struct histogram *to, const struct histogram *from);
/* Not less than @percent of the values are at or below what this returns. */
uint64_t histogram_percentile(const struct histogram *h, double percent);
/* The largest value that is counted in a cell. */
uint64_t histogram_cell_value(unsigned int cell);

#endif
