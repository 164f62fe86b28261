// SPDX-License-Identifier: GPL-2.0
/* The ring grows; nobody else is looking. */
#include <string.h>

#include "ring_test.h"

#define SLOTS 8

CASE_AT_ORIGINS(closed_at_every_slot)
{
	struct evtchn_ring ring;
	u32 before, untaken;

	for (before = 0; before < 2 * SLOTS; before++)
		for (untaken = 0; untaken < SLOTS; untaken++) {
			ring_start(&ring, SLOTS, origin);
			ring_pass(&ring, before);
			ring_publish_n(&ring, 50, untaken);
			CHECK_EQ(evtchn_ring_grow(&ring, 2 * SLOTS), 0);
			ring_publish_n(&ring, 50 + untaken, SLOTS);
			ring_expect(&ring, 50, untaken + SLOTS);
			ring_pass(&ring, 3 * SLOTS);
			ring_end(&ring);
		}
}

CASE_AT_ORIGINS(taker_crosses_many_segments)
{
	struct evtchn_ring ring;
	u32 i, n = 0;

	ring_start(&ring, SLOTS, origin);
	for (i = 0; i < 11; i++) {
		ring_publish_n(&ring, n, i % 4);
		n += i % 4;
		CHECK_EQ(evtchn_ring_grow(&ring, SLOTS << (i / 2)), 0);
	}
	ring_expect(&ring, 0, n);
	ring_pass(&ring, 100);
	ring_end(&ring);
}

/* A taker that is already past CLOSED has nothing to wake up for. */
CASE_AT_ORIGINS(filled_across_a_grow)
{
	struct evtchn_ring ring;
	u32 port, closed;

	ring_start(&ring, SLOTS, origin);
	closed = ring_prod(&ring);
	CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
	CHECK(evtchn_ring_filled(&ring, closed));
	CHECK(!evtchn_ring_filled(&ring, closed + 1));
	CHECK(!ring_take(&ring, &port));
	CHECK_EQ(ring.taker.pos, (u32)(closed + 1));
	evtchn_ring_publish(&ring, 1);
	CHECK(evtchn_ring_filled(&ring, closed + 1));
	ring_end(&ring);
}

/*
 * The grower was stopped before it moved prod into the new segment. A taker
 * that is there already must not be told to go on: it would spin.
 */
CASE_AT_ORIGINS(filled_while_prod_is_behind_closed)
{
	struct evtchn_ring ring;
	u32 closed;

	ring_start(&ring, SLOTS, origin);
	closed = ring_prod(&ring);
	CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
	ring.header->prod = closed;
	CHECK(evtchn_ring_filled(&ring, closed));
	CHECK(!evtchn_ring_filled(&ring, closed + 1));
	ring_publish_n(&ring, 1, 2);
	CHECK_EQ(ring_prod(&ring), (u32)(closed + 3));
	ring_expect(&ring, 1, 2);
	ring_end(&ring);
}

CASE_AT_ORIGINS(grow_tells_user_space_where)
{
	struct evtchn_ring ring;
	struct evtmmap_segment *entry;
	u32 i, closed;

	ring_start(&ring, SLOTS, origin);
	for (i = 1; i < EVTMMAP_SEGMENTS; i++) {
		closed = ring_prod(&ring);
		CHECK_EQ(evtchn_ring_grow(&ring, 2 * SLOTS), 0);
		entry = &ring.header->segment[i];
		CHECK_EQ(ring.header->generation, i);
		CHECK_EQ(entry->base, (u32)(closed + 1));
		CHECK_EQ(entry->nslots, 2 * SLOTS);
		CHECK_NE(entry->offset, ring.header->segment[i - 1].offset);
		CHECK_EQ(ring_prod(&ring), entry->base);
	}
	ring_end(&ring);
}

CASE(grow_has_a_limit)
{
	struct evtchn_ring ring, before;
	struct evtmmap_header header;

	ring_start(&ring, SLOTS, &origins[0]);
	before = ring;
	header = *ring.header;
	CHECK_EQ(evtchn_ring_grow(&ring, 2 * EVTCHN_MAX_SLOTS), -ENOSPC);
	CHECK(!memcmp(&before, &ring, sizeof(ring)));
	CHECK(!memcmp(&header, ring.header, sizeof(header)));
	CHECK_EQ(evtchn_ring_grow(&ring, EVTCHN_MAX_SLOTS), 0);
	ring_pass(&ring, 3);
	ring_end(&ring);
}

CASE(grow_without_memory_changes_nothing)
{
	struct evtchn_ring ring, before;
	struct evtmmap_header header;
	u64 slots[SLOTS];
	int at;

	ring_start(&ring, SLOTS, &origins[0]);
	ring_publish_n(&ring, 1, 3);
	before = ring;
	header = *ring.header;
	memcpy(slots, ring.newest->slots, sizeof(slots));
	for (at = 0; at < 2; at++) {
		shim_fail_at = at;
		CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), -ENOMEM);
		CHECK(!memcmp(&before, &ring, sizeof(ring)));
		CHECK(!memcmp(&header, ring.header, sizeof(header)));
		CHECK(!memcmp(slots, ring.newest->slots, sizeof(slots)));
		CHECK(!ring.newest->next);
	}
	shim_fail_at = -1;
	CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
	ring_expect(&ring, 1, 3);
	ring_end(&ring);
}

CASE_AT_ORIGINS(trim_keeps_the_newest_only)
{
	struct evtchn_ring ring;
	int i, live, fresh;

	ring_start(&ring, SLOTS, origin);
	live = shim_live;
	for (i = 0; i < 5; i++) {
		ring_publish_n(&ring, 1, 3);
		CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
	}
	evtchn_ring_trim(&ring);
	CHECK_EQ(shim_live, live);
	CHECK(ring.oldest == ring.newest);
	fresh = ring.header->generation % EVTMMAP_SEGMENTS;
	for (i = 0; i < EVTMMAP_SEGMENTS; i++)
		CHECK_EQ(ring.header->segment[i].nslots, i == fresh ? SLOTS : 0);
	ring_publish_n(&ring, 10, 3);
	ring_expect(&ring, 10, 3);
	evtchn_ring_trim(&ring);
	ring_end(&ring);
}

/* A RESYNC each time: more generations than the header has entries. */
CASE_AT_ORIGINS(grow_and_trim_for_ever)
{
	struct evtchn_ring ring;
	u32 i;

	ring_start(&ring, SLOTS, origin);
	for (i = 0; i < 5 * EVTMMAP_SEGMENTS; i++) {
		ring_publish_n(&ring, 1, i % SLOTS);
		CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
		evtchn_ring_trim(&ring);
		ring_publish_n(&ring, 10, 2);
		ring_expect(&ring, 10, 2);
	}
	ring_end(&ring);
}
