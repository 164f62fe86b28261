// SPDX-License-Identifier: GPL-2.0
/*
 * How long the library looks before it sleeps, by a clock that only the library
 * moves: each look at it takes a little time, and an event comes at its minute.
 */
#include <sys/syscall.h>

#include "fake.h"

#define US		1000LL
#define MS		1000000LL
#define TICK		100LL		/* between two looks at the clock */
#define MOST		(50 * US)	/* options.spin_ns */

static struct clock {
	bool on;
	int64_t now;
	int64_t event_at;	/* or 0 */
	int64_t slept_at;	/* when it last went to sleep; 0 if it did not */
	int sleeps;
} virtual;

static void event_comes(void)
{
	virtual.event_at = 0;
	fake_publish(1);
}

static void time_goes_to(int64_t when)
{
	if (virtual.now < when)
		virtual.now = when;
	if (virtual.event_at && virtual.now >= virtual.event_at)
		event_comes();
}

/* The library's clock, and the one of its sleep. */
int clock_gettime(clockid_t id, struct timespec *ts)
{
	if (!virtual.on)
		return syscall(SYS_clock_gettime, id, ts);
	time_goes_to(virtual.now + TICK);
	*ts = (struct timespec){ virtual.now / 1000000000, virtual.now % 1000000000 };
	return 0;
}

static int64_t ns_of(const struct timespec *ts)
{
	return ts->tv_sec * 1000000000 + ts->tv_nsec;
}

static void fall_asleep(void)
{
	virtual.sleeps++;
	virtual.slept_at = virtual.now;
}

/* In ppoll() without an end: until the event. */
static void sleep_for_it(void)
{
	fall_asleep();
	CHECK(virtual.event_at);
	time_goes_to(virtual.event_at);
}

/* In ppoll() with one, without an event. */
int nanosleep(const struct timespec *ts, struct timespec *left)
{
	(void)left;
	if (!virtual.on)
		return syscall(SYS_nanosleep, ts, left);
	fall_asleep();
	time_goes_to(virtual.now + ns_of(ts));
	return 0;
}

static struct evtmmap *open_spinning(void)
{
	struct evtmmap_options o = { .size = sizeof(o), .spin_ns = MOST };
	struct evtmmap *h;

	fake_open(0);
	o.fd = fake.fd;
	o.flags = EVTMMAP_OPT_ADOPT_FD;
	CHECK_EQ(evtmmap_open(&h, &o), 0);
	CHECK_EQ(evtmmap_is_mapped(h), 1);
	virtual = (struct clock){ .on = true, .now = 1 };
	return h;
}

/* How long it looked before it slept, or, if it did not, until it had it. */
static int64_t looked(int64_t start)
{
	int64_t end = virtual.slept_at ? virtual.slept_at : virtual.now;

	CHECK_LE(end - start, MOST + 4 * TICK);
	return end - start;
}

/* An event comes @after ns; the time it was looked for. */
static int64_t wait_for(struct evtmmap *h, int64_t after)
{
	int64_t start = virtual.now;

	virtual.event_at = start + after;
	virtual.slept_at = 0;
	on_sleep = sleep_for_it;
	CHECK_EQ(evtmmap_wait(h, -1), 1);
	CHECK_EQ(evtmmap_next(h), 1);
	CHECK_EQ(evtmmap_next(h), 0);
	return looked(start);
}

/* None comes before the time is over. */
static int64_t wait_in_vain(struct evtmmap *h, int64_t timeout)
{
	int64_t start = virtual.now;

	virtual.event_at = 0;
	virtual.slept_at = 0;
	on_sleep = NULL;
	CHECK_EQ(evtmmap_wait(h, timeout), 0);
	CHECK_GE(virtual.now, start + timeout);
	return looked(start);
}

static void waits_for(struct evtmmap *h, int64_t after, int n)
{
	while (n--)
		wait_for(h, after);
}

/* Asleep as soon as there is nothing. */
static void does_not_look(struct evtmmap *h, int64_t after)
{
	CHECK_EQ(wait_for(h, after), TICK);
}

CASE(spin_finds_events_that_come_quickly)
{
	struct evtmmap *h = open_spinning();

	waits_for(h, 5 * US, 10);
	virtual.sleeps = 0;
	waits_for(h, 5 * US, 100);
	CHECK_EQ(virtual.sleeps, 0);
	evtmmap_close(h);
}

/* Not for longer than they are worth: twice what they take, and a little. */
CASE(spin_is_no_longer_than_it_has_to_be)
{
	struct evtmmap *h = open_spinning();

	waits_for(h, 2 * US, 50);
	CHECK_LE(wait_for(h, MS), 5 * US);
	evtmmap_close(h);
}

CASE(spin_ends_when_events_come_slowly)
{
	struct evtmmap *h = open_spinning();

	CHECK_GE(wait_for(h, MS), MOST / 4);
	waits_for(h, MS, 100);
	does_not_look(h, MS);
	evtmmap_close(h);
}

CASE(spin_ends_when_no_events_come)
{
	struct evtmmap *h = open_spinning();
	int i;

	waits_for(h, 20 * US, 50);
	for (i = 0; i < 100; i++)
		wait_in_vain(h, MS);
	CHECK_LE(wait_in_vain(h, MS), 4 * TICK);
	evtmmap_close(h);
}

CASE(spin_is_learnt_again)
{
	struct evtmmap *h = open_spinning();
	int i;

	for (i = 0; i < 5; i++) {
		waits_for(h, MS, 100);
		does_not_look(h, MS);
		waits_for(h, 10 * US, 20);
		virtual.sleeps = 0;
		waits_for(h, 10 * US, 20);
		CHECK_EQ(virtual.sleeps, 0);
	}
	evtmmap_close(h);
}

/* looked() checks each. */
CASE(spin_is_never_beyond_the_bound)
{
	struct evtmmap *h = open_spinning();
	unsigned int seed = 1;
	int i;

	for (i = 0; i < 1000; i++)
		wait_for(h, 1 + rand_r(&seed) % (rand_r(&seed) % 2 ? 2 * MOST : 10 * US));
	for (i = 0; i < 2 * MOST / US; i += 3)
		waits_for(h, i * US + 1, 20);
	evtmmap_close(h);
}

CASE(spin_is_not_beyond_the_timeout)
{
	struct evtmmap *h = open_spinning();
	int i;

	for (i = 0; i < 10; i++) {
		waits_for(h, 20 * US, 20);
		CHECK_LE(wait_in_vain(h, 5 * US), 5 * US + 4 * TICK);
	}
	evtmmap_close(h);
}

CASE(spin_of_nothing)
{
	struct evtmmap_options o = { .size = sizeof(o), .flags = EVTMMAP_OPT_ADOPT_FD };
	struct evtmmap *h;
	int i;

	fake_open(0);
	o.fd = fake.fd;
	CHECK_EQ(evtmmap_open(&h, &o), 0);
	virtual = (struct clock){ .on = true, .now = 1 };
	for (i = 0; i < 20; i++)
		CHECK_EQ(wait_for(h, US), 0);
	CHECK_EQ(virtual.sleeps, 20);
	evtmmap_close(h);
}
