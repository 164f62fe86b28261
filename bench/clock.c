// SPDX-License-Identifier: GPL-2.0
/*
 * Under -icount=shift=0 a nanosecond is an instruction, Xen's included, so
 * reading the clock costs too: what two readings in a row say is taken off.
 */
#include <stdlib.h>
#include <time.h>

#include "bench.h"

static uint64_t overhead;

uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The median: a timer tick falls into some runs and not into others. */
static uint64_t median(uint64_t *v, unsigned int n)
{
	qsort(v, n, sizeof(*v), by_value);
	return v[n / 2];
}

void clock_calibrate(void)
{
	uint64_t v[101], start;
	unsigned int i;

	for (i = 0; i < 101; i++) {
		start = now();
		v[i] = now() - start;
	}
	overhead = median(v, 101);
}

double per_event(uint64_t *ns, unsigned int runs, unsigned int events)
{
	uint64_t m = median(ns, runs);

	return m > overhead ? (double)(m - overhead) / events : 0;
}
