// SPDX-License-Identifier: GPL-2.0
/*
 * A publisher is stopped, for as long as it takes, before each of its accesses
 * in turn. The others' entries must be delivered meanwhile, its own once it
 * goes on.
 */
#include <pthread.h>
#include <sched.h>

#include "ring_test.h"

#define SLOTS	8
#define MINE	1000
#define STEPS	100	/* more than publish ever takes */

static struct evtchn_ring ring;
static int stop_at;		/* how many accesses it may do */
static int stopped, released, finished;

static _Thread_local int steps;

static void stop_here(void)
{
	if (steps++ != stop_at)
		return;
	__atomic_store_n(&stopped, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&released, __ATOMIC_SEQ_CST))
		sched_yield();
}

static void *stalling_publisher(void *arg)
{
	(void)arg;
	shim_hook = stop_here;
	rcu_read_lock();
	evtchn_ring_publish(&ring, MINE);
	rcu_read_unlock();
	shim_hook = NULL;
	__atomic_store_n(&finished, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static pthread_t start_and_stop(int at)
{
	pthread_t thread;

	stop_at = at;
	stopped = released = finished = 0;
	CHECK_EQ(pthread_create(&thread, NULL, stalling_publisher, NULL), 0);
	while (!__atomic_load_n(&stopped, __ATOMIC_SEQ_CST) &&
	       !__atomic_load_n(&finished, __ATOMIC_SEQ_CST))
		sched_yield();
	return thread;
}

/* Lets it go on; false if it was never stopped. */
static bool release(pthread_t thread)
{
	__atomic_store_n(&released, 1, __ATOMIC_SEQ_CST);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	return stopped;
}

/* Takes @n entries besides the stopped one's; counts that one in @mine. */
static void take_others(u32 first, u32 n, int *mine)
{
	u32 port;

	while (n || !*mine) {
		if (!ring_take(&ring, &port))
			break;
		if (port == MINE) {
			++*mine;
			continue;
		}
		CHECK_EQ(port, first);
		first++;
		n--;
	}
	CHECK_EQ(n, 0);
}

static void check_mine(int *mine)
{
	u32 port;

	while (ring_take(&ring, &port)) {
		CHECK_EQ(port, MINE);
		++*mine;
	}
	CHECK_EQ(*mine, 1);
}

/* @others is what happens while the publisher stands still. */
static void stall_at_each_step(const struct origin *origin,
			       void (*others)(int *mine))
{
	bool more = true;
	int at;

	for (at = 0; more; at++) {
		pthread_t thread;
		int mine = 0;

		CHECK_LE(at, STEPS);
		ring_start(&ring, SLOTS, origin);
		ring_publish_n(&ring, 1, 2);
		thread = start_and_stop(at);
		take_others(1, 2, &mine);
		others(&mine);
		more = release(thread);
		check_mine(&mine);
		ring_pass(&ring, 3 * SLOTS);
		ring_end(&ring);
	}
	/* It was stopped somewhere at all. */
	CHECK_GE(at, 5);
}

static void others_publish(int *mine)
{
	u32 i;

	for (i = 0; i < 5; i++) {
		ring_publish_n(&ring, 10 * i, 3);
		take_others(10 * i, 3, mine);
	}
}

static void others_grow(int *mine)
{
	u32 i;

	for (i = 0; i < 5; i++) {
		ring_publish_n(&ring, 10 * i, 2);
		CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
		ring_publish_n(&ring, 10 * i + 2, 2);
		take_others(10 * i, 4, mine);
	}
}

static void others_unbind(int *mine)
{
	ring_publish_n(&ring, 10, 2);
	evtchn_ring_publish(&ring, 12);
	evtchn_ring_forget(&ring, 12, false);
	take_others(10, 2, mine);
}

CASE_AT_ORIGINS(stalled_publisher_delays_only_itself)
{
	stall_at_each_step(origin, others_publish);
}

CASE_AT_ORIGINS(stalled_publisher_while_the_ring_grows)
{
	stall_at_each_step(origin, others_grow);
}

CASE_AT_ORIGINS(stalled_publisher_while_a_port_is_unbound)
{
	stall_at_each_step(origin, others_unbind);
}

/* What it filled before it stopped wakes a consumer that asks from then on. */
CASE_AT_ORIGINS(stalled_publisher_is_seen_by_filled)
{
	bool more = true, seen = false;
	int at;

	for (at = 0; more; at++) {
		pthread_t thread;
		u32 port, pos;
		bool filled;

		ring_start(&ring, SLOTS, origin);
		pos = ring_prod(&ring);
		thread = start_and_stop(at);
		filled = evtchn_ring_filled(&ring, pos);
		CHECK_EQ(filled, ring_take(&ring, &port));
		seen |= filled;
		more = release(thread);
		ring_end(&ring);
	}
	CHECK(seen);
}
