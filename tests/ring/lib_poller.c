// SPDX-License-Identifier: GPL-2.0
/* libevtmmap: a poller in the driver does what is queued. */
#include <unistd.h>

#include "lib.h"

#define QUEUE		256
#define NOBODYS		(EVTMMAP_PORT_LIMIT - 1)
#define IDLE_US		1000

static struct evtmmap_poller_options options(unsigned int idle_us)
{
	return (struct evtmmap_poller_options){
		.size = sizeof(struct evtmmap_poller_options),
		.cpu = -1, .idle_us = idle_us,
	};
}

static struct evtmmap *open_polled(unsigned int idle_us)
{
	struct evtmmap_poller_options o = options(idle_us);
	struct evtmmap *h = lib_open();
	int ret = evtmmap_start_poller(h, &o);

	if (ret == -EOPNOTSUPP)
		SKIP("not applicable: no poller");
	CHECK_EQ(ret, 0);
	return h;
}

/* Until the driver has counted it, which may be after submit. */
static int next_error(struct evtmmap *h)
{
	long long end = now_ns() + LONG_TIME;
	int ret;

	do
		ret = evtmmap_submit(h);
	while (!ret && now_ns() < end && !usleep(1000));
	return ret;
}

CASE(lib_poller_cannot_be_had_twice)
{
	struct evtmmap_poller_options bad = options(IDLE_US);
	struct evtmmap *h = open_polled(IDLE_US), *other = lib_open();

	CHECK_EQ(evtmmap_start_poller(NULL, NULL), -EINVAL);
	CHECK_EQ(evtmmap_start_poller(h, NULL), -EBUSY);
	bad.size = 1;
	CHECK_EQ(evtmmap_start_poller(other, &bad), -EINVAL);
	bad = options(2000000);
	CHECK_EQ(evtmmap_start_poller(other, &bad), -EINVAL);
	bad = options(IDLE_US);
	bad.cpu = 100000;
	CHECK_EQ(evtmmap_start_poller(other, &bad), -EINVAL);
	bad = options(IDLE_US);
	bad.share = other;
	CHECK_EQ(evtmmap_start_poller(other, &bad), -ENXIO);
	bad.share = h;
	CHECK_EQ(evtmmap_start_poller(other, &bad), 0);
}

static void goes_around(struct evtmmap *h, int n)
{
	struct lib_pair p = lib_bind_quietly(h);
	int i;

	for (i = 0; i < n; i++) {
		CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
		CHECK_EQ(evtmmap_submit(h), 0);
		lib_expect(h, p.b);
		CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
		/* It goes to sleep in between, now and then. */
		if (i % 8 == 0)
			usleep(4 * IDLE_US);
	}
	CHECK_EQ(evtmmap_submit(h), 0);
	lib_silent(h);
}

CASE(lib_poller_does_what_is_queued)
{
	goes_around(open_polled(0), 60);
	goes_around(open_polled(IDLE_US), 60);
}

CASE(lib_poller_is_shared)
{
	struct evtmmap_poller_options o = options(0);
	struct evtmmap *h = open_polled(IDLE_US), *other = lib_open();

	o.share = h;
	CHECK_EQ(evtmmap_start_poller(other, &o), 0);
	goes_around(h, 20);
	goes_around(other, 20);
	/* Who brought it may go. */
	evtmmap_close(h);
	goes_around(other, 20);
}

CASE(lib_poller_makes_room)
{
	struct evtmmap *h = open_polled(IDLE_US);
	struct lib_pair p = lib_bind_quietly(h);
	int i;

	for (i = 0; i < 20 * QUEUE; i++)
		CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
	CHECK_EQ(evtmmap_submit(h), 0);
	lib_expect(h, p.b);
	lib_silent(h);
}

/* Whoever takes it, the poller or the call that wakes it. */
static void error_once(unsigned int idle_us)
{
	struct evtmmap *h = open_polled(idle_us);
	int i;

	for (i = 0; i < 5; i++) {
		usleep(20000);
		CHECK_EQ(evtmmap_queue(h, NOBODYS, EVTMMAP_NOTIFY), 0);
		CHECK_EQ(next_error(h), -ENOTCONN);
		usleep(20000);
		CHECK_EQ(evtmmap_submit(h), 0);
		CHECK_EQ(evtmmap_submit(h), 0);
	}
}

CASE(lib_poller_awake_error_is_said_once)
{
	error_once(1000000);
}

CASE(lib_poller_asleep_error_is_said_once)
{
	error_once(0);
}
