/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that do one thing each, over and over and all at once, to a driver
 * that a race detector watches. What they get does not matter here: that they
 * all got to do it does, and that everything works afterwards.
 */
#ifndef ROLE_H
#define ROLE_H

#include <pthread.h>

#include "../mapped/bundle.h"

#define ROLES_MAX 16

/**
 * struct scene - files, and who does what to them
 * @ports: ports of the file @ports.rx, notified through @ports.tx
 * @consumer: of a mapped ring
 * @over: everyone is to stop
 */
struct scene {
	struct bundle ports;
	struct consumer consumer;
	bool over;
};

/**
 * struct role - one thread
 * @step: what it does once
 * @sleeps: for as long as no signal ends it; the others do not
 * @done: how often it did
 */
struct role {
	const char *name;
	void (*step)(struct scene *s, unsigned int *seed);
	bool sleeps;
	unsigned long done;
	unsigned int seed;
	struct scene *scene;
	pthread_t thread;
};

/* Plays these roles for EVT_SECONDS; each has to get somewhere. */
void scene_play(struct scene *s, struct role *roles, int n);

bool scene_over(struct scene *s);

#endif
