// SPDX-License-Identifier: GPL-2.0
/*
 * Publishers, growers and unbinders at once. Each publisher counts its entries
 * in the port number, and has no more of them in the ring than its share.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "ring_test.h"
#include "user.h"

#define PUBLISHERS	3
#define SHARE		8	/* what @share may be */
#define SLOTS		64
#define EVENTS		20000
#define VICTIM		500000000U	/* ports that get unbound */

#define PORT(who, n)	((u32)(n) * PUBLISHERS + (who))

static struct evtchn_ring ring;
static pthread_mutex_t bind_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t taker_lock = PTHREAD_MUTEX_INITIALIZER;
static u32 taken[PUBLISHERS];	/* entries taken of each publisher */
static u32 publishing;		/* publishers that are not through */
static u32 share;		/* entries of one publisher in the ring */
static u32 gone;		/* ports up to it were unbound */
static bool mapped;
static u32 cons;		/* where the mapped consumer is */

/* What an event is about: written plainly before, read plainly after. */
static u32 payload[PUBLISHERS][SHARE];

static void yield_at_random(void)
{
	static _Thread_local unsigned int seed;

	if (!seed)
		seed = (unsigned int)(uintptr_t)&seed | 1;
	if (rand_r(&seed) % 16 == 0)
		sched_yield();
}

static void *publisher(void *arg)
{
	u32 who = (uintptr_t)arg, n;

	shim_hook = yield_at_random;
	for (n = 0; n < EVENTS; n++) {
		while (n - __atomic_load_n(&taken[who], __ATOMIC_ACQUIRE) >= share)
			sched_yield();
		payload[who][n % SHARE] = n;
		rcu_read_lock();
		evtchn_ring_publish(&ring, PORT(who, n));
		rcu_read_unlock();
	}
	__atomic_fetch_sub(&publishing, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void check_taken(u32 port)
{
	u32 who = port % PUBLISHERS, n = port / PUBLISHERS;

	CHECK_EQ(n, taken[who]);
	CHECK_EQ(payload[who][n % SHARE], n);
	__atomic_store_n(&taken[who], n + 1, __ATOMIC_RELEASE);
}

static bool all_taken(void)
{
	int i;

	for (i = 0; i < PUBLISHERS; i++)
		if (taken[i] != EVENTS)
			return false;
	return true;
}

/* By turns as large, larger, smaller; generations as many as may be mapped. */
static void *grower(void *arg)
{
	u32 i;

	(void)arg;
	for (i = 1; i < EVTMMAP_SEGMENTS &&
		    __atomic_load_n(&publishing, __ATOMIC_SEQ_CST); i++) {
		u32 until = ring_prod(&ring) + PUBLISHERS * EVENTS / 40;

		pthread_mutex_lock(&bind_lock);
		CHECK_EQ(evtchn_ring_grow(&ring, SLOTS << i % 3), 0);
		pthread_mutex_unlock(&bind_lock);
		while ((s32)(ring_prod(&ring) - until) < 0 &&
		       __atomic_load_n(&publishing, __ATOMIC_SEQ_CST))
			sched_yield();
	}
	return NULL;
}

static void forget(u32 port)
{
	pthread_mutex_lock(&bind_lock);
	pthread_mutex_lock(&taker_lock);
	evtchn_ring_forget(&ring, port, mapped);
	if (!mapped && ring.dead > SLOTS / 4)
		evtchn_ring_sweep(&ring);
	__atomic_store_n(&gone, port, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&taker_lock);
	pthread_mutex_unlock(&bind_lock);
}

/* Binds a port, lets it fire, unbinds it: from then on nobody may read it. */
static void *unbinder(void *arg)
{
	u32 port;

	(void)arg;
	for (port = VICTIM; __atomic_load_n(&publishing, __ATOMIC_SEQ_CST);
	     port++) {
		/* A mapped consumer has to skip them before there are too many. */
		if (mapped && ring_prod(&ring) -
			      __atomic_load_n(&cons, __ATOMIC_ACQUIRE) > SLOTS / 2) {
			sched_yield();
			continue;
		}
		rcu_read_lock();
		evtchn_ring_publish(&ring, port);
		rcu_read_unlock();
		sched_yield();
		forget(port);
	}
	return NULL;
}

static void take_by_read(void)
{
	u32 port;
	bool any;

	while (!all_taken()) {
		pthread_mutex_lock(&taker_lock);
		any = ring_take(&ring, &port);
		if (any && port >= VICTIM)
			CHECK(port > gone);
		pthread_mutex_unlock(&taker_lock);
		if (!any)
			sched_yield();
		else if (port < VICTIM)
			check_taken(port);
	}
}

static void take_by_mapping(bool by_prod)
{
	struct user user;
	u32 port, last;

	user_start(&user, &ring, &bind_lock, by_prod);
	while (!all_taken()) {
		last = __atomic_load_n(&gone, __ATOMIC_ACQUIRE);
		if (!user_take(&user, &port))
			sched_yield();
		else if (port < VICTIM)
			check_taken(port);
		else
			CHECK(port > last);
		__atomic_store_n(&cons, user.cons, __ATOMIC_RELEASE);
	}
}

enum taker { BY_READ, BY_TAG, BY_PROD };

static void run(const struct origin *origin, enum taker taker,
		void *(*other)(void *))
{
	pthread_t thread[PUBLISHERS + 1];
	uintptr_t i;
	u32 port;

	ring_start(&ring, SLOTS, origin);
	publishing = PUBLISHERS;
	mapped = taker != BY_READ;
	cons = ring_prod(&ring);
	/* A sweep keeps the order of one port's entries, of which there is one. */
	share = other == unbinder ? 1 : SHARE;
	if (other)
		CHECK_EQ(pthread_create(&thread[PUBLISHERS], NULL, other, NULL), 0);
	for (i = 0; i < PUBLISHERS; i++)
		CHECK_EQ(pthread_create(&thread[i], NULL, publisher, (void *)i), 0);
	if (taker == BY_READ)
		take_by_read();
	else
		take_by_mapping(taker == BY_PROD);
	for (i = 0; i < PUBLISHERS + !!other; i++)
		CHECK_EQ(pthread_join(thread[i], NULL), 0);
	if (taker == BY_READ)
		CHECK(!ring_take(&ring, &port));
	ring_end(&ring);
}

#define THREADS_LIMIT 25

CASE_LIMIT(threads_each_event_once_by_read, THREADS_LIMIT)
{
	run(&origins[0], BY_READ, NULL);
}

CASE_LIMIT(threads_each_event_once_by_read_growing, THREADS_LIMIT)
{
	run(&origins[1], BY_READ, grower);
}

CASE_LIMIT(threads_each_event_once_by_read_unbinding, THREADS_LIMIT)
{
	run(&origins[2], BY_READ, unbinder);
}

CASE_LIMIT(threads_each_event_once_by_tags, THREADS_LIMIT)
{
	run(&origins[3], BY_TAG, NULL);
}

CASE_LIMIT(threads_each_event_once_by_tags_growing, THREADS_LIMIT)
{
	run(&origins[1], BY_TAG, grower);
}

CASE_LIMIT(threads_each_event_once_by_prod_growing, THREADS_LIMIT)
{
	run(&origins[2], BY_PROD, grower);
}

CASE_LIMIT(threads_each_event_once_by_tags_unbinding, THREADS_LIMIT)
{
	run(&origins[2], BY_TAG, unbinder);
}

static void *careless_publisher(void *arg)
{
	u32 *stop = arg;

	shim_hook = yield_at_random;
	while (!__atomic_load_n(stop, __ATOMIC_SEQ_CST)) {
		rcu_read_lock();
		evtchn_ring_publish(&ring, 7);
		rcu_read_unlock();
		evtchn_ring_filled(&ring, 0);
	}
	return NULL;
}

/* RESYNC frees segments that publishers are in. */
CASE_LIMIT(threads_segments_go_after_their_publishers, THREADS_LIMIT)
{
	pthread_t thread[2];
	u32 stop = 0;
	int i;

	ring_start(&ring, SLOTS, &origins[1]);
	for (i = 0; i < 2; i++)
		CHECK_EQ(pthread_create(&thread[i], NULL, careless_publisher,
					&stop), 0);
	for (i = 0; i < 400; i++) {
		CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
		evtchn_ring_trim(&ring);
		sched_yield();
	}
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
	for (i = 0; i < 2; i++)
		CHECK_EQ(pthread_join(thread[i], NULL), 0);
	ring_end(&ring);
}
