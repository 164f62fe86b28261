// SPDX-License-Identifier: GPL-2.0
/* Commands that can be done: each of them, many, and the ring they stand in. */
#include "enter.h"
#include "xencall.h"

CASE(rearm_lets_the_port_fire_again)
{
	struct commander k;

	commander_open(&k, 1);
	bundle_fire(&k.s, 0);
	mapped_expect(&k.c, k.s.b[0]);
	bundle_fire(&k.s, 0);
	mapped_silent(&k.c);
	CHECK_EQ(command_do(&k, REARM, k.s.b[0]), 1);
	mapped_expect(&k.c, k.s.b[0]);
	mapped_silent(&k.c);
	CHECK_EQ(command_head(&k), 1);
	CHECK_EQ(k.c.header->command_errors, 0);
}

CASE(notify_sends_one_event)
{
	struct commander k;
	int i;

	commander_open(&k, 2);
	for (i = 0; i < 10; i++) {
		CHECK_EQ(command_do(&k, NOTIFY, k.s.a[i % 2]), 1);
		mapped_expect(&k.c, k.s.b[i % 2]);
		CHECK_EQ(command_do(&k, REARM, k.s.b[i % 2]), 1);
	}
	mapped_silent(&k.c);
	CHECK_EQ(command_head(&k), 20);
}

CASE(rearm_and_notify_are_one_command)
{
	struct commander k;

	commander_open(&k, 1);
	bundle_fire(&k.s, 0);
	mapped_expect(&k.c, k.s.b[0]);
	/* The port is armed again, and its other end hears of it. */
	CHECK_EQ(command_do(&k, REARM | NOTIFY, k.s.b[0]), 1);
	mapped_expect(&k.c, k.s.a[0]);
	mapped_silent(&k.c);
	bundle_fire(&k.s, 0);
	mapped_expect(&k.c, k.s.b[0]);
}

/* Xen's driver may let it wait, but not for ever. */
CASE_LIMIT(spurious_rearm_arms_as_well, 30)
{
	struct commander k;
	int i;

	commander_open(&k, 1);
	for (i = 0; i < 6; i++) {
		bundle_fire(&k.s, 0);
		mapped_expect(&k.c, k.s.b[0]);
		CHECK_EQ(command_do(&k, REARM | SPURIOUS | (i & 1 ? NOTIFY : 0),
				    k.s.b[0]), 1);
		if (i & 1) {
			mapped_expect(&k.c, k.s.a[0]);
			CHECK_EQ(command_do(&k, REARM, k.s.a[0]), 1);
		}
	}
	bundle_fire(&k.s, 0);
	mapped_expect(&k.c, k.s.b[0]);
}

CASE(rearm_passes_over_what_is_not_bound)
{
	static const uint32_t none[] = {
		0, EVT_NR_CHANNELS - 1, EVT_NR_CHANNELS, 0x80000000U,
		EVTMMAP_PORT_DEAD, EVTMMAP_PORT_CLOSED,
	};
	struct commander k, other;
	uint32_t i;

	commander_open(&k, 1);
	commander_open(&other, 1);
	bundle_fire(&other.s, 0);
	mapped_expect(&other.c, other.s.b[0]);
	bundle_fire(&other.s, 0);
	for (i = 0; i < sizeof(none) / sizeof(*none); i++)
		CHECK_EQ(command_do(&k, REARM, none[i]), 1);
	CHECK_EQ(command_do(&k, REARM | SPURIOUS, 0), 1);
	CHECK_EQ(command_do(&k, REARM, other.s.b[0]), 1);
	mapped_silent(&other.c);
	CHECK_EQ(k.c.header->command_errors, 0);
	mapped_all_alive(&k.c, &k.s);
}

/* Events that are sent in one go come in their order by Xen's FIFO ABI only. */
static uint32_t longest_batch(const struct commander *k)
{
	return xen_has_fifo() ? k->s.n : 1;
}

CASE(commands_of_a_batch_are_done_in_order)
{
	uint32_t i, round, most;
	struct commander k;

	commander_open(&k, 61);
	commander_settle(&k);
	most = longest_batch(&k);
	for (round = 1; round < 10; round++) {
		for (i = 0; i < k.s.n; i++)
			command_store(&k, NOTIFY, k.s.a[i * round % k.s.n]);
		for (i = 0; i < k.s.n; i += most)
			CHECK_EQ(enter_submit(&k, most), most);
		for (i = 0; i < k.s.n; i++)
			mapped_expect(&k.c, k.s.b[i * round % k.s.n]);
		bundle_rearm_all(&k.s);
	}
}

static void store_all(struct commander *k, uint32_t op, const uint32_t *ports,
		      uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		command_store(k, op, ports[i]);
}

/* Ports that wait for their rearm, and a ring that gives them back and fires. */
CASE_LIMIT(full_ring_is_taken_by_one_call, 30)
{
	struct commander k;
	int round;

	commander_open(&k, EVTMMAP_COMMANDS / 2);
	commander_settle(&k);
	bundle_fire_all(&k.s);
	mapped_take_each(&k.c, &k.s);
	for (round = 1; round <= 5; round++) {
		store_all(&k, REARM, k.s.b, k.s.n);
		store_all(&k, NOTIFY, k.s.a, k.s.n);
		CHECK_EQ(enter_submit(&k, EVTMMAP_COMMANDS), EVTMMAP_COMMANDS);
		CHECK_EQ(command_head(&k), EVTMMAP_COMMANDS * round);
		mapped_take_each(&k.c, &k.s);
	}
	CHECK_EQ(k.c.header->command_errors, 0);
}

/* One event of each of the first @n ports, in any order. */
static void take_each_of(struct commander *k, uint32_t n)
{
	uint8_t seen[BUNDLE_MAX] = { 0 };
	uint32_t i, which;

	for (i = 0; i < n; i++) {
		which = bundle_index(&k->s, mapped_take(&k->c));
		CHECK(which < n);
		CHECK_EQ(seen[which]++, 0);
	}
}

/* Batches of all sizes, so that they begin and end anywhere in the ring. */
CASE_LIMIT(ring_goes_around_many_times, 60)
{
	uint32_t m, stored = 0, round;
	struct commander k;

	commander_open(&k, 100);
	commander_settle(&k);
	for (round = 0; stored < 40 * EVTMMAP_COMMANDS; round++) {
		m = 1 + round * 37 % k.s.n;
		store_all(&k, NOTIFY, k.s.a, m);
		CHECK_EQ(enter_submit(&k, m), m);
		take_each_of(&k, m);
		store_all(&k, REARM, k.s.b, m);
		CHECK_EQ(enter_submit(&k, m), m);
		stored += 2 * m;
		CHECK_EQ(command_head(&k), stored);
	}
	mapped_silent(&k.c);
	mapped_all_alive(&k.c, &k.s);
}

CASE(to_submit_is_a_limit)
{
	struct commander k;

	commander_open(&k, 5);
	CHECK_EQ(enter_submit(&k, 0), 0);
	CHECK_EQ(enter_submit(&k, 1), 0);
	store_all(&k, NOTIFY, k.s.a, k.s.n);
	CHECK_EQ(enter_submit(&k, 0), 0);
	mapped_silent(&k.c);
	CHECK_EQ(command_head(&k), 0);
	CHECK_EQ(enter_submit(&k, 1), 1);
	mapped_expect(&k.c, k.s.b[0]);
	CHECK_EQ(enter_submit(&k, 2), 2);
	mapped_expect(&k.c, k.s.b[1]);
	mapped_expect(&k.c, k.s.b[2]);
	mapped_silent(&k.c);
	CHECK_EQ(enter_submit(&k, 100), 2);
	mapped_expect(&k.c, k.s.b[3]);
	mapped_expect(&k.c, k.s.b[4]);
	CHECK_EQ(enter_submit(&k, 100), 0);
	CHECK_EQ(command_head(&k), 5);
	mapped_silent(&k.c);
}

CASE(to_submit_may_be_more_than_a_ring)
{
	static const uint32_t limits[] = {
		EVTMMAP_COMMANDS + 1, 1000, 0x80000000U, -(uint32_t)EINVAL,
		UINT32_MAX,
	};
	struct commander k;
	uint32_t i, j;

	commander_open(&k, 1);
	for (i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		for (j = 0; j < EVTMMAP_COMMANDS; j++)
			command_store(&k, REARM, k.s.b[0]);
		CHECK_EQ(enter_submit(&k, limits[i]), EVTMMAP_COMMANDS);
		CHECK_EQ(enter_submit(&k, limits[i]), 0);
	}
	mapped_all_alive(&k.c, &k.s);
}

CASE(what_is_behind_the_tail_is_not_taken)
{
	struct commander k;
	uint32_t i;

	commander_open(&k, 2);
	for (i = 0; i < EVTMMAP_COMMANDS; i++)
		k.c.page->command[i] = EVTMMAP_COMMAND(NOTIFY, k.s.a[0]);
	CHECK_EQ(enter_submit(&k, EVTMMAP_COMMANDS), 0);
	CHECK_EQ(command_do(&k, NOTIFY, k.s.a[1]), 1);
	CHECK_EQ(enter_submit(&k, EVTMMAP_COMMANDS), 0);
	mapped_expect(&k.c, k.s.b[1]);
	mapped_silent(&k.c);
}
