/* SPDX-License-Identifier: GPL-2.0 */
/* The library's side of a mapped ring: its own ring.h, marked for the explorer. */
#ifndef MAPPED_H
#define MAPPED_H

#include "ring_test.h"

/* Starts where the kernel's taker is; @quiet: with a wake position. */
void mapped_start(struct evtchn_ring *ring, struct evtmmap_consumer *page,
		  bool quiet);
/* RESYNC was called. */
void mapped_restart(void);
bool mapped_take(u32 *port);
/* True if there is something to take; if not, it says that it will sleep. */
bool mapped_arm(void);

#endif
