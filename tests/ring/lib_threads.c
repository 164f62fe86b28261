// SPDX-License-Identifier: GPL-2.0
/*
 * libevtmmap: one consumer, others who notify and rearm, all at once. A wake-up
 * that gets lost shows as a wait that times out.
 */
#include <pthread.h>
#include <sys/epoll.h>
#include <time.h>

#include "lib.h"

#define PAIRS	12
#define SECONDS	6

static struct evtmmap *h;
static struct lib_pair pairs[PAIRS];
static bool stop;
static long taken[EVTMMAP_PORT_LIMIT];

static void *notifier(void *unused)
{
	int i;

	(void)unused;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		for (i = 0; i < PAIRS; i++)
			CHECK_EQ(evtmmap_notify(h, pairs[i].a), 0);
	return NULL;
}

static int to_rearmer[2];

static void *rearmer(void *unused)
{
	uint32_t ports[64];
	ssize_t got;

	(void)unused;
	while ((got = read(to_rearmer[0], ports, sizeof(ports))) > 0)
		CHECK_EQ(evtmmap_rearm_many(h, ports, got / 4), got / 4);
	return NULL;
}

static int sleep_in_wait(void)
{
	return evtmmap_wait(h, LONG_TIME);
}

static int sleep_in_epoll(void)
{
	static int epoll;
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int ret = evtmmap_arm(h);

	if (ret)
		return ret;
	if (!epoll) {
		epoll = CHECK_OK(epoll_create1(0));
		CHECK_OK(epoll_ctl(epoll, EPOLL_CTL_ADD, evtmmap_fd(h), &event));
	}
	return CHECK_OK(epoll_wait(epoll, &event, 1, LONG_TIME / MS));
}

static void rearm_here(uint32_t port)
{
	CHECK_EQ(evtmmap_rearm(h, port), 0);
}

static void rearm_there(uint32_t port)
{
	CHECK_EQ(write(to_rearmer[1], &port, 4), 4);
}

/* Takes all there is; returns how many. */
static long take(void (*rearm)(uint32_t port))
{
	long n = 0;
	int port;

	while ((port = evtmmap_next(h)) > 0) {
		taken[port]++;
		rearm(port);
		n++;
	}
	CHECK_EQ(port, 0);
	return n;
}

static void bind_all(void)
{
	int i;

	h = lib_open();
	CHECK_OK(pipe(to_rearmer));
	for (i = 0; i < PAIRS; i++)
		pairs[i] = lib_bind(h);
}

/* Nothing is queued, nothing is masked, and nothing came that did not fire. */
static void expect_quiet(void)
{
	int i;

	/* A vCPU of a loaded machine may deliver its last event late. */
	while (evtmmap_wait(h, 1000 * MS) == 1)
		take(rearm_here);
	for (i = 0; i < PAIRS; i++) {
		CHECK_GE(taken[pairs[i].b], 2);
		CHECK_EQ(taken[pairs[i].a], 0);
		CHECK_EQ(evtmmap_notify(h, pairs[i].a), 0);
		lib_expect(h, pairs[i].b);
	}
	CHECK_EQ(evtmmap_overrun(h), 0);
}

static void storm(int (*sleep_until)(void), void (*rearm)(uint32_t port))
{
	time_t end = time(NULL) + SECONDS;
	long events = 0, sleeps = 0;
	pthread_t t[3];
	int i;

	bind_all();
	CHECK(!pthread_create(&t[0], NULL, notifier, NULL));
	CHECK(!pthread_create(&t[1], NULL, notifier, NULL));
	CHECK(!pthread_create(&t[2], NULL, rearmer, NULL));
	while (time(NULL) < end) {
		CHECK_EQ(sleep_until(), 1);
		events += take(rearm);
		sleeps++;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		CHECK(!pthread_join(t[i], NULL));
	close(to_rearmer[1]);
	CHECK(!pthread_join(t[2], NULL));
	tap_note("%ld events, %ld sleeps", events, sleeps);
	expect_quiet();
}

CASE_LIMIT(lib_threads_wait_is_woken, 60)
{
	storm(sleep_in_wait, rearm_here);
}

CASE_LIMIT(lib_threads_edge_triggered_epoll_is_woken, 60)
{
	storm(sleep_in_epoll, rearm_here);
}

CASE_LIMIT(lib_threads_another_thread_rearms, 60)
{
	storm(sleep_in_wait, rearm_there);
}
