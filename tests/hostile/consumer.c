// SPDX-License-Identifier: GPL-2.0
/* Consumers that do not keep to the order of things. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "frame.h"

/* What is queued stays one entry a port, however often it fires. */
HOSTILE(consumer_that_never_takes)
{
	uint32_t prod = ring.pos + mine.n;

	bundle_fire_all(&mine);
	ring_reaches(ring.header, prod);
	while (going())
		bundle_fire_all(&mine);
	CHECK_EQ(load_acquire(&ring.header->prod), prod);
	CHECK_EQ(ring.header->flags, 0);
	CHECK_EQ(evt_poll(mine.rx, 0) & (POLLIN | POLLERR), POLLIN);
	mapped_take_each(&ring, &mine);
}

HOSTILE(consumer_that_takes_backwards)
{
	uint64_t slots[HOSTILE_PORTS];
	uint32_t i, begin;

	while (going()) {
		begin = ring.pos;
		bundle_fire_all(&mine);
		ring_reaches(ring.header, begin + mine.n);
		store(&ring.page->flags, 0);
		for (i = 0; i < mine.n; i++)
			slots[i] = consumer_slot(&ring, begin + i);
		for (i = mine.n; i--; ) {
			store(&ring.page->cons, begin + i);
			CHECK(evt_poll(mine.rx, 0) & POLLIN);
			CHECK(consumer_slot(&ring, begin + i) == slots[i]);
			evt_unmask(mine.rx, EVTMMAP_SLOT_PORT(slots[i]));
		}
		ring.pos = begin + mine.n;
		store(&ring.page->cons, ring.pos);
	}
	CHECK_EQ(ring.header->flags, 0);
}

/* Its slots are used again under it: that is said, and nothing else happens. */
HOSTILE(consumer_that_rearms_without_taking)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	uint32_t port;

	while (going() || (load_acquire(&ring.header->prod) - ring.pos <=
			   ring.nslots && seconds() < end)) {
		bundle_fire_all(&mine);
		bundle_rearm_all(&mine);
	}
	CHECK(ring.header->flags & EVTMMAP_F_OVERRUN);
	CHECK_GE(ring.header->overruns, 1);
	CHECK(evt_poll(mine.rx, 0) & POLLERR);
	consumer_peek(&ring, &port);
	CHECK(ring.overrun);
}

static void rearm(void *arg)
{
	(void)arg;
	bundle_rearm_all(&mine);
}

/* Anyone who may write() can do that; what is queued stays readable or is said. */
HOSTILE(threads_that_rearm_all_the_time)
{
	int i;

	for (i = 0; i < 4; i++)
		meanwhile(rearm, NULL);
	while (going())
		bundle_fire_all(&mine);
	end_threads();
}

HOSTILE(consumer_that_rearms_twice)
{
	while (going()) {
		flow();
		bundle_rearm_all(&mine);
		bundle_rearm_all(&mine);
	}
	mapped_silent(&ring);
}

static void take_too(void *arg)
{
	static __thread struct consumer c;
	uint32_t port;

	if (!c.header)
		c = consumer_open(*(int *)arg);
	if (c.overrun)
		c.pos = load_acquire(&c.header->prod);
	c.overrun = false;
	if (consumer_take(&c, &port))
		evt_unmask(c.fd, port);
	else
		consumer_sleep(&c, 1);
}

HOSTILE(consumers_that_race)
{
	int i;

	for (i = 0; i < 3; i++)
		meanwhile(take_too, &mine.rx);
	while (going())
		bundle_fire_all(&mine);
	end_threads();
}

static void poll_a_moment(void *arg)
{
	struct pollfd p = { .fd = *(int *)arg, .events = POLLIN };

	CHECK_OK(poll(&p, 1, 1));
}

/* Asleep by its own word while events flow: its own loss. */
HOSTILE(consumer_that_never_wants_to_wake)
{
	int i;

	store(&ring.page->flags, EVTMMAP_C_WAKE_AT);
	for (i = 0; i < 4; i++)
		meanwhile(poll_a_moment, &mine.rx);
	while (going()) {
		store(&ring.page->wake, ring.pos + (1U << 30));
		flow();
		CHECK_EQ(evt_poll(mine.rx, 0) & POLLIN, 0);
	}
	end_threads();
}

/* Awake by its own word with nothing there: it gets what it asked for. */
HOSTILE(consumer_that_always_wants_to_wake)
{
	int i;

	for (i = 0; i < 4; i++)
		meanwhile(poll_a_moment, &mine.rx);
	while (going()) {
		store(&ring.page->cons, ring.pos - 1);
		CHECK(evt_poll(mine.rx, 0) & POLLIN);
		flow_silently();
	}
	end_threads();
}

HOSTILE(two_dozen_sleepers_on_one_ring)
{
	int i;

	for (i = 0; i < 24; i++)
		meanwhile(poll_a_moment, &mine.rx);
	while (going())
		flow();
	end_threads();
}

static volatile sig_atomic_t signals;

static void count_signal(int sig)
{
	(void)sig;
	signals++;
}

/* SIGIO goes by cons, too: it may come too often or not at all. */
HOSTILE(sigio_with_a_cons_at_random)
{
	signal(SIGIO, count_signal);
	CHECK_OK(fcntl(mine.rx, F_SETOWN, getpid()));
	CHECK_OK(fcntl(mine.rx, F_SETFL, O_NONBLOCK | O_ASYNC));
	while (going()) {
		store(&ring.page->cons, random());
		flow_silently();
		store(&ring.page->cons, ring.pos);
		flow_silently();
	}
	CHECK_OK(fcntl(mine.rx, F_SETFL, O_NONBLOCK));
	CHECK_GE(signals, 1);
}

static void rewatch(void *arg)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int ep = CHECK_OK(epoll_create1(0)), i;

	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, *(int *)arg, &event));
	for (i = 0; i < 5; i++)
		epoll_wait(ep, &event, 1, i % 2);
	close(ep);
}

HOSTILE(epoll_comes_and_goes_with_a_wake_at_random)
{
	meanwhile(rewatch, &mine.rx);
	meanwhile(rewatch, &mine.rx);
	store(&ring.page->flags, EVTMMAP_C_WAKE_AT);
	while (going()) {
		store(&ring.page->wake, random());
		flow();
	}
	end_threads();
}
