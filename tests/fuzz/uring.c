// SPDX-License-Identifier: GPL-2.0
/* io_uring: reads and polls that wait inside the kernel, and are called off. */
#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "fuzz.h"
#include "tap.h"

#define ENTRIES		8
#define AT_ONCE		6	/* in the kernel; the rest is room to call them off */

struct uring {
	struct io_uring ring;
	int pending;
	uint32_t buffer[64];
};

void fuzz_uring_start(struct fuzz_thread *t)
{
	struct uring *u = calloc(1, sizeof(*u));
	int rc;

	CHECK(u);
	rc = io_uring_queue_init(ENTRIES, &u->ring, 0);
	if (rc)
		tap_fail(__FILE__, __LINE__, "io_uring: %s", tap_errno(-rc));
	t->uring = u;
}

void fuzz_uring_stop(struct fuzz_thread *t)
{
	struct uring *u = t->uring;

	io_uring_queue_exit(&u->ring);
	free(u);
}

static void reap(struct uring *u)
{
	struct io_uring_cqe *cqe;

	while (!io_uring_peek_cqe(&u->ring, &cqe)) {
		u->pending -= !(cqe->flags & IORING_CQE_F_MORE);
		io_uring_cqe_seen(&u->ring, cqe);
	}
}

static void fill(struct fuzz_thread *t, struct uring *u, struct io_uring_sqe *sqe,
		 int fd)
{
	unsigned int size = fuzz_one_in(t, 4) ? fuzz_below(t, sizeof(u->buffer)) : 4;

	switch (fuzz_below(t, 6)) {
	case 0:
	case 1:
		io_uring_prep_read(sqe, fd, u->buffer, size, 0);
		break;
	case 2:
		u->buffer[0] = fuzz_port(t);
		io_uring_prep_write(sqe, fd, u->buffer, 4, 0);
		break;
	case 3:
		io_uring_prep_poll_multishot(sqe, fd, POLLIN);
		break;
	case 4:
		io_uring_prep_poll_add(sqe, fd, fuzz_word(t));
		break;
	default:
		io_uring_prep_read(sqe, fd, fuzz_buffer(t, size), size, 0);
	}
	if (fuzz_one_in(t, 8))
		sqe->flags |= IOSQE_ASYNC;
}

static long submit(struct fuzz_thread *t)
{
	struct uring *u = t->uring;
	int fd = fuzz_file(t), rc;
	struct io_uring_sqe *sqe;

	reap(u);
	sqe = io_uring_get_sqe(&u->ring);
	if (!sqe)
		return -EBUSY;
	if (u->pending >= AT_ONCE)
		io_uring_prep_cancel(sqe, NULL, IORING_ASYNC_CANCEL_ANY |
						IORING_ASYNC_CANCEL_ALL);
	else
		fill(t, u, sqe, fd);
	u->pending++;
	rc = io_uring_submit(&u->ring);
	errno = rc < 0 ? -rc : 0;
	reap(u);
	return fuzz_note(t, fd, sqe->opcode, u->pending, rc);
}

const struct fuzz_op fuzz_uring_ops[] = {
	{ "io_uring", 40, submit },
	{ 0 },
};
