// SPDX-License-Identifier: GPL-2.0
#include <pthread.h>
#include <unistd.h>

#include "bundle.h"
#include "hold.h"
#include "pulse.h"

#define PERIOD_US 20000

static double last[HOLD_CPU], longest[HOLD_CPU];

static void beat(int cpu)
{
	double now = seconds(), gap = now - last[cpu], was;

	__atomic_load(&longest[cpu], &was, __ATOMIC_RELAXED);
	if (gap > was)
		__atomic_store(&longest[cpu], &gap, __ATOMIC_RELAXED);
	__atomic_store(&last[cpu], &now, __ATOMIC_RELAXED);
}

static void *run(void *arg)
{
	int cpu = (double *)arg - last;

	hold_run_on(cpu);
	for (;;) {
		beat(cpu);
		usleep(PERIOD_US);
	}
	return NULL;
}

void pulse_begin(void)
{
	pthread_t thread;
	int cpu;

	pulse_reset();
	for (cpu = 0; cpu < HOLD_CPU; cpu++)
		CHECK_EQ(pthread_create(&thread, NULL, run, &last[cpu]), 0);
}

void pulse_reset(void)
{
	double now = seconds(), none = 0;
	int cpu;

	for (cpu = 0; cpu < HOLD_CPU; cpu++) {
		__atomic_store(&last[cpu], &now, __ATOMIC_RELAXED);
		__atomic_store(&longest[cpu], &none, __ATOMIC_RELAXED);
	}
}

double pulse_longest_ms(void)
{
	double now = seconds(), most = 0, gap, since;
	int cpu;

	for (cpu = 0; cpu < HOLD_CPU; cpu++) {
		__atomic_load(&longest[cpu], &gap, __ATOMIC_RELAXED);
		__atomic_load(&last[cpu], &since, __ATOMIC_RELAXED);
		if (now - since > gap)
			gap = now - since;
		if (gap > most)
			most = gap;
	}
	return 1e3 * most;
}
