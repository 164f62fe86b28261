// SPDX-License-Identifier: GPL-2.0
/* T2: a port goes into the ring. */
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "ring.h"

#define MIN_SLOTS	((u32)(PAGE_SIZE / sizeof(u64)))

static u64 *slot_at(struct evtchn_segment *seg, u32 rel)
{
	return &seg->slots[rel & (seg->nslots - 1)];
}

static struct evtchn_segment *segment_alloc(u32 nslots, u32 generation)
{
	struct evtchn_segment *seg = kzalloc(sizeof(*seg), GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!seg)
		return NULL;
	seg->slots = __vmalloc(array_size(nslots, sizeof(u64)),
			       GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!seg->slots) {
		kfree(seg);
		return NULL;
	}
	seg->nslots = nslots;
	seg->generation = generation;
	for (i = 0; i < nslots; i++)
		seg->slots[i] = EVTMMAP_SLOT(i - nslots, 0);
	return seg;
}

static void segment_free(struct evtchn_segment *seg)
{
	vfree(seg->slots);
	kfree(seg);
}

/* Tell user space where a segment is; nslots 0 says that it is gone. */
static void segment_describe(struct evtmmap_header *header,
			     const struct evtchn_segment *seg, u32 nslots)
{
	u32 i = seg->generation % EVTMMAP_SEGMENTS;
	struct evtmmap_segment *entry = &header->segment[i];

	WRITE_ONCE(entry->offset, (u64)(i + 1) << 32);
	WRITE_ONCE(entry->base, seg->base);
	WRITE_ONCE(entry->nslots, nslots);
}

/**
 * evtchn_ring_publish() - put a port into the ring
 * @ring: the ring
 * @port: the port; the caller has just set EVTCHN_QUEUED for it
 *
 * Lock-free: a compare-and-swap that fails means that another one succeeded.
 * A CPU that stops anywhere in here leaves either nothing or a filled slot,
 * which the others step over. Nothing that user space can write is read.
 *
 * Context: any, interrupts included.
 * Return: the position that was filled.
 */
u32 evtchn_ring_publish(struct evtchn_ring *ring, u32 port)
{
	u32 *prod = &ring->header->prod;
	struct evtchn_segment *seg;
	u32 pos, rel;
	u64 *slot, old;

	rcu_read_lock();
	for (;;) {
		pos = smp_load_acquire(prod);		/* L, matches J and K */
		seg = smp_load_acquire(&ring->newest);	/* L, matches J */
		rel = pos - seg->base;
		if ((s32)rel < 0) {
			/* All below base is filled. K, matches L */
			cmpxchg(prod, pos, seg->base);
			continue;
		}
		slot = slot_at(seg, rel);
		old = smp_load_acquire(slot);		/* B, matches A */
		if (EVTMMAP_SLOT_PORT(old) == EVTMMAP_PORT_CLOSED) {
			/* I, matches H; J, matches L */
			cmpxchg(&ring->newest, seg, smp_load_acquire(&seg->next));
		} else if (EVTMMAP_SLOT_TAG(old) == rel) {
			cmpxchg(prod, pos, pos + 1);	/* C, matches E */
		} else if (EVTMMAP_SLOT_TAG(old) == rel - seg->nslots &&
			   /* A, matches B and D */
			   cmpxchg(slot, old, EVTMMAP_SLOT(rel, port)) == old) {
			cmpxchg(prod, pos, pos + 1);	/* C, matches E */
			break;
		}
	}
	rcu_read_unlock();
	return pos;
}

/**
 * evtchn_ring_filled() - may a consumer at this position go on?
 * @ring: the ring
 * @pos: any position, also one that user space made up
 *
 * A sleeper calls it after it said that it sleeps (D). It looks at the slot
 * itself and not only at prod: a publisher that was stopped before it moved
 * prod on has yet to ask who sleeps, but one that helped it will not.
 *
 * Return: true if the slot at @pos, or one past it, is filled; also if all
 * there is are entries to be skipped. Never false for an entry whose publisher
 * did not see the sleeper.
 */
bool evtchn_ring_filled(struct evtchn_ring *ring, u32 pos)
{
	struct evtchn_segment *seg;
	bool filled = true;
	u32 prod, rel;
	u64 slot;

	rcu_read_lock();
	prod = smp_load_acquire(&ring->header->prod);	/* E, matches C */
	seg = smp_load_acquire(&ring->newest);		/* L, matches J */
	rel = prod - seg->base;
	if ((s32)(prod - pos) <= 0 && (s32)rel >= 0) {
		slot = smp_load_acquire(slot_at(seg, rel)); /* B, matches A */
		filled = prod == pos && EVTMMAP_SLOT_TAG(slot) == rel;
	}
	rcu_read_unlock();
	return filled;
}

/**
 * evtchn_ring_peek() - the next entry, for a taker inside the kernel
 * @cursor: where to look; moves past entries that are no ports
 * @port: the port, if there is one
 *
 * Context: under the file's taker_lock.
 * Return: false if there is none.
 */
bool evtchn_ring_peek(struct evtchn_cursor *cursor, u32 *port)
{
	for (;;) {
		struct evtchn_segment *seg = cursor->segment;
		u32 rel = cursor->pos - seg->base;
		u64 slot = smp_load_acquire(slot_at(seg, rel)); /* B, matches A */

		if (EVTMMAP_SLOT_TAG(slot) != rel)
			return false;
		*port = EVTMMAP_SLOT_PORT(slot);
		if (*port < EVTMMAP_PORT_SPECIAL)
			return true;
		if (*port == EVTMMAP_PORT_CLOSED)
			cursor->segment = smp_load_acquire(&seg->next); /* I, matches H */
		cursor->pos++;
	}
}

/* All before the cursor is taken. Context: under the file's taker_lock. */
void evtchn_ring_taken(struct evtchn_ring *ring,
		       const struct evtchn_cursor *cursor)
{
	ring->taker.segment = cursor->segment;
	WRITE_ONCE(ring->taker.pos, cursor->pos);
}

/* Put CLOSED where the next entry would go, with @next's base behind it. */
static void segment_close(struct evtchn_ring *ring, struct evtchn_segment *next)
{
	struct evtchn_segment *seg = READ_ONCE(ring->newest);
	u32 *prod = &ring->header->prod;
	u64 *slot, old;
	u32 pos, rel;

	for (;;) {
		pos = smp_load_acquire(prod);		/* L, matches J and K */
		rel = pos - seg->base;
		if ((s32)rel < 0) {
			cmpxchg(prod, pos, seg->base);	/* K, matches L */
			continue;
		}
		slot = slot_at(seg, rel);
		old = smp_load_acquire(slot);		/* B, matches A */
		if (EVTMMAP_SLOT_TAG(old) == rel) {
			cmpxchg(prod, pos, pos + 1);	/* C, matches E */
		} else if (EVTMMAP_SLOT_TAG(old) == rel - seg->nslots) {
			next->base = pos + 1;
			segment_describe(ring->header, next, next->nslots);
			smp_store_release(&seg->next, next); /* H, matches I */
			/* A, matches B and D */
			if (cmpxchg(slot, old, EVTMMAP_SLOT(rel,
					EVTMMAP_PORT_CLOSED)) == old)
				break;
		}
	}
	cmpxchg(&ring->newest, seg, next);		/* J, matches L */
	cmpxchg(prod, pos, pos + 1);			/* K, matches L */
}

/**
 * evtchn_ring_grow() - go on in a fresh segment
 * @ring: the ring
 * @nslots: its size, a power of two
 *
 * Nothing is stopped or copied: entries stay where they are, publishers and
 * takers that meet CLOSED go on behind it.
 *
 * Context: process, under the file's bind_lock.
 * Return: 0, or ENOSPC if that is more than a ring may have, or ENOMEM.
 */
int evtchn_ring_grow(struct evtchn_ring *ring, u32 nslots)
{
	struct evtchn_segment *next;

	if (nslots > EVTCHN_MAX_SLOTS)
		return -ENOSPC;
	next = segment_alloc(nslots, READ_ONCE(ring->newest)->generation + 1);
	if (!next)
		return -ENOMEM;
	segment_close(ring, next);
	WRITE_ONCE(ring->header->generation, next->generation);
	ring->dead = 0;
	return 0;
}

/**
 * evtchn_ring_trim() - free every segment but the newest
 * @ring: the ring
 *
 * Pages that are mapped live on until they are unmapped.
 *
 * Context: process, under the file's bind_lock and taker_lock. Sleeps for a
 * grace period if there is anything to free.
 */
void evtchn_ring_trim(struct evtchn_ring *ring)
{
	struct evtchn_segment *newest = READ_ONCE(ring->newest);
	struct evtchn_segment *seg = ring->oldest, *next;

	ring->oldest = newest;
	ring->taker.segment = newest;
	WRITE_ONCE(ring->taker.pos, newest->base);
	if (seg != newest)
		synchronize_rcu_expedited();
	for (; seg != newest; seg = next) {
		next = seg->next;
		segment_describe(ring->header, seg, 0);
		segment_free(seg);
	}
}

/**
 * evtchn_ring_forget() - make an unbound port's entries unreadable
 * @ring: the ring
 * @port: the port; its handler is gone, nobody publishes it any more
 *
 * Context: process, under the file's bind_lock and taker_lock.
 */
void evtchn_ring_forget(struct evtchn_ring *ring, u32 port)
{
	struct evtchn_segment *seg;
	u64 old, dead;
	u32 i;

	for (seg = ring->oldest; seg; seg = seg->next) {
		for (i = 0; i < seg->nslots; i++) {
			old = READ_ONCE(seg->slots[i]);
			if (EVTMMAP_SLOT_PORT(old) != port)
				continue;
			/*
			 * An old lap's entry, not a live one, may be used
			 * again at this very moment: then it is gone anyway.
			 */
			dead = EVTMMAP_SLOT(EVTMMAP_SLOT_TAG(old),
					    EVTMMAP_PORT_DEAD);
			if (cmpxchg(&seg->slots[i], old, dead) == old)
				ring->dead++;
		}
	}
}

/**
 * evtchn_ring_sweep() - take entries of unbound ports out of the way
 * @ring: the ring; its taker is read(), not a mapped consumer
 *
 * For a client that binds and unbinds but reads nothing: what it has not read
 * is queued again behind itself.
 *
 * Context: process, under the file's bind_lock and taker_lock.
 */
void evtchn_ring_sweep(struct evtchn_ring *ring)
{
	u32 end = smp_load_acquire(&ring->header->prod); /* E, matches C */
	struct evtchn_cursor at = ring->taker;
	u32 port;

	while (evtchn_ring_peek(&at, &port) && (s32)(at.pos - end) < 0) {
		at.pos++;
		evtchn_ring_taken(ring, &at);
		evtchn_ring_publish(ring, port);
	}
	evtchn_ring_taken(ring, &at);
	ring->dead = 0;
}

/* How many entries from @cons on are dead? For a ring that is mapped. */
u32 evtchn_ring_count_dead(struct evtchn_ring *ring, u32 cons)
{
	struct evtchn_segment *seg = READ_ONCE(ring->newest);
	u32 end = READ_ONCE(ring->header->prod) - seg->base;
	u32 rel = cons - seg->base;
	u32 dead = 0;

	if ((s32)rel < 0)
		rel = 0;
	if (end - rel > seg->nslots)
		rel = end - min(end, seg->nslots);
	for (; rel != end; rel++)
		dead += EVTMMAP_SLOT_PORT(READ_ONCE(*slot_at(seg, rel))) ==
			EVTMMAP_PORT_DEAD;
	return dead;
}

int evtchn_ring_init(struct evtchn_ring *ring)
{
	struct evtmmap_header *header;
	struct evtchn_segment *seg;

	BUILD_BUG_ON(sizeof(struct evtmmap_header) > PAGE_SIZE);
	header = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!header)
		return -ENOMEM;
	seg = segment_alloc(MIN_SLOTS, 0);
	if (!seg) {
		free_page((unsigned long)header);
		return -ENOMEM;
	}
	header->magic = EVTMMAP_MAGIC;
	header->version = EVTMMAP_VERSION;
	header->length = sizeof(*header);
	header->page_size = PAGE_SIZE;
	header->features = EVTMMAP_FEAT_WAKE_AT | EVTMMAP_FEAT_RESYNC;
	header->consumer_offset = EVTMMAP_OFF_CONSUMER;
	header->consumer_length = PAGE_SIZE;
	segment_describe(header, seg, seg->nslots);
	ring->header = header;
	ring->newest = seg;
	ring->oldest = seg;
	ring->taker.segment = seg;
	return 0;
}

/* Context: nobody publishes or takes any more. */
void evtchn_ring_destroy(struct evtchn_ring *ring)
{
	struct evtchn_segment *seg, *next;

	for (seg = ring->oldest; seg; seg = next) {
		next = seg->next;
		segment_free(seg);
	}
	free_page((unsigned long)ring->header);
}
