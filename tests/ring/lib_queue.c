// SPDX-License-Identifier: GPL-2.0
/* libevtmmap: what is queued, and when it is done. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "lib.h"

#define QUEUE		256	/* as many as are queued before they are done */
#define NOBODYS		(EVTMMAP_PORT_LIMIT - 1)

/* Without evtmmap_wait(), which would do what is queued. */
static void still_silent(struct evtmmap *h)
{
	usleep(SHORT_TIME / 1000);
	CHECK_EQ(evtmmap_next(h), 0);
}

static void comes_by_itself(struct evtmmap *h, int port)
{
	struct pollfd p = { .fd = evtmmap_fd(h), .events = POLLIN };
	long long end = now_ns() + LONG_TIME;
	int got;

	/* A quiet handle's descriptor need not wake us, or may for nothing. */
	while (!(got = evtmmap_next(h)) && now_ns() < end)
		poll(&p, 1, SHORT_TIME / MS);
	CHECK_EQ(got, port);
}

CASE(lib_queue_waits_for_submit)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);

	CHECK_EQ(evtmmap_submit(h), 0);
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
	still_silent(h);
	CHECK_EQ(evtmmap_submit(h), 0);
	comes_by_itself(h, p.b);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	still_silent(h);
	CHECK_EQ(evtmmap_submit(h), 0);
	comes_by_itself(h, p.b);
	CHECK_EQ(evtmmap_submit(h), 0);
	lib_silent(h);
}

CASE(lib_queue_does_both)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int first, second;

	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_silent(h);
	CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM | EVTMMAP_NOTIFY), 0);
	CHECK_EQ(evtmmap_submit(h), 0);
	first = lib_take(h);
	second = lib_take(h);
	CHECK((first == p.a && second == p.b) || (first == p.b && second == p.a));
	CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM | EVTMMAP_SPURIOUS), 0);
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
	lib_expect(h, p.b);
	lib_silent(h);
}

CASE(lib_wait_does_what_is_queued)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int i;

	for (i = 0; i < 50; i++) {
		CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
		lib_expect(h, p.b);
		CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	}
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
	/* Also by one that does not sleep, whether it comes in time or not. */
	CHECK_EQ(evtmmap_wait(h, 0) & ~1, 0);
	CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	lib_expect(h, p.b);
}

CASE(lib_arm_does_what_is_queued)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	struct pollfd fd = { .fd = evtmmap_fd(h), .events = POLLIN };
	int i;

	for (i = 0; i < 50; i++) {
		CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
		if (!evtmmap_arm(h))
			CHECK_EQ(poll(&fd, 1, 8000), 1);
		CHECK_EQ(evtmmap_next(h), p.b);
		CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	}
}

/* What is queued first is done when there is no room for one more. */
CASE(lib_full_queue_is_done)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int i, round;

	for (round = 0; round < 3; round++) {
		CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
		for (i = 1; i < QUEUE; i++)
			CHECK_EQ(evtmmap_queue(h, NOBODYS, EVTMMAP_REARM), 0);
		still_silent(h);
		CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
		comes_by_itself(h, p.b);
		CHECK_EQ(evtmmap_submit(h), 0);
		lib_silent(h);
	}
}

CASE_LIMIT(lib_queue_takes_any_number, 60)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int i;

	for (i = 0; i < 5000; i++)
		CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
	CHECK_EQ(evtmmap_submit(h), 0);
	lib_expect(h, p.b);
	lib_silent(h);
}

CASE(lib_queue_says_what_is_wrong)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);

	CHECK_EQ(evtmmap_queue(NULL, p.a, EVTMMAP_NOTIFY), -EINVAL);
	CHECK_EQ(evtmmap_submit(NULL), -EINVAL);
	CHECK_EQ(evtmmap_submit_wait(NULL, 1, 0), -EINVAL);
	CHECK_EQ(evtmmap_submit_wait(h, UINT32_MAX, 0), -EINVAL);
	CHECK_EQ(evtmmap_queue(h, p.a, 0), -EINVAL);
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_SPURIOUS), -EINVAL);
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_SPURIOUS | EVTMMAP_NOTIFY), -EINVAL);
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY | 1U << 3), -EINVAL);
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY | 1U << 31), -EINVAL);
	CHECK_EQ(evtmmap_queue(h, EVTMMAP_PORT_LIMIT, EVTMMAP_NOTIFY), -EINVAL);
	CHECK_EQ(evtmmap_queue(h, UINT32_MAX, EVTMMAP_REARM), -EINVAL);
	CHECK_EQ(evtmmap_submit(h), 0);
	lib_silent(h);
}

/* Of three, the one that fails is in the middle. */
static void queue_with_a_bad_one(struct evtmmap *h, const struct lib_pair p[2])
{
	CHECK_EQ(evtmmap_queue(h, p[0].a, EVTMMAP_NOTIFY), 0);
	CHECK_EQ(evtmmap_queue(h, NOBODYS, EVTMMAP_NOTIFY), 0);
	CHECK_EQ(evtmmap_queue(h, NOBODYS, EVTMMAP_REARM), 0);
	CHECK_EQ(evtmmap_queue(h, p[1].a, EVTMMAP_NOTIFY), 0);
}

static void both_come(struct evtmmap *h, const struct lib_pair p[2])
{
	int first = lib_take(h), second = lib_take(h);

	CHECK((first == p[0].b && second == p[1].b) ||
	      (first == p[1].b && second == p[0].b));
	CHECK_EQ(evtmmap_queue(h, first, EVTMMAP_REARM), 0);
	CHECK_EQ(evtmmap_queue(h, second, EVTMMAP_REARM), 0);
	lib_silent(h);
}

CASE(lib_submit_says_what_failed)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p[2];

	p[0] = lib_bind_quietly(h);
	p[1] = lib_bind_quietly(h);
	queue_with_a_bad_one(h, p);
	CHECK_EQ(evtmmap_submit(h), -ENOTCONN);
	both_come(h, p);
	CHECK_EQ(evtmmap_submit(h), 0);
	/* Those who cannot say it leave it to be said. */
	queue_with_a_bad_one(h, p);
	both_come(h, p);
	CHECK_EQ(evtmmap_submit(h), -ENOTCONN);
	CHECK_EQ(evtmmap_submit(h), 0);
	CHECK_EQ(evtmmap_unbind(h, p[0].a), 0);
	CHECK_EQ(evtmmap_queue(h, p[0].a, EVTMMAP_REARM | EVTMMAP_NOTIFY), 0);
	CHECK_EQ(evtmmap_submit(h), -ENOTCONN);
	lib_silent(h);
}

CASE(lib_submit_wait_keeps_its_time)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	long long begin;
	int i;

	for (i = 0; i < 2; i++) {
		begin = now_ns();
		CHECK_EQ(evtmmap_submit_wait(h, 2, 0), 0);
		CHECK_LE(now_ns() - begin, 1000 * MS * tap_factor);
		begin = now_ns();
		CHECK_EQ(evtmmap_submit_wait(h, 1 + i, 200 * MS), 0);
		CHECK_GE(now_ns() - begin, 200 * MS);
		CHECK_LE(now_ns() - begin, 4000 * MS * tap_factor);
		/* The same with something to do first. */
		CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	}
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
	CHECK_EQ(evtmmap_submit_wait(h, 1, INT64_MAX), 1);
	CHECK_EQ(evtmmap_submit_wait(h, 1, -1), 1);
}

struct three {
	struct lib_pair p[3];
	struct evtmmap *h;
};

static void *notify_three(void *arg)
{
	struct three *t = arg;
	int i;

	for (i = 0; i < 3; i++) {
		usleep(100 * 1000);
		CHECK_EQ(evtmmap_notify(t->h, t->p[i].a), 0);
	}
	return NULL;
}

CASE(lib_submit_wait_sleeps_for_as_many)
{
	const struct evtmmap_event *ev;
	struct three t;
	pthread_t thread;
	int i;

	t.h = lib_open();
	for (i = 0; i < 3; i++)
		t.p[i] = lib_bind_quietly(t.h);
	CHECK(!pthread_create(&thread, NULL, notify_three, &t));
	CHECK_EQ(evtmmap_submit_wait(t.h, 3, LONG_TIME), 1);
	/* A driver that does not count wakes for each. */
	if (evtmmap_is_mapped(t.h))
		CHECK_EQ(evtmmap_peek(t.h, &ev), 3);
	for (i = 0; i < 3; i++)
		CHECK_GE(lib_take(t.h), 1);
	CHECK(!pthread_join(thread, NULL));
	/* One of two has come when the time is over. */
	CHECK_EQ(evtmmap_rearm(t.h, t.p[0].b), 0);
	CHECK_EQ(evtmmap_queue(t.h, t.p[0].a, EVTMMAP_NOTIFY), 0);
	CHECK_EQ(evtmmap_submit(t.h), 0);
	CHECK_EQ(evtmmap_wait(t.h, LONG_TIME), 1);
	CHECK_EQ(evtmmap_submit_wait(t.h, 2, 200 * MS), 1);
	CHECK_EQ(evtmmap_next(t.h), t.p[0].b);
	CHECK_EQ(evtmmap_next(t.h), 0);
}

static void ignore(int sig)
{
	(void)sig;
}

CASE(lib_submit_wait_ends_with_a_signal)
{
	struct sigaction sa = { .sa_handler = ignore };
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int i;

	CHECK_OK(sigaction(SIGALRM, &sa, NULL));
	for (i = 1; i <= 3; i++) {
		ualarm(100 * 1000, 0);
		CHECK_EQ(evtmmap_submit_wait(h, i, i & 1 ? -1 : LONG_TIME), -EINTR);
		CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	}
	/* And what was queued was done. */
	CHECK_EQ(evtmmap_queue(h, p.a, EVTMMAP_NOTIFY), 0);
	lib_expect(h, p.b);
}
