// SPDX-License-Identifier: GPL-2.0
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

#include "role.h"

/* A machine that watches every access is slow, but not that slow. */
#define LEAST_STEPS 2

bool scene_over(struct scene *s)
{
	return __atomic_load_n(&s->over, __ATOMIC_ACQUIRE);
}

static void *play(void *arg)
{
	struct role *r = arg;

	while (!scene_over(r->scene)) {
		r->step(r->scene, &r->seed);
		r->done++;
		/* More threads than CPUs: all shall have a turn. */
		if (rand_r(&r->seed) % 8 == 0)
			sched_yield();
	}
	return NULL;
}

static double duration(void)
{
	const char *text = getenv("EVT_SECONDS");

	return text ? atof(text) : 20;
}

static void nothing(int sig)
{
	(void)sig;
}

static void join(struct role *r)
{
	while (r->sleeps && pthread_tryjoin_np(r->thread, NULL)) {
		pthread_kill(r->thread, SIGUSR1);
		usleep(10000);
	}
	if (!r->sleeps)
		CHECK_EQ(pthread_join(r->thread, NULL), 0);
	tap_note("%s: %lu times", r->name, r->done);
}

void scene_play(struct scene *s, struct role *roles, int n)
{
	struct sigaction sa = { .sa_handler = nothing };
	int i;

	CHECK_OK(sigaction(SIGUSR1, &sa, NULL));
	for (i = 0; i < n; i++) {
		roles[i].scene = s;
		roles[i].seed = i + 1;
		CHECK_EQ(pthread_create(&roles[i].thread, NULL, play, &roles[i]), 0);
	}
	usleep(duration() * 1e6);
	__atomic_store_n(&s->over, true, __ATOMIC_RELEASE);
	for (i = 0; i < n; i++)
		join(&roles[i]);
	for (i = 0; i < n; i++)
		CHECK_GE(roles[i].done, LEAST_STEPS);
}
