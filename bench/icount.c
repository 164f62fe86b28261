// SPDX-License-Identifier: GPL-2.0
/*
 * Is time a count of instructions? Two loops of a known number of
 * instructions tell: both must take the same whole number of nanoseconds for
 * each. On a real CPU the denser one takes far less.
 */
#include <stdint.h>
#include <time.h>

#include "environment.h"

#define ROUNDS	20000

#if defined(__x86_64__)
#define SMALL	2
#define LARGE	18

static void small_loop(uint64_t rounds)
{
	__asm__ volatile("1: dec %0; jnz 1b" : "+r"(rounds) : : "cc");
}

static void large_loop(uint64_t rounds)
{
	__asm__ volatile("1: .rept 16; nop; .endr; dec %0; jnz 1b"
			 : "+r"(rounds) : : "cc");
}
#elif defined(__aarch64__)
#define SMALL	2
#define LARGE	18

static void small_loop(uint64_t rounds)
{
	__asm__ volatile("1: subs %0, %0, #1; b.ne 1b" : "+r"(rounds) : : "cc");
}

static void large_loop(uint64_t rounds)
{
	__asm__ volatile("1: .rept 16; nop; .endr; subs %0, %0, #1; b.ne 1b"
			 : "+r"(rounds) : : "cc");
}
#endif

#ifdef SMALL
static uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* The least of some: a timer tick falls into few of them. */
static uint64_t least(void (*loop)(uint64_t))
{
	uint64_t start, ns, best = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < 9; i++) {
		start = clock_ns();
		loop(ROUNDS);
		ns = clock_ns() - start;
		if (ns < best)
			best = ns;
	}
	return best;
}

static double per_instruction(void (*loop)(uint64_t), unsigned int instructions)
{
	return (double)least(loop) / ROUNDS / instructions;
}

static bool about(double value, double whole)
{
	return value > whole * 0.98 && value < whole * 1.02;
}

unsigned int icount_detect(void)
{
	double small = per_instruction(small_loop, SMALL);
	double large = per_instruction(large_loop, LARGE);
	unsigned int whole = large + 0.5;

	return whole && about(small, whole) && about(large, whole) ? whole : 0;
}
#else
unsigned int icount_detect(void)
{
	return 0;
}
#endif
