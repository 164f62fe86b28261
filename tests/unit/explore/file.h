/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An open file, its ports, and the interrupts behind them, for scenarios of the
 * explorer. Each port is bound to the vCPU that is a thread of its own; a port
 * that was EOId and is pending is delivered there.
 */
#ifndef FILE_H
#define FILE_H

#include "kernel.h"

#define PORTS 4

extern struct evtchn_file file;
extern struct file filp;

/* @nports of them, with a ring of @nslots at @origin. */
void file_start(u32 nslots, const struct origin *origin, int nports);
void file_map(bool quiet);
/* What is left over is taken; no event is there twice. */
void file_end(void);
/* The same where it does not matter what was taken. */
void file_close(void);

/*
 * The vCPU of port 0, or 1: its peer sends, once if nothing else is said; ends
 * when the last was delivered.
 */
void vcpu_0(void);
void vcpu_0_twice(void);
void vcpu_0_thrice(void);
void vcpu_1(void);

/* An event was read, or peeked in a mapped ring. */
void file_taken(u32 port);
/* Each event that ever comes has come, and was taken. */
bool file_all_taken(void);
/* The same for a client that rearms untaken entries: events may merge. */
bool file_all_served(void);
void file_may_merge(void);
/* RESYNC may give an event twice. */
void file_may_repeat(void);
void file_expect(u32 port, int n);
/*
 * A handler may be called again without its ack, which leaves its port open in Xen:
 * after a rearm while it ran, as when the interrupt was moved meanwhile.
 */
void file_may_replay(void);
void file_early(u32 port);

/* For scenario.still: what the other vCPUs delivered was taken. */
void file_others_are_served(int rest);

/* As the system calls. */
int file_read(u32 *ports, u32 max);
void file_write(u32 port);
void file_grow(void);

/* A reader that takes, and then rearms, until all is taken. */
void reader(void);

#endif
