// SPDX-License-Identifier: MIT
/*
 * The backend of batch.c in a program whose event loop is io_uring (liburing).
 *
 *	uring DOMID PORT	connects to a port that another domain offers
 */
#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <evtmmap.h>

/* Takes all, answers all in one call, and says that it is about to sleep. */
static int answer(struct evtmmap *h)
{
	int port, ret;

	do {
		while ((port = evtmmap_next(h)) > 0)
			evtmmap_queue(h, (unsigned int)port,
				      EVTMMAP_REARM | EVTMMAP_NOTIFY);
		if (port < 0)
			return port;
		ret = evtmmap_arm(h);	/* also submits */
	} while (ret == 1);
	return ret;
}

static int serve(struct evtmmap *h, struct io_uring *ring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
	struct io_uring_cqe *cqe;
	int ret;

	io_uring_prep_poll_multishot(sqe, evtmmap_fd(h), POLLIN);
	do {
		ret = answer(h);
		if (ret == 0)
			ret = io_uring_submit_and_wait(ring, 1);
		if (ret >= 0)
			ret = io_uring_peek_cqe(ring, &cqe);
		if (ret == 0) {
			ret = cqe->res < 0 ? cqe->res : 0;
			io_uring_cqe_seen(ring, cqe);
		}
	} while (ret == 0 || ret == -EINTR);
	return ret;
}

int main(int argc, char **argv)
{
	struct io_uring ring;
	struct evtmmap *h;
	int ret = evtmmap_open(&h, NULL);

	if (argc != 3)
		return 2;
	if (ret == 0)
		ret = evtmmap_bind_interdomain(h, (unsigned int)atoi(argv[1]),
					       (unsigned int)atoi(argv[2]));
	if (ret > 0)
		ret = io_uring_queue_init(8, &ring, 0);
	if (ret == 0)
		ret = serve(h, &ring);
	fprintf(stderr, "%s: %s\n", argv[0], evtmmap_strerror(ret));
	return 1;
}
