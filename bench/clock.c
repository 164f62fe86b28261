// SPDX-License-Identifier: GPL-2.0
/*
 * Under -icount=shift=0 a nanosecond is an instruction, Xen's included, so
 * reading the clock costs too: what two readings in a row say is taken off.
 */
#include <time.h>

#include "bench.h"

uint64_t clock_overhead;

uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

void clock_calibrate(void)
{
	struct sample s = { 0 };
	unsigned int i;
	uint64_t start;

	for (i = 0; i < 61; i++) {
		start = now();
		sample_add(&s, now() - start);
	}
	clock_overhead = sample_median(&s);
}
