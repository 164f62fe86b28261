/* SPDX-License-Identifier: GPL-2.0 */
/* Requests of io_uring, by liburing, and who it has them done by. */
#ifndef REQUEST_H
#define REQUEST_H

#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>

void ring_open(struct io_uring *r);	/* or the case is skipped */
void ring_close(struct io_uring *r);	/* and nobody worked for it */
/* A cleared entry; its completion is known by @tag. */
struct io_uring_sqe *ring_sqe(struct io_uring *r, uint64_t tag);
void ring_submit(struct io_uring *r, int n);
struct io_uring_cqe ring_any(struct io_uring *r);	/* has to come */
/* The next completion, which has to be this one's. */
struct io_uring_cqe ring_next(struct io_uring *r, uint64_t tag);
int ring_result(struct io_uring *r, uint64_t tag);	/* the last of it */
void ring_cancel(struct io_uring *r, uint64_t tag);	/* it waits, and stops */
void ring_silent(struct io_uring *r);	/* nothing there, nothing comes */
bool ring_knows(struct io_uring *r, int opcode);

/* EVTMMAP_IOC_* or one of the classic ones, with what it would point to. */
void ring_prep_command(struct io_uring_sqe *sqe, int fd, uint32_t cmd,
		       uint32_t word0, uint32_t word1);

/* Threads that io_uring has made for this process. */
int workers(void);

#endif
