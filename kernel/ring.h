/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The port ring: interrupts publish into it without a lock, one taker at a
 * time empties it. The letters at ordering points are explained once, in
 * uapi/xen/evtchn_mmap.h.
 */
#ifndef EVTCHN_RING_H
#define EVTCHN_RING_H

#include <linux/atomic.h>
#include <linux/kcsan-checks.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "../uapi/xen/evtchn_command.h"
#include "../uapi/xen/evtchn_mmap.h"

#define EVTCHN_MAX_SLOTS	(1U << 20)

/**
 * struct evtchn_segment - one generation of slots
 * @slots: whole pages, which user space may map; written by publishers, and
 *	by evtchn_ring_forget(), with compare-and-swap only
 * @nslots: a power of two
 * @base: position of slot 0; final before anyone can reach this segment
 * @generation: counts up by one from segment to segment
 * @next: where to go on after CLOSED; NULL before
 * @rcu: frees it, when no publisher can be in it any more
 *
 * A slot's tag is its position less @base, so a fresh segment can be filled
 * with "free" before its base is known, and closing the old one is a single
 * compare-and-swap however many interrupts come meanwhile. A slot is free for
 * relative position r when its tag is r - @nslots.
 */
struct evtchn_segment {
	u64 *slots;
	u32 nslots;
	u32 base;
	u32 generation;
	struct evtchn_segment *next;
	struct rcu_head rcu;
};

/**
 * struct evtchn_cursor - a place in the ring
 * @segment: the segment that @pos is in, or one that ends at @pos
 * @pos: a position
 */
struct evtchn_cursor {
	struct evtchn_segment *segment;
	u32 pos;
};

/**
 * struct evtchn_ring - a file's ring
 * @header: the page that user space may read; prod in it is the tail. Only the
 *	kernel can write it
 * @newest: where publishers publish; compare-and-swap, under RCU
 * @taker: the next entry for read(); under the file's taker_lock. @taker.pos
 *	is also read by interrupts
 * @oldest: first segment that is still there; written under the file's
 *	bind_lock and taker_lock, read under either
 * @dead: at least as many as there are entries of unbound ports in @newest;
 *	under the file's bind_lock, as the next two are
 * @restarts: how often it was begun anew
 * @grace: RCU's state when @restarts was last a multiple of EVTCHN_RESTARTS
 */
struct evtchn_ring {
	struct evtmmap_header *header;
	struct evtchn_segment *newest;

	struct evtchn_cursor taker ____cacheline_aligned_in_smp;

	struct evtchn_segment *oldest;
	u32 dead;
	u32 restarts;
	unsigned long grace;
};

int evtchn_ring_init(struct evtchn_ring *ring);
void evtchn_ring_destroy(struct evtchn_ring *ring);

u32 evtchn_ring_publish(struct evtchn_ring *ring, u32 port);
bool evtchn_ring_filled(struct evtchn_ring *ring, u32 pos);

int evtchn_ring_grow(struct evtchn_ring *ring, u32 nslots);
void evtchn_ring_trim(struct evtchn_ring *ring);
void evtchn_ring_forget(struct evtchn_ring *ring, u32 port, bool mapped);
void evtchn_ring_sweep(struct evtchn_ring *ring);
bool evtchn_ring_forget_at(struct evtchn_ring *ring, u32 port, u32 pos);
u32 evtchn_ring_count_dead(struct evtchn_ring *ring, u32 cons);

/*
 * The segment that the header describes in this place, or NULL.
 * Context: under the file's bind_lock or taker_lock.
 */
static inline struct evtchn_segment *
evtchn_ring_segment(struct evtchn_ring *ring, u32 index)
{
	struct evtchn_segment *seg = ring->oldest;

	while (seg && seg->generation % EVTMMAP_SEGMENTS != index)
		seg = smp_load_acquire(&seg->next);	/* I, matches H */
	return seg;
}

static inline u64 *evtchn_slot(struct evtchn_segment *seg, u32 rel)
{
	return &seg->slots[rel & (seg->nslots - 1)];
}

/**
 * evtchn_ring_peek() - the next entry, for a taker inside the kernel
 * @cursor: where to look; moves past entries that are no ports
 * @port: the port, if there is one
 *
 * Context: under the file's taker_lock.
 * Return: false if there is none.
 */
static inline bool evtchn_ring_peek(struct evtchn_cursor *cursor, u32 *port)
{
	for (;;) {
		struct evtchn_segment *seg = cursor->segment;
		u32 rel = cursor->pos - seg->base;
		u64 slot = smp_load_acquire(evtchn_slot(seg, rel)); /* B, matches A */

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
static inline void evtchn_ring_taken(struct evtchn_ring *ring,
				     const struct evtchn_cursor *cursor)
{
	ASSERT_EXCLUSIVE_WRITER(ring->taker.pos);
	ring->taker.segment = cursor->segment;
	WRITE_ONCE(ring->taker.pos, cursor->pos);
}

/* Where the consumer of a mapped ring says it is: what is before was read. */
static inline u32 evtchn_ring_cons(const struct evtmmap_consumer *consumer)
{
	return smp_load_acquire(&consumer->cons);	/* V, matches U */
}

/* How many commands wait behind @head? User space says so: any number. */
static inline u32 evtchn_ring_commands(const struct evtmmap_consumer *consumer,
				       u32 head)
{
	return smp_load_acquire(&consumer->command_tail) - head; /* P, matches O */
}

/* These commands were loaded. Return: false if somebody else has taken some. */
static inline bool evtchn_ring_claim(struct evtmmap_header *header, u32 head,
				     u32 n)
{
	/* Q, matches R */
	return cmpxchg(&header->command_head, head, head + n) == head;
}

#endif
