// SPDX-License-Identifier: GPL-2.0
/* How long ENTER sleeps: for events, and for time. */
#include "enter.h"

/* Beside other work; a sleep that is for ever is caught by the case's limit. */
#define LATE	(3 * tap_factor)

static const struct evtmmap_enter for_one = { .min_complete = 1 };

static long enter_for(struct commander *k, uint32_t min, uint32_t flags,
		      uint64_t timeout)
{
	return enter(k->fd, &(struct evtmmap_enter){
		.min_complete = min, .timeout = timeout,
		.flags = EVTMMAP_ENTER_TIMEOUT | flags,
	});
}

static uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 * MS + ts.tv_nsec;
}

CASE(enter_returns_at_once_when_enough_is_there)
{
	struct commander k;
	uint32_t i;

	commander_open(&k, 3);
	bundle_fire_all(&k.s);
	ring_reaches(k.c.header, k.c.pos + 3);
	for (i = 0; i <= 3; i++)
		CHECK_EQ(enter(k.fd, &(struct evtmmap_enter){ .min_complete = i }), 0);
	CHECK_EQ(enter_for(&k, 3, 0, 0), 0);
	CHECK_EQ(enter_for(&k, 3, EVTMMAP_ENTER_ABSTIME, 0), 0);
	mapped_take_each(&k.c, &k.s);
}

/* With what was stored before it sleeps as its result. */
static void sleeps_for_three(struct commander *k, uint32_t submit)
{
	struct enterer e;
	uint32_t i;

	for (i = 0; i < submit; i++)
		command_store(k, REARM, k->s.b[i]);
	enterer_start(&e, k->fd, &(struct evtmmap_enter){
		.to_submit = submit, .min_complete = 3,
	});
	for (i = 0; i < 2; i++) {
		bundle_fire(&k->s, i);
		ring_reaches(k->c.header, k->c.pos + i + 1);
		enterer_sleeps(&e);
	}
	bundle_fire(&k->s, 2);
	CHECK_EQ(enterer_join(&e), submit);
	CHECK_GE((int32_t)(load_acquire(&k->c.header->prod) - k->c.pos), 3);
	mapped_take_each(&k->c, &k->s);
	bundle_rearm_all(&k->s);
}

CASE(enter_sleeps_until_enough_is_there)
{
	struct commander k;

	commander_open(&k, 3);
	sleeps_for_three(&k, 0);
	sleeps_for_three(&k, 2);
}

CASE(enter_stores_where_it_is_to_be_woken)
{
	struct commander k;

	commander_open(&k, 3);
	k.c.page->wake = 77;
	CHECK_EQ(enter_for(&k, 2, 0, 0), 0);
	CHECK_EQ(k.c.page->wake, 77);
	k.c.page->flags = EVTMMAP_C_WAKE_AT;
	k.c.page->wake = k.c.pos + CONSUMER_FAR;
	sleeps_for_three(&k, 0);
	CHECK_EQ(k.c.page->wake, k.c.pos - 1);
	sleeps_for_three(&k, 2);
	CHECK_EQ(k.c.page->wake, k.c.pos - 1);
}

CASE(enter_counts_from_cons)
{
	struct commander k;
	uint32_t port;

	commander_open(&k, 2);
	bundle_fire_all(&k.s);
	ring_reaches(k.c.header, k.c.pos + 2);
	CHECK_EQ(enter(k.fd, &for_one), 0);
	CHECK(consumer_take(&k.c, &port));
	CHECK_EQ(enter(k.fd, &for_one), 0);
	CHECK(consumer_take(&k.c, &port));
	CHECK_EQ(enter_for(&k, 1, 0, EVT_QUIET_MS * MS), 0);
	k.c.page->cons = k.c.pos - 2;
	CHECK_EQ(enter(k.fd, &(struct evtmmap_enter){ .min_complete = 2 }), 0);
}

CASE(sleepers_for_different_numbers)
{
	struct enterer one, two;
	struct commander k;

	commander_open(&k, 2);
	enterer_start(&two, k.fd, &(struct evtmmap_enter){ .min_complete = 2 });
	enterer_start(&one, k.fd, &for_one);
	enterer_sleeps(&one);
	enterer_sleeps(&two);
	bundle_fire(&k.s, 1);
	CHECK_EQ(enterer_join(&one), 0);
	enterer_sleeps(&two);
	bundle_fire(&k.s, 0);
	CHECK_EQ(enterer_join(&two), 0);
}

/* An entry of a port that was unbound is one to be looked at. */
CASE(dead_entry_counts)
{
	struct enterer e;
	struct commander k;

	commander_open(&k, 2);
	bundle_fire(&k.s, 0);
	ring_reaches(k.c.header, k.c.pos + 1);
	CHECK_OK(evt_unbind(k.fd, k.s.b[0]));
	CHECK_EQ(enter(k.fd, &for_one), 0);
	enterer_start(&e, k.fd, &(struct evtmmap_enter){ .min_complete = 2 });
	enterer_sleeps(&e);
	bundle_fire(&k.s, 1);
	CHECK_EQ(enterer_join(&e), 0);
}

/* Its position goes to CLOSED: nothing is ever published exactly there. */
static void sleep_over_closed(uint32_t flags)
{
	struct enterer e;
	struct commander k;
	int i;

	commander_open(&k, 1);
	k.c.page->flags = flags;
	enterer_start(&e, k.fd, &for_one);
	enterer_sleeps(&e);
	for (i = 0; !load_acquire(&k.c.header->generation); i++) {
		CHECK_LE(i, 600);
		CHECK_OK(evt_bind_unbound(k.fd, 0));
	}
	bundle_fire(&k.s, 0);
	CHECK_EQ(enterer_join(&e), 0);
	mapped_expect(&k.c, k.s.b[0]);
	CHECK_EQ(k.c.closed, 1);
	commander_close(&k);
}

CASE_LIMIT(enter_is_woken_behind_closed, 60)
{
	sleep_over_closed(0);
	sleep_over_closed(EVTMMAP_C_WAKE_AT);
}

static void times_out(struct commander *k, bool absolute, uint64_t ns)
{
	uint64_t begin = clock_ns();
	double took;

	CHECK_EQ(enter_for(k, 1, absolute ? EVTMMAP_ENTER_ABSTIME : 0,
			   absolute ? begin + ns : ns), 0);
	CHECK_GE(clock_ns() - begin, ns);
	took = (clock_ns() - begin - ns) / 1e9;
	if (took > LATE)
		tap_fail(__FILE__, __LINE__, "%.3f s too late", took);
}

CASE_LIMIT(time_is_kept, 30)
{
	static const uint64_t times[] = { 0, 1, 10000, MS, 50 * MS, 300 * MS };
	struct commander k;
	uint32_t i;

	commander_open(&k, 1);
	for (i = 0; i < sizeof(times) / sizeof(*times); i++) {
		times_out(&k, false, times[i]);
		times_out(&k, true, times[i]);
	}
	CHECK_EQ(enter_for(&k, 1, EVTMMAP_ENTER_ABSTIME, 0), 0);
	CHECK_EQ(enter_for(&k, 1, EVTMMAP_ENTER_ABSTIME, clock_ns() - MS), 0);
	command_store(&k, REARM, k.s.b[0]);
	CHECK_EQ(enter(k.fd, &(struct evtmmap_enter){
		.to_submit = 1, .min_complete = 1, .timeout = MS,
		.flags = EVTMMAP_ENTER_TIMEOUT,
	}), 1);
}

/* As far as it goes: no sum of it may turn over. */
CASE(longest_time_does_not_end)
{
	struct evtmmap_enter longest = {
		.min_complete = 1, .timeout = INT64_MAX,
		.flags = EVTMMAP_ENTER_TIMEOUT,
	};
	struct enterer e[2];
	struct commander k;

	commander_open(&k, 1);
	enterer_start(&e[0], k.fd, &longest);
	longest.flags |= EVTMMAP_ENTER_ABSTIME;
	enterer_start(&e[1], k.fd, &longest);
	enterer_sleeps(&e[0]);
	enterer_sleeps(&e[1]);
	bundle_fire(&k.s, 0);
	CHECK_EQ(enterer_join(&e[0]), 0);
	CHECK_EQ(enterer_join(&e[1]), 0);
}

CASE(event_comes_before_the_time_is_over)
{
	struct enterer e;
	struct commander k;
	double begin = seconds();

	commander_open(&k, 1);
	enterer_start(&e, k.fd, &(struct evtmmap_enter){
		.min_complete = 1, .timeout = 8 * EVT_WAIT_MS * MS,
		.flags = EVTMMAP_ENTER_TIMEOUT,
	});
	enterer_sleeps(&e);
	bundle_fire(&k.s, 0);
	CHECK_EQ(enterer_join(&e), 0);
	CHECK_LE(seconds() - begin, 2 * EVT_WAIT_MS / 1000);
}
