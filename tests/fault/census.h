/* SPDX-License-Identifier: GPL-2.0 */
/* What a call that failed must not have changed: ports, interrupts, threads, files. */
#ifndef CENSUS_H
#define CENSUS_H

#include <stdint.h>

#define CENSUS_STEP	64	/* Xen gives the lowest port there is */
#define CENSUS_PORTS	(CENSUS_STEP * 8)

struct census {
	uint8_t state[CENSUS_PORTS];	/* as Xen sees it */
	int handlers;			/* lines of ours in /proc/interrupts */
	int irqs;			/* interrupts there are at all */
	int fds;
	int pollers;			/* threads that take commands */
	int maps;			/* of our node */
};

void census_take(struct census *c);
/*
 * The same now? @entry and @n are for the message. Interrupts may go a little
 * later, and so may be fewer than they were; so may threads.
 */
void census_same(const struct census *c, const char *entry, int n);

#endif
