/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A thread that publishes one port and stops before any one of the
 * instructions that takes: the CPU's trap flag ends each with a signal, and
 * the signal's handler does not come back. To all others that is a publisher
 * whose CPU was taken away. No ring has to be changed for it.
 */
#ifndef EVTBENCH_STEP_H
#define EVTBENCH_STEP_H

#include "rings.h"

void step_setup(void);

/* Publishes @port in this thread. Returns the instructions of ops->publish(). */
unsigned int step_count(const struct ring_ops *ops, void *ring, uint32_t port);

/*
 * The same in a thread of its own, until it stands before instruction @stop,
 * of which 0 is the first. Only one at a time. False: there is no such one, and
 * the port was published.
 */
bool step_begin(const struct ring_ops *ops, void *ring, uint32_t port,
		unsigned int stop);
/* Lets it go on at full speed. */
void step_release(void);
/* Waits until it has ended; it need not be able to until others go on. */
bool step_ended(void);

#endif
