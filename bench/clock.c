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

/* Where virtual CPUs take turns, the other one gets its turn. */
void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* The kernel may still be at what was closed before; asleep we do not pay for it. */
void let_settle(void)
{
	const struct timespec ts = { .tv_nsec = 100000000 };

	nanosleep(&ts, NULL);
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
