// SPDX-License-Identifier: GPL-2.0
#include "ring_test.h"

const struct origin origins[4] = {
	{ 0, 0 },
	{ 0xfffffffb, 0 },
	{ 7, 0x7ffffffb },
	{ 11, 0xfffffffb },
};

void ring_start(struct evtchn_ring *ring, u32 nslots,
		const struct origin *origin)
{
	struct evtchn_segment *seg;
	u32 i, ago;

	*ring = (struct evtchn_ring){ 0 };
	CHECK_EQ(evtchn_ring_init(ring), 0);
	seg = ring->newest;
	CHECK(nslots <= seg->nslots);
	seg->nslots = nslots;
	seg->base = origin->base;
	for (i = 0; i < nslots; i++) {
		ago = nslots - ((i - origin->rel) & (nslots - 1));
		seg->slots[i] = EVTMMAP_SLOT(origin->rel - ago, 1);
	}
	ring->header->segment[0].nslots = nslots;
	ring->header->segment[0].base = origin->base;
	ring->header->prod = origin->base + origin->rel;
	ring->taker.pos = ring->header->prod;
}

void ring_end(struct evtchn_ring *ring)
{
	evtchn_ring_destroy(ring);
	CHECK_EQ(shim_live, 0);
}

bool ring_take(struct evtchn_ring *ring, u32 *port)
{
	struct evtchn_cursor at = ring->taker;
	bool any = evtchn_ring_peek(&at, port);

	at.pos += any;
	evtchn_ring_taken(ring, &at);
	return any;
}

void ring_expect(struct evtchn_ring *ring, u32 first, u32 n)
{
	u32 port, i;

	for (i = 0; i < n; i++) {
		CHECK(ring_take(ring, &port));
		CHECK_EQ(port, first + i);
	}
	CHECK(!ring_take(ring, &port));
}

void ring_publish_n(struct evtchn_ring *ring, u32 first, u32 n)
{
	while (n--)
		evtchn_ring_publish(ring, first++);
}

void ring_pass(struct evtchn_ring *ring, u32 n)
{
	u32 i, port;

	for (i = 0; i < n; i++) {
		evtchn_ring_publish(ring, i);
		CHECK(ring_take(ring, &port));
		CHECK_EQ(port, i);
	}
}
