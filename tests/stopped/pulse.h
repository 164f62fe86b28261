/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does a vCPU that is not held run its threads? The kernel itself may wait for
 * the held one, in a flush of all TLBs for instance, and holds up a vCPU
 * meanwhile: that says nothing about the driver.
 */
#ifndef PULSE_H
#define PULSE_H

/* A thread on each vCPU but HOLD_CPU, from now on. */
void pulse_begin(void);
/* Forget what was; the longest time since then in which one of them stood still. */
void pulse_reset(void);
double pulse_longest_ms(void);

#endif
