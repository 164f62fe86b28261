/* SPDX-License-Identifier: GPL-2.0 */
/* One thread that publishes and takes: what is timed, and what is counted. */
#ifndef EVTBENCH_LOOPS_H
#define EVTBENCH_LOOPS_H

#include "rings.h"

#define BURSTS	3

extern const unsigned int bursts[BURSTS];	/* 1, 8, 64 */

/* @burst divides @events. False: what came out is not what went in. */
bool loop(const struct ring_ops *ops, void *ring, unsigned int burst,
	  unsigned int events);

/* Each entry comes once and in order, also past the end of the slots. */
bool loop_check(const struct ring_ops *ops);

#endif
