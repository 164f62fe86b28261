// SPDX-License-Identifier: GPL-2.0
/* T2: a port goes into the ring. */
#include <linux/container_of.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "debug.h"
#include "ring.h"

#define MIN_SLOTS	((u32)(PAGE_SIZE / sizeof(u64)))

static struct evtchn_segment *segment_alloc(u32 nslots, u32 generation)
{
	struct evtchn_segment *seg = kzalloc(sizeof(*seg), GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!seg)
		return NULL;
	seg->slots = __vmalloc(array_size(nslots, sizeof(u64)),
			       GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	if (!seg->slots) {
		kfree(seg);
		return NULL;
	}
	seg->nslots = nslots;
	seg->generation = generation;
	for (i = 0; i < nslots; i++) {
		seg->slots[i] = EVTMMAP_SLOT(i - nslots, 0);
		if (i % MIN_SLOTS == 0)
			cond_resched();
	}
	return seg;
}

static void segment_free(struct evtchn_segment *seg)
{
	vfree(seg->slots);
	kfree(seg);
}

static void segment_free_rcu(struct rcu_head *rcu)
{
	segment_free(container_of(rcu, struct evtchn_segment, rcu));
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

/*
 * A segment is closed: let all publish in the next one. prod still is at CLOSED;
 * in the next segment that position, one below its base, looks filled (its last
 * slot has tag -1), and is stepped over like any other.
 */
static void segment_follow(struct evtchn_ring *ring, struct evtchn_segment *seg)
{
	struct evtchn_segment *next = smp_load_acquire(&seg->next); /* I, matches H */

	/* J, matches L: first what user space goes by, then what we do. */
	cmpxchg(&ring->header->generation, seg->generation, next->generation);
	evtchn_hold(EVTCHN_HOLD_J);
	cmpxchg(&ring->newest, seg, next);		/* J, matches L */
}

/**
 * evtchn_ring_publish() - put a port into the ring
 * @ring: the ring
 * @port: the port, or with EVTMMAP_PORT_MASKED; the caller has just set
 *	EVTCHN_QUEUED for it
 *
 * Lock-free: a compare-and-swap that fails means that another one succeeded.
 * A CPU that stops anywhere in here leaves either nothing or a filled slot,
 * which the others step over. Nothing that user space can write is read.
 *
 * Context: under RCU, which interrupts always are; or under bind_lock, which
 * keeps segments from going away as well.
 * Return: the position that was filled.
 */
u32 evtchn_ring_publish(struct evtchn_ring *ring, u32 port)
{
	u32 *prod = &ring->header->prod;
	struct evtchn_segment *seg;
	u32 pos, rel;
	u64 *slot, old;

	for (;;) {
		pos = smp_load_acquire(prod);		/* L, matches J and K */
		evtchn_hold(EVTCHN_HOLD_P);
		seg = smp_load_acquire(&ring->newest);	/* L, matches J */
		evtchn_hold(EVTCHN_HOLD_L);
		rel = pos - seg->base;
		slot = evtchn_slot(seg, rel);
		old = smp_load_acquire(slot);		/* B, matches A */
		evtchn_hold(EVTCHN_HOLD_B);
		if (EVTMMAP_SLOT_PORT(old) == EVTMMAP_PORT_CLOSED) {
			segment_follow(ring, seg);
		} else if (EVTMMAP_SLOT_TAG(old) == rel) {
			evtchn_hold(EVTCHN_HOLD_K);
			/* C, matches E; past CLOSED K, matches L */
			cmpxchg(prod, pos, pos + 1);
		} else if (EVTMMAP_SLOT_TAG(old) == rel - seg->nslots &&
			   /* A, matches B and D */
			   cmpxchg(slot, old, EVTMMAP_SLOT(rel, port)) == old) {
			evtchn_hold(EVTCHN_HOLD_A);
			cmpxchg(prod, pos, pos + 1);	/* C, matches E */
			evtchn_hold(EVTCHN_HOLD_C);
			return pos;
		}
	}
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
	u32 prod, rel, tag;

	prod = smp_load_acquire(&ring->header->prod);	/* E, matches C */
	if (prod != pos)
		return (s32)(prod - pos) > 0;
	rcu_read_lock();
	seg = smp_load_acquire(&ring->newest);		/* L, matches J */
	rel = prod - seg->base;
	tag = EVTMMAP_SLOT_TAG(smp_load_acquire(evtchn_slot(seg, rel))); /* B, matches A */
	rcu_read_unlock();
	return tag == rel;
}

static u64 closed(u32 rel)
{
	return EVTMMAP_SLOT(rel, EVTMMAP_PORT_CLOSED);
}

/* Put CLOSED where the next entry would go, with @next's base behind it. */
static void segment_close(struct evtchn_ring *ring, struct evtchn_segment *next)
{
	struct evtchn_segment *seg = READ_ONCE(ring->newest);
	u32 *prod = &ring->header->prod;
	u64 *slot, old;
	u32 pos, rel;

	for (;;) {
		pos = smp_load_acquire(prod);		/* E, matches C */
		rel = pos - seg->base;
		slot = evtchn_slot(seg, rel);
		old = smp_load_acquire(slot);		/* B, matches A */
		if (EVTMMAP_SLOT_TAG(old) == rel) {
			cmpxchg(prod, pos, pos + 1);	/* C, matches E */
		} else if (EVTMMAP_SLOT_TAG(old) == rel - seg->nslots) {
			ASSERT_EXCLUSIVE_ACCESS(next->base);
			next->base = pos + 1;
			segment_describe(ring->header, next, next->nslots);
			smp_store_release(&seg->next, next); /* H, matches I */
			/* A, matches B and D */
			if (cmpxchg(slot, old, closed(rel)) == old)
				break;
		}
	}
	evtchn_hold(EVTCHN_HOLD_A);
	segment_follow(ring, seg);
	evtchn_hold(EVTCHN_HOLD_K);
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
	ring->dead = 0;
	return 0;
}

/**
 * evtchn_ring_trim() - free every segment but the newest
 * @ring: the ring
 *
 * Pages that are mapped live on until they are unmapped, and all of them until
 * no publisher can be in there any more; nobody waits for that.
 *
 * Context: process, under the file's bind_lock and taker_lock.
 */
void evtchn_ring_trim(struct evtchn_ring *ring)
{
	struct evtchn_segment *newest = READ_ONCE(ring->newest);
	struct evtchn_segment *seg = ring->oldest, *next;

	ASSERT_EXCLUSIVE_ACCESS(ring->oldest);
	ASSERT_EXCLUSIVE_WRITER(ring->taker.pos);
	ring->oldest = newest;
	ring->taker.segment = newest;
	WRITE_ONCE(ring->taker.pos, newest->base);
	for (; seg != newest; seg = next) {
		next = seg->next;
		segment_describe(ring->header, seg, 0);
		call_rcu(&seg->rcu, segment_free_rcu);
	}
}

/*
 * Turn a slot with this port into a dead one. An entry that was taken long ago
 * may be used again at this very moment: then it is gone anyway.
 */
static bool slot_forget(u64 *slot, u32 port)
{
	u64 old = READ_ONCE(*slot);

	if (EVTMMAP_SLOT_PORT(old) != port &&
	    EVTMMAP_SLOT_PORT(old) != (port | EVTMMAP_PORT_MASKED))
		return false;
	/* A, matches B */
	return cmpxchg(slot, old, EVTMMAP_SLOT(EVTMMAP_SLOT_TAG(old),
					       EVTMMAP_PORT_DEAD)) == old;
}

/**
 * evtchn_ring_forget_at() - make an unbound port's entry unreadable
 * @ring: the ring
 * @port: the port; its handler is gone, nobody publishes it any more
 * @pos: where its newest entry was put
 *
 * Context: process, under the file's bind_lock and taker_lock.
 * Return: false if what is there now is not that entry.
 */
bool evtchn_ring_forget_at(struct evtchn_ring *ring, u32 port, u32 pos)
{
	struct evtchn_segment *seg = ring->taker.segment;
	u64 *slot;
	bool found;

	while (seg->next && pos - seg->base >= seg->next->base - seg->base)
		seg = seg->next;
	slot = evtchn_slot(seg, pos - seg->base);
	found = EVTMMAP_SLOT_TAG(READ_ONCE(*slot)) == pos - seg->base &&
		slot_forget(slot, port);
	ASSERT_EXCLUSIVE_ACCESS(ring->dead);
	ring->dead += found;
	return found;
}

/**
 * evtchn_ring_forget() - make an unbound port's entries unreadable, wherever
 * @ring: the ring
 * @port: the port; its handler is gone, nobody publishes it any more
 * @mapped: the taker is user space, so what it has taken is not known
 *
 * Context: process, under the file's bind_lock and taker_lock.
 */
void evtchn_ring_forget(struct evtchn_ring *ring, u32 port, bool mapped)
{
	struct evtchn_segment *seg = ring->taker.segment;
	u32 from = ring->taker.pos, to, n;

	ASSERT_EXCLUSIVE_ACCESS(ring->dead);
	for (; seg; from = to, seg = seg->next) {
		to = seg->next ? seg->next->base :
				 READ_ONCE(ring->header->prod);
		n = mapped ? seg->nslots : min(to - from, seg->nslots);
		for (; n; n--) {
			ring->dead += slot_forget(evtchn_slot(seg, to - n -
							      seg->base), port);
			if (n % MIN_SLOTS == 0)
				cond_resched();
		}
	}
}

/**
 * evtchn_ring_sweep() - take entries of unbound ports out of the way
 * @ring: the ring; its taker is read(), not a mapped consumer
 *
 * For a client that binds and unbinds but reads nothing: what it has not read
 * is queued again behind itself. The caller wakes whoever sleeps.
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
		cond_resched();
	}
	evtchn_ring_taken(ring, &at);
	ring->dead = 0;
}

/* How many entries from @cons on are dead? For a ring that is mapped. */
u32 evtchn_ring_count_dead(struct evtchn_ring *ring, u32 cons)
{
	struct evtchn_segment *seg = READ_ONCE(ring->newest);
	u32 end = READ_ONCE(ring->header->prod);
	u32 n = min(end - cons, seg->nslots);
	u32 dead = 0;

	for (; n; n--) {
		dead += EVTMMAP_SLOT_PORT(READ_ONCE(*evtchn_slot(seg, end - n -
								 seg->base))) ==
			EVTMMAP_PORT_DEAD;
		if (n % MIN_SLOTS == 0)
			cond_resched();
	}
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
	header->features = EVTMMAP_FEAT_WAKE_AT | EVTMMAP_FEAT_RESYNC |
			   EVTMMAP_FEAT_COMMANDS | EVTMMAP_FEAT_POLLER |
			   EVTMMAP_FEAT_EARLY_EOI | EVTMMAP_FEAT_AFFINITY |
			   EVTMMAP_FEAT_PRIORITY | EVTMMAP_FEAT_VIRQ_VCPU |
			   EVTMMAP_FEAT_RESTORES | EVTCHN_FEAT_URING;
	header->consumer_offset = EVTMMAP_OFF_CONSUMER;
	header->consumer_length = PAGE_SIZE;
	header->command_offset = offsetof(struct evtmmap_consumer, command);
	header->command_count = EVTMMAP_COMMANDS;
	seg->base = evtchn_first_pos();
	header->prod = seg->base;
	segment_describe(header, seg, seg->nslots);
	ring->header = header;
	ring->newest = seg;
	ring->oldest = seg;
	ring->taker.segment = seg;
	ring->taker.pos = seg->base;
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
