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
 *	under the file's bind_lock
 */
struct evtchn_ring {
	struct evtmmap_header *header;
	struct evtchn_segment *newest;

	struct evtchn_cursor taker ____cacheline_aligned_in_smp;

	struct evtchn_segment *oldest;
	u32 dead;
};

int evtchn_ring_init(struct evtchn_ring *ring);
void evtchn_ring_destroy(struct evtchn_ring *ring);

u32 evtchn_ring_publish(struct evtchn_ring *ring, u32 port);
bool evtchn_ring_filled(struct evtchn_ring *ring, u32 pos);

int evtchn_ring_grow(struct evtchn_ring *ring, u32 nslots);
void evtchn_ring_trim(struct evtchn_ring *ring);
void evtchn_ring_forget(struct evtchn_ring *ring, u32 port, bool mapped);
void evtchn_ring_sweep(struct evtchn_ring *ring);
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

/*
 * Credit: what makes room in the ring. A port has at most one entry in it, and
 * the ring has more slots than ports, so a slot is always taken before it is
 * needed again, and nobody has to believe what user space says of cons.
 *
 * The word is changed by compare-and-swap only, by the handler (upcall), the
 * taker (take) and whoever gives the port back (rearm), on any CPU.
 */
#define EVTCHN_MASKED	1	/* fired, waits for its rearm */
#define EVTCHN_QUEUED	2	/* has an entry that nobody has taken */
#define EVTCHN_AGAIN	4	/* fired again behind that entry: rearmed untaken */

enum evtchn_verdict {
	EVTCHN_NOTHING,		/* nothing to do */
	EVTCHN_PUBLISH,		/* the caller publishes the port */
	EVTCHN_EOI,		/* the caller sends the EOI */
	EVTCHN_PUBLISH_EOI,	/* both */
	EVTCHN_SPURIOUS,	/* an upcall that nobody asked for */
};

/* The port fired. */
static inline enum evtchn_verdict evtchn_credit_upcall(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (old & EVTCHN_MASKED)
			return EVTCHN_SPURIOUS;
		new = EVTCHN_MASKED | EVTCHN_QUEUED;
		if (old & EVTCHN_QUEUED)
			new |= EVTCHN_AGAIN;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* G, matches F */
	return old & EVTCHN_QUEUED ? EVTCHN_NOTHING : EVTCHN_PUBLISH;
}

/*
 * The port fired, and is to be rearmed at once: unless the entry of the event
 * before is not @taken. Then it has two, and the second says that it is masked.
 */
static inline enum evtchn_verdict evtchn_credit_early(atomic_t *credit,
						      bool taken)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (old & EVTCHN_MASKED)
			return EVTCHN_SPURIOUS;
		new = EVTCHN_QUEUED;
		if ((old & EVTCHN_QUEUED) && !taken)
			new |= EVTCHN_MASKED;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* G, matches F */
	return new & EVTCHN_MASKED ? EVTCHN_PUBLISH : EVTCHN_PUBLISH_EOI;
}

/* read() has handed the port's entry out. */
static inline enum evtchn_verdict evtchn_credit_take(atomic_t *credit)
{
	int old = atomic_read(credit);
	int drop;

	do {
		drop = old & EVTCHN_AGAIN ? EVTCHN_AGAIN : EVTCHN_QUEUED;
	} while (!atomic_try_cmpxchg(credit, &old, old & ~drop)); /* F, matches G */
	return old & EVTCHN_AGAIN ? EVTCHN_PUBLISH : EVTCHN_NOTHING;
}

/*
 * The port is given back. In a file whose ring is mapped that says also that
 * its entry was taken, since nothing else does.
 */
static inline enum evtchn_verdict evtchn_credit_rearm(atomic_t *credit,
						      bool mapped)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (!(old & EVTCHN_MASKED) && !(mapped && old))
			return EVTCHN_NOTHING;
		new = old & ~EVTCHN_MASKED;
		if (mapped)
			new = old & EVTCHN_AGAIN ? old & ~EVTCHN_AGAIN : 0;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* F, matches G */
	if (mapped && (old & EVTCHN_AGAIN))
		return EVTCHN_PUBLISH;
	return old & EVTCHN_MASKED ? EVTCHN_EOI : EVTCHN_NOTHING;
}

/* The same with early EOI: what was taken is said by cons. */
static inline enum evtchn_verdict evtchn_credit_rearm_early(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (!(old & EVTCHN_MASKED))
			return EVTCHN_NOTHING;
		new = old & (old & EVTCHN_AGAIN ? ~EVTCHN_AGAIN : ~EVTCHN_MASKED);
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* F, matches G */
	return old & EVTCHN_AGAIN ? EVTCHN_PUBLISH : EVTCHN_EOI;
}

/* The port's entry, if any, was thrown away: arm it again. */
static inline enum evtchn_verdict evtchn_credit_drop(atomic_t *credit)
{
	int old = atomic_xchg(credit, 0); /* F, matches G */

	return old & EVTCHN_MASKED ? EVTCHN_EOI : EVTCHN_NOTHING;
}

/* The port's entry, if any, was thrown away: queue it anew if it fired. */
static inline enum evtchn_verdict evtchn_credit_requeue(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (!old)
			return EVTCHN_NOTHING;
		new = (old | EVTCHN_QUEUED) & ~EVTCHN_AGAIN;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* F, matches G */
	return EVTCHN_PUBLISH;
}

#endif
