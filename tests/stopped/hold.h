/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stops a vCPU in the middle of the driver, as built for tests; see
 * kernel/debug.h for the points. A capital letter stops an interrupt, with
 * interrupts off; a small one a thread.
 */
#ifndef HOLD_H
#define HOLD_H

#include <stdbool.h>

#define HOLD_CPU 3	/* the vCPU that stops; nothing else is to run there */

/* The calling thread, and those it starts, to this CPU; or to all but that. */
void hold_run_on(int cpu);
void hold_run_elsewhere(void);

/* Whoever comes to the point next stays there; who is at another goes on. */
void hold_arm(int point);
void hold_release(void);
bool hold_is_at(int point);
void hold_await(int point);	/* it has to come there */

/* A user program that spins instead: the same load, and nobody is stopped. */
void hold_spin_begin(void);
void hold_spin_end(void);

#endif
