/* SPDX-License-Identifier: MIT */
/*
 * T4b: the consumer's side of a mapped ring, in user space.
 *
 * All of the library's memory ordering is in this file.  The letters are those
 * of <xen/evtchn_mmap.h>, which has the argument.
 *
 * The slots of a driver that cannot map its ring are a private array filled by
 * classic.c; the same code takes events out of both.
 */
#ifndef EVTMMAP_RING_H
#define EVTMMAP_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <xen/evtchn_command.h>
#include <xen/evtchn_mmap.h>
#include "evtmmap.h"

/* How far ahead of any event a busy consumer puts its wake position. */
#define RING_FAR	(1U << 30)

/* From a ring to the slot that it reads as long as it is all zeros. */
#define RING_STALE	(1U << 16)

/**
 * struct ring - where the consumer is
 * @slots: distance of the first slot from RING_STALE, in slots.  There are
 *	2 * (@mask + 1) of them: the second half is the first half again
 * @mask: slots of this segment, less one
 * @base: position of the segment's first slot
 * @cons: position of the next event to take. Ours: @page->cons is only what
 *	we told the driver, and is never read back but to start.
 * @peeked: position after the last event that was handed out
 * @page: the page we write and the driver reads
 */
struct ring {
	_Alignas(8) ptrdiff_t slots;
	__u32 mask;
	__u32 base;
	__u32 cons;
	__u32 peeked;
	struct evtmmap_consumer *page;
};

enum ring_state { RING_EMPTY, RING_EVENT, RING_DEAD, RING_CLOSED, RING_OVERRUN };

/* A word that the driver may change at any moment, and that orders nothing. */
#define ring_read(p)	__atomic_load_n((p), __ATOMIC_RELAXED)

/*
 * The next slot; those behind it follow without a break. A child of fork() has
 * no slots and finds a ring of zeros: that has to lead to memory, too.
 */
static inline const __u64 *ring_here(const struct ring *r)
{
	const __u64 *stale = (const __u64 *)((uintptr_t)r + RING_STALE);

	return stale + (r->slots + (ptrdiff_t)((r->cons - r->base) & r->mask));
}

static inline __u64 ring_load(const __u64 *slot)
{
	/* B, matches A: what was written before the event is there as well. */
	return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
}

/* What the next slot holds if it holds an event, but for the port. */
static inline __u64 ring_expected(const struct ring *r)
{
	return EVTMMAP_SLOT(r->cons - r->base, 0);
}

/*
 * Right tag and a port that is one, in a single comparison; a port with early
 * EOI may say EVTMMAP_PORT_MASKED as well, which is the bit above.
 */
static inline bool ring_is_event(__u64 slot, __u64 expected)
{
	return slot - expected < 2 * EVTMMAP_PORT_LIMIT;
}

static inline bool ring_has_event(const struct ring *r)
{
	return ring_is_event(ring_load(ring_here(r)), ring_expected(r));
}

static inline enum ring_state ring_state(const struct ring *r)
{
	__u64 slot = ring_load(ring_here(r));
	__s32 laps = (__s32)(EVTMMAP_SLOT_TAG(slot) - (r->cons - r->base));

	if (laps < 0)
		return RING_EMPTY;
	if (laps > 0)
		return RING_OVERRUN;
	if (EVTMMAP_SLOT_PORT(slot) == EVTMMAP_PORT_CLOSED)
		return RING_CLOSED;
	return ring_is_event(slot, ring_expected(r)) ? RING_EVENT : RING_DEAD;
}

/*
 * Events in a row from here on; they never wrap, thanks to the second mapping.
 * The tags alone say where they end: prod may be behind a filled slot, and its
 * cache line is the publishers'.
 */
static inline __u32 ring_span(struct ring *r)
{
	const __u64 *here = ring_here(r);
	__u64 expected = ring_expected(r);
	__u32 n = 0, most = r->mask + 1;

	while (n < most && ring_is_event(ring_load(here + n), expected)) {
		expected += EVTMMAP_SLOT(1, 0);
		n++;
	}
	r->peeked = r->cons + n;
	return n;
}

/* A slot is given back by rearm, in the kernel (F), or with early EOI by this. */
static inline void ring_advance(struct ring *r, __u32 n)
{
	r->cons += n;
	/* U, matches V: what was taken was read before. */
	__atomic_store_n(&r->page->cons, r->cons, __ATOMIC_RELEASE);
}

/* Takes the next slot, if it holds an event. */
static inline bool ring_take(struct ring *r, __u32 *port)
{
	__u64 expected = ring_expected(r);
	__u64 slot = ring_load(ring_here(r));

	if (!ring_is_event(slot, expected))
		return false;
	ring_advance(r, 1);
	*port = EVTMMAP_SLOT_PORT(slot - expected);
	return true;
}

/*
 * From here on look at the slots again before you sleep. Without a wake position
 * it is cons that SIGIO goes by.
 */
static inline void ring_wake_here(struct ring *r, bool wake_at)
{
	if (wake_at)
		__atomic_store_n(&r->page->wake, r->cons, __ATOMIC_RELAXED);
	/*
	 * D, matches A: a publisher that does not see this position has filled
	 * its slot before; the caller's next look (B) then finds it.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void ring_wake_far(struct ring *r)
{
	__atomic_store_n(&r->page->wake, r->cons + RING_FAR, __ATOMIC_RELAXED);
}

/*
 * Generation of the newest segment, in which prod is or which it has yet to
 * reach. The same before and after: a ring that grows in between may be far
 * beyond the prod that was read.
 */
static inline __u32 ring_newest(const struct evtmmap_header *header,
				__u32 *prod)
{
	__u32 before;

	do {
		/* L, matches J: prod is read after this generation. */
		before = __atomic_load_n(&header->generation, __ATOMIC_ACQUIRE);
		/* L, matches J and K: the generation is read after prod. */
		*prod = __atomic_load_n(&header->prod, __ATOMIC_ACQUIRE);
	} while (ring_read(&header->generation) != before);
	return before;
}

/* Commands before this position were taken; their places are free. */
static inline __u32 ring_command_head(const __u32 *head)
{
	/* R, matches Q: a command is stored over only after it was loaded. */
	return __atomic_load_n(head, __ATOMIC_ACQUIRE);
}

static inline void ring_command(struct evtmmap_consumer *page, __u32 tail,
				__u64 command)
{
	__atomic_store_n(&page->command[tail % EVTMMAP_COMMANDS], command,
			 __ATOMIC_RELAXED);
	/* O, matches P: the command is there before the tail says so. */
	__atomic_store_n(&page->command_tail, tail + 1, __ATOMIC_RELEASE);
}

/* Does the poller sleep, and so does not see what was queued? */
static inline bool ring_poller_sleeps(const struct evtmmap_header *header)
{
	/* S, matches T: it looks for commands after it has said so. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return ring_read(&header->poller) & EVTMMAP_P_NEED_WAKEUP;
}

/* Begins to take at @cons, which is in this segment. */
static inline void ring_enter(struct ring *r, const __u64 *slots,
			      const struct evtmmap_segment *seg, __u32 cons)
{
	r->slots = (ptrdiff_t)((uintptr_t)slots - ((uintptr_t)r + RING_STALE)) /
		   (ptrdiff_t)sizeof(*slots);
	r->mask = seg->nslots - 1;
	r->base = seg->base;
	r->peeked = cons;
	r->cons = cons;
	ring_advance(r, 0);
}

#endif
