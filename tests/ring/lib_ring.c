// SPDX-License-Identifier: GPL-2.0
/* libevtmmap: a ring that grows, and one that is overrun. */
#include <string.h>

#include "lib.h"

#define MANY 500	/* pairs: 1000 ports */

static struct lib_pair pairs[MANY];
static uint8_t seen[EVTMMAP_PORT_LIMIT];

/* Takes until each of the @n ports has come exactly @times. */
static void take_all(struct evtmmap *h, int n, int times)
{
	const struct evtmmap_event *ev;
	int left = n * times, i, got;

	memset(seen, 0, sizeof(seen));
	while (left > 0) {
		CHECK_EQ(evtmmap_wait(h, LONG_TIME), 1);
		got = evtmmap_peek(h, &ev);
		CHECK_GE(got, 1);
		for (i = 0; i < got; i++)
			seen[ev[i].port]++;
		CHECK_EQ(evtmmap_release(h, got), 0);
		left -= got;
	}
	for (i = 0; i < n; i++)
		CHECK_EQ(seen[pairs[i].b], times);
}

static void notify_all(struct evtmmap *h, int n)
{
	int i;

	for (i = 0; i < n; i++)
		CHECK_EQ(evtmmap_notify(h, pairs[i].a), 0);
}

static void rearm_all(struct evtmmap *h, int n)
{
	uint32_t ports[MANY];
	int i;

	for (i = 0; i < n; i++)
		ports[i] = pairs[i].b;
	CHECK_EQ(evtmmap_rearm_many(h, ports, n), n);
}

static void bind_all(struct evtmmap *h, int n)
{
	int i;

	for (i = 0; i < n; i++)
		pairs[i] = lib_bind(h);
}

CASE_LIMIT(lib_ring_grows_with_events_in_it, 60)
{
	struct evtmmap *h = lib_open();
	int round;

	bind_all(h, MANY);
	take_all(h, MANY, 1);
	for (round = 0; round < 5; round++) {
		rearm_all(h, MANY);
		notify_all(h, MANY);
		take_all(h, MANY, 1);
	}
	lib_silent(h);
}

CASE_LIMIT(lib_ring_grows_between_events_in_order, 60)
{
	struct evtmmap *h = lib_open();
	int i;

	for (i = 0; i < MANY; i++) {
		pairs[i] = lib_bind(h);
		CHECK_EQ(evtmmap_wait(h, LONG_TIME), 1);
		CHECK_EQ(evtmmap_next(h), pairs[i].b);
		CHECK_EQ(evtmmap_next(h), 0);
	}
	rearm_all(h, MANY);
	notify_all(h, MANY);
	take_all(h, MANY, 1);
}

CASE_LIMIT(lib_ring_span_outlives_a_grow, 60)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open();
	int i, n;

	lib_need_ring(h);
	bind_all(h, 100);
	do
		n = evtmmap_peek(h, &ev);
	while (n < 100);
	for (i = 100; i < MANY; i++)
		pairs[i] = lib_bind(h);
	for (i = 0; i < 100; i++)
		CHECK_EQ(ev[i].port, pairs[i].b);
	take_all(h, MANY, 1);
}

CASE_LIMIT(lib_ring_shrinks_and_grows_without_loss, 60)
{
	struct evtmmap *h = lib_open();
	int round, i;

	for (round = 0; round < 2; round++) {
		bind_all(h, 150);
		take_all(h, 150, 1);
		rearm_all(h, 150);
		notify_all(h, 150);
		CHECK_EQ(evtmmap_wait(h, LONG_TIME), 1);
		for (i = 0; i < 150; i++) {
			CHECK_EQ(evtmmap_unbind(h, pairs[i].b), 0);
			CHECK_EQ(evtmmap_unbind(h, pairs[i].a), 0);
		}
		lib_silent(h);
	}
}

/* Rearms ports it never takes, until the driver gives up. */
static bool overrun(struct evtmmap *h, int n)
{
	int i, k;

	for (i = 0; i < 3000 && !evtmmap_overrun(h); i++)
		for (k = 0; k < n; k++) {
			CHECK_EQ(evtmmap_notify(h, pairs[k].a), 0);
			CHECK_EQ(evtmmap_rearm(h, pairs[k].b), 0);
		}
	return evtmmap_overrun(h) > 0;
}

static void expect_overrun(struct evtmmap *h)
{
	const struct evtmmap_event *ev;
	int i;

	/* What was read before is still good. */
	for (i = 0; i < 10000 && evtmmap_next(h) > 0; i++)
		;
	CHECK_EQ(evtmmap_next(h), -EOVERFLOW);
	CHECK_EQ(evtmmap_peek(h, &ev), -EOVERFLOW);
	CHECK_EQ(evtmmap_wait(h, LONG_TIME), -EOVERFLOW);
	CHECK_EQ(evtmmap_arm(h), -EOVERFLOW);
	CHECK_EQ(evtmmap_overrun(h), 1);
}

/* Every port is armed: it fires when it is notified, once it was given back. */
static void expect_all_armed(struct evtmmap *h, int n)
{
	int port, i;

	while (evtmmap_wait(h, SHORT_TIME) == 1)
		while ((port = evtmmap_next(h)) > 0)
			CHECK_EQ(evtmmap_rearm(h, port), 0);
	CHECK_EQ(evtmmap_overrun(h), 0);
	for (i = 0; i < n; i++) {
		CHECK_EQ(evtmmap_notify(h, pairs[i].a), 0);
		lib_expect(h, pairs[i].b);
	}
	lib_silent(h);
}

CASE_LIMIT(lib_ring_overrun_ends_with_resync, 60)
{
	struct evtmmap *h = lib_open();

	bind_all(h, 5);
	if (!overrun(h, 5)) {
		CHECK(!evtmmap_is_mapped(h));
		expect_all_armed(h, 5);
		SKIP("not applicable: this driver's read() cannot be overrun");
	}
	expect_overrun(h);
	CHECK_EQ(evtmmap_resync(h), 0);
	CHECK_EQ(evtmmap_overrun(h), 0);
	expect_all_armed(h, 5);
}

CASE_LIMIT(lib_ring_overrun_ends_with_reset, 60)
{
	struct evtmmap *h = lib_open();

	bind_all(h, 5);
	if (!overrun(h, 5)) {
		CHECK(!evtmmap_is_mapped(h));
		SKIP("not applicable: this driver's read() cannot be overrun");
	}
	expect_overrun(h);
	CHECK_EQ(evtmmap_reset(h), 0);
	CHECK_EQ(evtmmap_overrun(h), 0);
	expect_all_armed(h, 5);
}

CASE_LIMIT(lib_resync_forgets_no_event, 60)
{
	struct evtmmap *h = lib_open();
	int i, port, left = 20;

	bind_all(h, 20);
	while (evtmmap_wait(h, SHORT_TIME) == 1 && left > 10)
		if (evtmmap_next(h) > 0)
			left--;
	/* Some taken, some not, none given back: all of them have to come. */
	CHECK_EQ(evtmmap_resync(h), 0);
	memset(seen, 0, sizeof(seen));
	for (i = 0; i < 20; i++)
		while (!seen[pairs[i].b]) {
			port = lib_take(h);
			CHECK_GE(port, 1);
			seen[port]++;
		}
	expect_all_armed(h, 0);
	rearm_all(h, 20);
	expect_all_armed(h, 20);
}
