// SPDX-License-Identifier: GPL-2.0
/* The ring's functions, one thread at a time. */
#include <string.h>

#include "ring_test.h"

#define SLOTS 8

CASE_AT_ORIGINS(publish_returns_positions_in_a_row)
{
	struct evtchn_ring ring;
	u32 i, pos, before;

	ring_start(&ring, SLOTS, origin);
	before = ring_prod(&ring);
	for (i = 0; i < 5 * SLOTS; i++) {
		pos = evtchn_ring_publish(&ring, i);
		CHECK_EQ(pos, (u32)(before + i));
		CHECK_EQ(ring_prod(&ring), (u32)(before + i + 1));
	}
	ring_end(&ring);
}

CASE_AT_ORIGINS(taker_gets_all_in_order_lap_after_lap)
{
	struct evtchn_ring ring;
	u32 n;

	ring_start(&ring, SLOTS, origin);
	for (n = 0; n <= SLOTS; n++) {
		ring_publish_n(&ring, 100 * n, n);
		ring_expect(&ring, 100 * n, n);
	}
	ring_pass(&ring, 5 * SLOTS);
	ring_end(&ring);
}

CASE_AT_ORIGINS(peek_does_not_take)
{
	struct evtchn_ring ring;
	struct evtchn_cursor at;
	u32 port;

	ring_start(&ring, SLOTS, origin);
	at = ring.taker;
	CHECK(!evtchn_ring_peek(&at, &port));
	CHECK_EQ(at.pos, ring.taker.pos);
	evtchn_ring_publish(&ring, 3);
	CHECK(evtchn_ring_peek(&at, &port));
	CHECK(evtchn_ring_peek(&at, &port));
	CHECK_EQ(at.pos, ring.taker.pos);
	CHECK_EQ(port, 3);
	ring_expect(&ring, 3, 1);
	ring_end(&ring);
}

CASE_AT_ORIGINS(filled_says_whether_a_taker_may_go_on)
{
	struct evtchn_ring ring;
	u32 i, pos;

	ring_start(&ring, SLOTS, origin);
	for (i = 0; i < 3 * SLOTS; i++) {
		pos = ring_prod(&ring);
		CHECK(!evtchn_ring_filled(&ring, pos));
		CHECK(!evtchn_ring_filled(&ring, pos + 1));
		CHECK(!evtchn_ring_filled(&ring, pos + 1000));
		CHECK(evtchn_ring_filled(&ring, pos - 1));
		evtchn_ring_publish(&ring, i);
		CHECK(evtchn_ring_filled(&ring, pos));
		CHECK(!evtchn_ring_filled(&ring, pos + 1));
	}
	ring_end(&ring);
}

/* A publisher that stopped before it moved prod, and nobody has helped yet. */
CASE_AT_ORIGINS(filled_sees_a_slot_that_prod_has_not_passed)
{
	struct evtchn_ring ring;
	u32 pos;

	ring_start(&ring, SLOTS, origin);
	pos = evtchn_ring_publish(&ring, 1);
	ring.header->prod = pos;
	CHECK(evtchn_ring_filled(&ring, pos));
	CHECK(!evtchn_ring_filled(&ring, pos + 1));
	CHECK_EQ(evtchn_ring_publish(&ring, 2), (u32)(pos + 1));
	ring_expect(&ring, 1, 2);
	ring_end(&ring);
}

CASE_AT_ORIGINS(filled_survives_any_position)
{
	struct evtchn_ring ring;
	u32 i;

	ring_start(&ring, SLOTS, origin);
	ring_publish_n(&ring, 1, 3);
	for (i = 0; i < 1000; i++)
		evtchn_ring_filled(&ring, i * 0x9e3779b9U);
	CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
	for (i = 0; i < 1000; i++)
		evtchn_ring_filled(&ring, i * 0x9e3779b9U);
	ring_expect(&ring, 1, 3);
	ring_end(&ring);
}

CASE_AT_ORIGINS(count_dead_counts_what_a_consumer_has_yet_to_skip)
{
	struct evtchn_ring ring;
	u32 first;

	ring_start(&ring, SLOTS, origin);
	first = ring_prod(&ring);
	ring_publish_n(&ring, 20, 3);
	evtchn_ring_publish(&ring, 20);
	CHECK_EQ(evtchn_ring_count_dead(&ring, first), 0);
	evtchn_ring_forget(&ring, 20, false);
	CHECK_EQ(evtchn_ring_count_dead(&ring, first), 2);
	CHECK_EQ(evtchn_ring_count_dead(&ring, first + 1), 1);
	CHECK_EQ(evtchn_ring_count_dead(&ring, first + 4), 0);
	ring_end(&ring);
}

/* cons is user space's: any value gives an answer, soon, and no more than fit. */
CASE_AT_ORIGINS(count_dead_survives_any_cons)
{
	struct evtchn_ring ring;
	u32 i;

	ring_start(&ring, SLOTS, origin);
	for (i = 0; i < 2 * SLOTS; i++) {
		evtchn_ring_publish(&ring, 9);
		evtchn_ring_forget(&ring, 9, false);
	}
	for (i = 0; i < 1000; i++)
		CHECK_LE(evtchn_ring_count_dead(&ring, i * 0x9e3779b9U), SLOTS);
	ring_end(&ring);
}

CASE_AT_ORIGINS(forget_leaves_nothing_of_one_port_and_all_of_the_others)
{
	struct evtchn_ring ring;
	u32 i;

	ring_start(&ring, SLOTS, origin);
	for (i = 0; i < 3; i++) {
		evtchn_ring_publish(&ring, 77);
		evtchn_ring_publish(&ring, 200 + i);
	}
	evtchn_ring_forget(&ring, 77, false);
	CHECK_GE(ring.dead, 3);
	ring_expect(&ring, 200, 3);
	ring_pass(&ring, 3 * SLOTS);
	ring_end(&ring);
}

CASE_AT_ORIGINS(forget_reaches_every_segment)
{
	struct evtchn_ring ring;
	u32 i;

	ring_start(&ring, SLOTS, origin);
	for (i = 0; i < 4; i++) {
		evtchn_ring_publish(&ring, 77);
		evtchn_ring_publish(&ring, 200 + i);
		CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
	}
	evtchn_ring_forget(&ring, 77, false);
	ring_expect(&ring, 200, 4);
	ring_end(&ring);
}

/* What a mapped consumer has taken is not known: the whole last lap goes. */
CASE_AT_ORIGINS(forget_in_a_mapped_ring_asks_no_cursor)
{
	struct evtchn_ring ring;
	u32 lap, i;

	ring_start(&ring, SLOTS, origin);
	for (lap = 0; lap < 3; lap++)
		for (i = 0; i < SLOTS; i++)
			evtchn_ring_publish(&ring, i % 2 ? 77 : 200);
	evtchn_ring_forget(&ring, 77, true);
	CHECK_EQ(evtchn_ring_count_dead(&ring, ring_prod(&ring) - SLOTS),
		 SLOTS / 2);
	ring_end(&ring);
}

CASE_AT_ORIGINS(sweep_makes_room_and_keeps_the_order)
{
	struct evtchn_ring ring;
	u32 i, lap;

	ring_start(&ring, SLOTS, origin);
	ring_publish_n(&ring, 1, 3);
	for (lap = 0; lap < 40; lap++) {
		for (i = 0; i < 4; i++) {
			evtchn_ring_publish(&ring, 77);
			evtchn_ring_forget(&ring, 77, false);
		}
		evtchn_ring_sweep(&ring);
		CHECK_EQ(ring.dead, 0);
	}
	ring_expect(&ring, 1, 3);
	ring_end(&ring);
}

CASE_AT_ORIGINS(sweep_across_segments)
{
	struct evtchn_ring ring;

	ring_start(&ring, SLOTS, origin);
	ring_publish_n(&ring, 1, 3);
	CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
	ring_publish_n(&ring, 4, 3);
	evtchn_ring_sweep(&ring);
	ring_expect(&ring, 1, 6);
	ring_end(&ring);
}

CASE(init_describes_itself)
{
	struct evtchn_ring ring = { 0 };
	struct evtmmap_header *h;

	CHECK_EQ(evtchn_ring_init(&ring), 0);
	h = ring.header;
	CHECK_EQ(h->magic, EVTMMAP_MAGIC);
	CHECK_EQ(h->version, EVTMMAP_VERSION);
	CHECK_EQ(h->length, sizeof(*h));
	CHECK_EQ(h->page_size, PAGE_SIZE);
	CHECK_EQ(h->prod, h->segment[0].base);
	CHECK_EQ(h->segment[0].nslots * sizeof(u64), PAGE_SIZE);
	CHECK_EQ(h->generation, 0);
	CHECK_EQ(h->flags, 0);
	ring_end(&ring);
}

CASE(init_without_memory_leaves_nothing)
{
	struct evtchn_ring ring = { 0 };
	int at, ret = -1;

	for (at = 0; ret; at++) {
		shim_fail_at = at;
		ret = evtchn_ring_init(&ring);
		CHECK(!ret || ret == -ENOMEM);
		CHECK(!ret || !shim_live);
	}
	CHECK_GE(at, 3);
	shim_fail_at = -1;
	ring_end(&ring);
}
