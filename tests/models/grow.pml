/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ring grows, NSEG - 1 times, while ports fire and are taken.
 *
 *	ADOPT	another consumer goes on where this one stopped
 *
 * Planted with -D: ADOPT_UNLOCKED, ADOPT_ONE_LOOK.
 */
#ifndef NSEG
#define NSEG 2
#endif
#define GROWER (NPORT + 1)	/* its pid */
#include "flow.inc"

bool bind_lock;

/* Under bind_lock, so one at a time; it may stop for ever as well. */
proctype grower() MAY_STOP
{
	byte g, pos, sg;

	for (g : 1 .. NSEG - 1) {
		bind_lock = true;
		ring_grow(g);
		bind_lock = false
	}
}

#ifdef ADOPT
#define WITHIN(k, end)	(W(at - base[k]) < W((end) - base[k]))

/*
 * Goes on where another consumer stopped: the segment that map_start() chooses,
 * from the newest back, is the one that position is in. Mapping the consumer's
 * page has waited for bind_lock before. Otherwise the generation might be that
 * of a segment that is CLOSED and that the other one had left already. And it
 * must be the same before and after prod is read, or prod may be far below it.
 */
proctype adopter()
{
	byte at, end, k;

	at = cons;
#ifndef ADOPT_UNLOCKED
	!bind_lock;
#endif
	do
	:: k = generation;	/* code: lib/libevtmmap/ring.h ring_newest L */
	   end = prod;
	   if
#ifdef ADOPT_ONE_LOOK
	   :: k = generation; break
#else
	   :: k == generation -> break
	   :: else
#endif
	   fi
	od;
	assert(OWNER(end) <= k);	/* what L is for */
	d_step {
		end = W(end + 2);
		do
		:: !WITHIN(k, end) -> end = base[k]; assert(k > 0); k--
		:: else -> break
		od;
		assert(k == OWNER(at));
		at = 0; end = 0; k = 0
	}
}
#endif

init {
	atomic {
		start_flow();
#ifdef ADOPT
		run adopter()
#endif
	};
	atomic { timeout -> all_is_well() }
}
