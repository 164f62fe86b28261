/* SPDX-License-Identifier: GPL-2.0 */
/* What the ring's test programs share. */
#ifndef RING_TEST_H
#define RING_TEST_H

#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "ring.h"
#include "tap.h"

/**
 * struct origin - how far the ring has come when a case begins
 * @base: position of the segment's first slot
 * @rel: events that went through this segment already, modulo 2^32
 */
struct origin {
	u32 base;
	u32 rel;
};

/* A ring with one segment of @nslots (512 at the most) that is at @origin. */
void ring_start(struct evtchn_ring *ring, u32 nslots,
		const struct origin *origin);
/* Ends the ring and finds leaks. */
void ring_end(struct evtchn_ring *ring);

/* Takes the next entry; false if there is none. */
bool ring_take(struct evtchn_ring *ring, u32 *port);
/* The next entries are @first, @first + 1, ... and then there is none. */
void ring_expect(struct evtchn_ring *ring, u32 first, u32 n);
void ring_publish_n(struct evtchn_ring *ring, u32 first, u32 n);
/* @n entries come and go. */
void ring_pass(struct evtchn_ring *ring, u32 n);

static inline u32 ring_prod(const struct evtchn_ring *ring)
{
	return READ_ONCE(ring->header->prod);
}

/*
 * A case that is run from four beginnings: a fresh ring; one whose positions
 * are about to wrap; a segment that has seen nearly 2^31 events, where signed
 * differences to its base turn; and one that has seen nearly 2^32, where its
 * tags wrap.
 */
extern const struct origin origins[4];

#define ORIGIN_LIMIT 8

#define CASE_AT_ORIGINS(name_)						\
	static void at_##name_(const struct origin *origin);		\
	CASE_LIMIT(name_, ORIGIN_LIMIT) { at_##name_(&origins[0]); }	\
	CASE_LIMIT(name_##_position_wraps, ORIGIN_LIMIT)		\
	{ at_##name_(&origins[1]); }					\
	CASE_LIMIT(name_##_after_2e31_events, ORIGIN_LIMIT)		\
	{ at_##name_(&origins[2]); }					\
	CASE_LIMIT(name_##_tag_wraps, ORIGIN_LIMIT)			\
	{ at_##name_(&origins[3]); }					\
	static void at_##name_(const struct origin *origin)

#endif
