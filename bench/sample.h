/* SPDX-License-Identifier: GPL-2.0 */
/* What was measured again and again: its middle, and how far it scatters. */
#ifndef EVTBENCH_SAMPLE_H
#define EVTBENCH_SAMPLE_H

#define SAMPLE_MOST	64	/* those after them are not kept */

struct sample {
	unsigned int n;
	double value[SAMPLE_MOST];	/* in the order they were taken */
};

void sample_add(struct sample *s, double value);
double sample_median(const struct sample *s);
/* Median of the distances from the median: one wild sample does not move it. */
double sample_mad(const struct sample *s);

#endif
