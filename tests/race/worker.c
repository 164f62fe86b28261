// SPDX-License-Identifier: GPL-2.0
/* io_uring in a scene: its requests end in any order, or with their ring. */
#include <stdlib.h>

#include "uring.h"
#include "work.h"

/* Requests under way; the completion ring of uring.h has room for 16. */
#define MOST 8

struct worker {
	struct uring ring;
	int fd;
	int under_way;
};

struct worker *worker_open(int fd)
{
	struct worker *w = calloc(1, sizeof(*w));

	CHECK(w);
	w->fd = fd;
	if (!uring_open(&w->ring))
		SKIP("there is no io_uring");
	return w;
}

void worker_close(struct worker *w)
{
	uring_close(&w->ring);
	free(w);
}

/* A port that a bind by io_uring has made is given back at once. */
static void reap(struct worker *w)
{
	int result;

	while (uring_done(&w->ring, &result)) {
		w->under_way--;
		if (result > 0)
			CHECK_OK(evt_unbind(w->fd, result));
	}
}

static void submit(struct worker *w, uint32_t cmd, uint32_t word0, uint32_t word1)
{
	struct io_uring_sqe sqe = uring_command(w->fd, cmd, word0, word1);

	uring_submit(&w->ring, &sqe);
	w->under_way++;
}

void worker_step(struct worker *w, uint32_t a, uint32_t b, unsigned int *seed)
{
	/* Mostly those that wait are still there: now nobody waits any more. */
	if (w->under_way == MOST) {
		uring_close(&w->ring);
		CHECK(uring_open(&w->ring));
		w->under_way = 0;
	}
	switch (rand_r(seed) % 6) {
	case 0: submit(w, EVT_BIND_UNBOUND, 0, 0); break;
	case 1: submit(w, EVT_NOTIFY, a, 0); break;
	case 2: submit(w, EVTMMAP_IOC_REARM, b, 0); break;
	case 3: submit(w, EVTMMAP_IOC_PRIORITY, b, rand_r(seed) % 16); break;
	default: submit(w, EVTMMAP_URING_WAIT, rand_r(seed) % 3, 0); break;
	}
	usleep(rand_r(seed) % 1000);
	reap(w);
}
