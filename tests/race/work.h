/* SPDX-License-Identifier: GPL-2.0 */
/* What several scenes of the command ring do: commands, ENTER, io_uring. */
#ifndef WORK_H
#define WORK_H

#include "role.h"

#define WORK_OPS (EVTMMAP_CMD_REARM | EVTMMAP_CMD_NOTIFY | EVTMMAP_CMD_SPURIOUS)

/* Behind those that are there; a poller may be looking. */
void work_queue(struct evtmmap_consumer *page, uint32_t op, uint32_t port);

/* Any command, any tail: of these ports as well as of none. */
void work_scribble(struct evtmmap_consumer *page,
		   const struct evtmmap_header *header, const uint32_t *ports,
		   uint32_t n, unsigned int *seed);

/*
 * ENTER with a time-out of some milliseconds. What it says of commands that
 * make no sense is right: they do not.
 */
void work_enter(int fd, uint32_t submit, uint32_t min, uint32_t flags,
		unsigned int *seed);

/* An option of a port that may be gone. Returns whether it was set. */
bool work_option(int fd, unsigned long cmd, uint32_t port, uint32_t value);

/* Its own poller, or that of @other. Returns whether it has one. */
bool work_poller(int fd, int other, unsigned int *seed);

/*
 * Requests on an io_uring of the caller's own, some of which wait; now and then
 * the ring is closed under those, and another one opened.
 */
struct worker;
struct worker *worker_open(int fd);
void worker_step(struct worker *w, uint32_t a, uint32_t b, unsigned int *seed);
void worker_close(struct worker *w);

#endif
