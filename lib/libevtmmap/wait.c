// SPDX-License-Identifier: MIT
/*
 * Sleeping, in here or in an event loop.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>
#include "handle.h"

#define NS_PER_S	1000000000LL
#define NS_FOR_EVER	(INT64_MAX / 2)
#define NS_OF_POLL	(INT32_MAX * NS_PER_S)	/* time_t may have 32 bits */

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

/* 1 if there are events; 0 if there are none and the driver would wake us. */
static int arm(struct evtmmap *h)
{
	int ret = event_look(h);

	if (ret == 0 && h->header)
		ret = look_and_stay(h);
	if (ret > 0 && h->quiet)
		ring_wake_far(&h->ring);
	return ret;
}

int evtmmap_arm(struct evtmmap *h)
{
	int ret = handle_error(h);

	if (ret == 0)
		ret = queue_pass_on(h);
	return ret < 0 ? ret : arm(h);
}

/* 1 if something happened, 0 if the time is over, -errno. */
static int sleep_by_poll(struct evtmmap *h, int64_t ns)
{
	struct pollfd p = { .fd = h->fd, .events = POLLIN };
	struct timespec ts;
	int ret;

	if (ns > NS_OF_POLL)
		ns = NS_OF_POLL;
	ts.tv_sec = (time_t)(ns / NS_PER_S);
	ts.tv_nsec = (long)(ns % NS_PER_S);
	ret = ppoll(&p, 1, ns < 0 ? NULL : &ts, NULL);
	if (ret < 0)
		return -errno;
	/* Overflow is one event_look() knows of; the rest is not ours to see. */
	return p.revents & (POLLNVAL | POLLHUP) ? -EIO : ret;
}

static int64_t time_left(int64_t deadline)
{
	int64_t left;

	if (deadline < 0)
		return -1;
	left = deadline - now_ns();
	return left > 0 ? left : 0;
}

/* Of a classic file, and of a driver without ENTER. The queue is empty. */
static int wait_by_poll(struct evtmmap *h, int64_t deadline, int64_t left)
{
	int ret;

	for (;;) {
		ret = arm(h);
		if (ret || !left)
			return ret;
		ret = sleep_by_poll(h, left);
		if (ret < 0)
			return ret;
		left = time_left(deadline);
	}
}

/* The driver looks at the slot itself before it sleeps, and stores wake (D). */
static int wait_by_enter(struct evtmmap *h, unsigned int min, int64_t deadline,
			 int64_t left)
{
	int ret;

	for (;;) {
		ret = queue_enter(h, min, left);
		if (ret == -ESTALE)
			ret = map_restored(h);
		if (ret < 0)
			return ret;
		ret = ring_has_event(&h->ring) ? 1 : event_look(h);
		if (ret > 0 && h->quiet)
			ring_wake_far(&h->ring);
		if (ret)
			return ret;
		left = time_left(deadline);
		if (!left)
			return 0;
	}
}

static int wait_asleep(struct evtmmap *h, unsigned int min, int64_t deadline,
		       int64_t left)
{
	int ret;

	/* With something to submit the driver may as well look. */
	if (left && min && queue_can_enter(h) &&
	    (min > 1 || queue_length(h) || !event_look(h)))
		return wait_by_enter(h, min, deadline, left);
	ret = queue_pass_on(h);
	return ret < 0 ? ret : wait_by_poll(h, deadline, left);
}

/* What is queued has to be done first: it may be what the events wait for. */
static int wait_by_spin(struct evtmmap *h, unsigned int min, int64_t deadline)
{
	int64_t start;
	int ret = queue_pass_on(h);

	if (ret < 0)
		return ret;
	if (min <= 1 && ring_has_event(&h->ring))
		return 1;
	start = now_ns();
	if (min <= 1 && spin_wait(h, start, deadline))
		return 1;
	ret = wait_asleep(h, min, deadline, time_left(deadline));
	/* What did not come at all came late. */
	if (ret >= 0)
		spin_learn(h, ret ? now_ns() - start : SPIN_LATE);
	return ret;
}

int evtmmap_submit_wait(struct evtmmap *h, unsigned int min, int64_t timeout_ns)
{
	bool limited = timeout_ns >= 0 && timeout_ns < NS_FOR_EVER;
	int64_t deadline = -1;
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	if (min > INT_MAX)
		return -EINVAL;
	if (limited && timeout_ns)
		deadline = now_ns() + timeout_ns;
	if (timeout_ns && h->spin_most && h->header)
		return wait_by_spin(h, min, deadline);
	return wait_asleep(h, min, deadline, limited ? timeout_ns : -1);
}

int evtmmap_wait(struct evtmmap *h, int64_t timeout_ns)
{
	return evtmmap_submit_wait(h, 1, timeout_ns);
}
