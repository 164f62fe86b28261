// SPDX-License-Identifier: MIT
/*
 * Sleeping, in here or in an event loop.
 */
#include <errno.h>
#include <poll.h>
#include <time.h>
#include "handle.h"

#define NS_PER_S	1000000000LL
#define NS_FOR_EVER	(INT64_MAX / 2)

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/*
 * Looking may move cons, past a dead entry for one; a wake position left
 * behind would then stand at a filled slot, and no sleep would last.
 */
static int look_and_stay(struct evtmmap *h)
{
	__u32 cons;
	int ret;

	do {
		cons = h->ring.cons;
		ring_wake_here(&h->ring, h->quiet);
		ret = event_look(h);
	} while (ret == 0 && cons != h->ring.cons);
	return ret;
}

int evtmmap_arm(struct evtmmap *h)
{
	int ret;

	if (!h)
		return -EINVAL;
	ret = event_look(h);
	if (ret == 0 && h->header)
		ret = look_and_stay(h);
	if (ret > 0 && h->quiet)
		ring_wake_far(&h->ring);
	return ret;
}

/* 1 if something happened, 0 if the time is over, -errno. */
static int sleep_ns(struct evtmmap *h, int64_t ns)
{
	struct pollfd p = { .fd = h->fd, .events = POLLIN };
	struct timespec ts = { ns / NS_PER_S, ns % NS_PER_S };
	int ret = ppoll(&p, 1, ns < 0 ? NULL : &ts, NULL);

	if (ret < 0)
		return -errno;
	/* Overflow is one event_look() knows of; the rest is not ours to see. */
	return p.revents & (POLLNVAL | POLLHUP) ? -EIO : ret;
}

int evtmmap_wait(struct evtmmap *h, int64_t timeout_ns)
{
	bool limited = timeout_ns >= 0 && timeout_ns < NS_FOR_EVER;
	int64_t left = limited ? timeout_ns : -1;
	int64_t deadline = left > 0 ? now_ns() + left : 0;
	int ret;

	for (;;) {
		ret = evtmmap_arm(h);
		if (ret || !left)
			return ret;
		ret = sleep_ns(h, left);
		if (ret < 0)
			return ret;
		if (limited)
			left = deadline - now_ns();
		if (limited && left < 0)
			left = 0;
	}
}
