// SPDX-License-Identifier: MIT
/*
 * The backend of batch.c in a program whose event loop is io_uring (liburing).
 *
 *	uring DOMID PORT	connects to a port that another domain offers
 */
#include <liburing.h>
#include <poll.h>
#include "example.h"

/* Takes all, answers all in one call, and says that it is about to sleep. */
static int answer(struct evtmmap *h)
{
	int ret;

	do {
		while ((ret = evtmmap_next(h)) > 0) {
			ret = evtmmap_queue(h, (unsigned int)ret,
					    EVTMMAP_REARM | EVTMMAP_NOTIFY);
			if (ret < 0)
				return ret;
		}
		if (ret == -EOVERFLOW)
			ret = evtmmap_resync(h);
		if (ret == 0)
			ret = evtmmap_submit(h);
		if (ret == 0)
			ret = evtmmap_arm(h);
	} while (ret == 1);
	return ret;
}

static int watch(struct evtmmap *h, struct io_uring *ring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	if (!sqe)
		return -EBUSY;
	io_uring_prep_poll_multishot(sqe, evtmmap_fd(h), POLLIN);
	return 0;
}

/* What they are about answer() finds out; the watch itself may be over. */
static int reap(struct evtmmap *h, struct io_uring *ring)
{
	struct io_uring_cqe *cqe;
	int ret = 0;

	while (ret == 0 && io_uring_peek_cqe(ring, &cqe) == 0) {
		if (cqe->res < 0)
			ret = cqe->res;
		else if (!(cqe->flags & IORING_CQE_F_MORE))
			ret = watch(h, ring);
		io_uring_cqe_seen(ring, cqe);
	}
	return ret;
}

static int serve(struct evtmmap *h, struct io_uring *ring)
{
	int ret = watch(h, ring);

	while (ret == 0 || ret == -EINTR) {
		ret = answer(h);
		if (ret == 0)
			ret = io_uring_submit_and_wait(ring, 1);
		if (ret >= 0)
			ret = reap(h, ring);
	}
	return ret;
}

int main(int argc, char **argv)
{
	struct io_uring ring;
	struct evtmmap *h;
	int ret = open_connected(argc, argv, &h);

	if (ret)
		return ret;
	ret = io_uring_queue_init(8, &ring, 0);
	if (ret == 0) {
		ret = serve(h, &ring);
		io_uring_queue_exit(&ring);
	}
	evtmmap_close(h);
	return fail("io_uring", ret);
}
