/* SPDX-License-Identifier: GPL-2.0 */
/* A real-time thread that leaves nobody else its CPU for a while. */
#ifndef HOG_H
#define HOG_H

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

#include "bundle.h"

/* Less than what the scheduler leaves to the others by itself, each second. */
#define HOG_SECONDS	0.7

struct hog {
	pthread_t thread;
	int cpu;
	bool on, over;
};

static inline void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK_OK(sched_setaffinity(0, sizeof(set), &set));
}

static inline void *hog_run(void *arg)
{
	struct sched_param first = { .sched_priority = 1 };
	struct hog *h = arg;
	double begin;

	pin(h->cpu);
	CHECK_OK(sched_setscheduler(0, SCHED_FIFO, &first));
	begin = seconds();
	__atomic_store_n(&h->on, true, __ATOMIC_RELEASE);
	while (seconds() - begin < HOG_SECONDS)
		;
	__atomic_store_n(&h->over, true, __ATOMIC_RELEASE);
	return NULL;
}

/* Returns when it has the CPU. */
static inline void hog_start(struct hog *h, int cpu)
{
	*h = (struct hog){ .cpu = cpu };
	CHECK_EQ(pthread_create(&h->thread, NULL, hog_run, h), 0);
	while (!__atomic_load_n(&h->on, __ATOMIC_ACQUIRE))
		usleep(1000);
}

static inline bool hog_is_over(struct hog *h)
{
	return __atomic_load_n(&h->over, __ATOMIC_ACQUIRE);
}

static inline void hog_end(struct hog *h)
{
	CHECK_EQ(pthread_join(h->thread, NULL), 0);
}

#endif
