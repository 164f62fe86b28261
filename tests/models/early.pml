/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Early EOI: the interrupt rearms its port, unless the event before is not taken.
 * No event is lost, no port stays masked, a slot is not used again before it was
 * read, and however fast the other end sends, at most two events of a port wait.
 *
 *	SWITCH	port 0 becomes so later; until then its consumer rearms every entry
 *	STRAY	another thread rearms port 0 so often, untaken: no harm is done but
 *		that as many events more may wait
 *	STALL	port 0's handler may stop for ever, anywhere
 *
 * A port's handler runs on one CPU at a time: the interrupt core sees to it.
 *
 * Planted with -D: FLAG_IGNORED, EOI_UNTAKEN, CONS_BEFORE_SLOT (no U),
 * CONS_IGNORED (no V), SWITCH_ONLY, SWITCH_UNWAITED, REARM_FORGETS.
 */
#ifndef NPORT
#define NPORT	2
#endif
#ifndef EVENTS
#define EVENTS	4	/* of each port */
#endif
#ifndef STRAY
#define STRAY	0
#endif

#include "ring.inc"
#include "credit.inc"

#define FLAG		64		/* EVTMMAP_PORT_MASKED */
#define PUBLISH_EOI	4

#ifdef CONS_BEFORE_SLOT	/* which is to be found by what happens to the slot */
#define NOT_TOO_MANY(p)		skip
#else
#define NOT_TOO_MANY(p)		assert(queued[p] - taken[p] <= 2 + (p == 0 -> strays : 0))
#endif
#if REPLAYS			/* two events may be one entry */
byte queued[NPORT];
#define ENTRY(p)		queued[p]++; NOT_TOO_MANY(p)
#define FIRED(p)		fired[p]++
#else
#define queued			fired
#define ENTRY(p)		skip
#define FIRED(p)		fired[p]++; NOT_TOO_MANY(p)
#endif

byte fired[NPORT], taken[NPORT], newest_pos[NPORT];
bool armed[NPORT], early[NPORT], in_handler;
byte cons, strays;		/* strays: EOIs of port 0 that no entry asked for */

#ifdef STALL
byte stopped;
#define MAY_STOP	provided (_pid != stopped)
#define FROZEN(p)	(stopped == 1 && p == 0)

proctype hypervisor()
{
	stopped = 1
}
#else
#define MAY_STOP
#define FROZEN(p)	false
#endif

/* code: kernel/credit.h evtchn_credit_early G */
inline credit_early(p)
{
	d_step {
	if
	:: credit[p] & MASKED -> credit[p] = NOTED(p); verdict = SPURIOUS
#ifndef EOI_UNTAKEN
	:: !(credit[p] & MASKED) && (credit[p] & QUEUED) && !yes ->
	   credit[p] = QUEUED | MASKED; verdict = PUBLISH
#endif
	:: else -> credit[p] = QUEUED; verdict = PUBLISH_EOI
	fi }
}

inline publish(p, flag)
{
	ring_publish(p + flag);
	atomic { newest_pos[p] = (BEFORE(newest_pos[p], pos) -> pos : newest_pos[p]) }
}

inline upcall_early()
{
#ifdef CONS_IGNORED
	yes = true;
#else
	pos = cons;		/* code: kernel/ring.h evtchn_ring_cons V */
	d_step { yes = BEFORE(newest_pos[me], pos); pos = 0 };
#endif
	credit_early(me);
	if
	:: d_step { verdict == PUBLISH -> verdict = 0; ENTRY(me) };
	   publish(me, FLAG)
	:: d_step { verdict == PUBLISH_EOI -> verdict = 0; ENTRY(me) };
	   publish(me, 0);
	   d_step { SEND_EOI(me) }
	:: d_step { verdict == SPURIOUS -> verdict = 0; assert(REPLAYS) }
	fi
}

proctype irq(byte me) MAY_STOP
{
	byte pos, sg, old, verdict;
	bool yes;

	do
	:: atomic { COMES(me) && fired[me] < EVENTS -> DELIVER(me); FIRED(me);
		    IS_UNREAD(me, true);
		    in_handler = (me == 0 -> true : in_handler);
		    yes = early[me] };
	   if
	   :: yes -> upcall_early()
	   :: else ->
	      credit_upcall(me);
	      if
	      :: d_step { verdict == PUBLISH -> verdict = 0; ENTRY(me) };
		 publish(me, 0)
	      :: d_step { verdict == SPURIOUS -> verdict = 0; assert(REPLAYS) }
	      fi
	   fi;
	   atomic { pos = 0; sg = 0; yes = false;
		    in_handler = (me == 0 -> false : in_handler) }
	od
}

/* Whether it has an entry stays for cons to say: stray is one that cons denies. */
/* code: kernel/credit.h evtchn_credit_rearm_early F N */
inline rearm_early(p, stray)
{
	d_step {
	if
	:: (credit[p] & MASKED) && !(credit[p] & AGAIN) ->
	   strays = strays + stray;
#ifdef REARM_FORGETS
	   credit[p] = 0;
#else
	   credit[p] = credit[p] & ~MASKED;
#endif
	   verdict = EOI
	:: (credit[p] & MASKED) && (credit[p] & AGAIN) ->
	   strays = strays + stray;
#ifdef REARM_DROPS_AGAIN
	   credit[p] = QUEUED;
	   verdict = EOI
#else
	   credit[p] = MASKED | QUEUED;
	   verdict = PUBLISH
#endif
#ifdef REARM_FORGETS
	:: else -> credit[p] = 0; verdict = NOTHING
#else
	:: else -> verdict = NOTHING
#endif
	fi };
	settle(p)
}

/* evtchn_settle() */
inline settle(p)
{
	if
	:: d_step { verdict == PUBLISH -> ENTRY(p);
		    verdict = (early[p] && (credit[p] & MASKED) -> FLAG : 0) };
	   publish(p, verdict);
	   atomic { verdict = 0; pos = 0; sg = 0 }
	:: d_step { verdict == EOI -> verdict = 0; SEND_EOI(p) }
	:: verdict == NOTHING
	fi
}

/* EVTMMAP_IOC_EARLY_EOI. The entry that is there, if any, says nothing of a mask. */
inline become_early()
{
	early[0] = true;
#ifndef SWITCH_ONLY
#ifndef SWITCH_UNWAITED
	!in_handler;
#endif
	rearm_early(0, 1)
#endif
}

#define READ_SLOT	d_step { \
				assert(EVENT(0, at)); p = PORT(0, at); \
				taken[p % FLAG]++; assert(taken[p % FLAG] <= fired[p % FLAG]); \
				IS_UNREAD(p % FLAG, false) \
			}

inline take()
{
	at = cons;
#ifdef CONS_BEFORE_SLOT
	cons = W(cons + 1);
	READ_SLOT;
#else
	READ_SLOT;
	cons = W(cons + 1);	/* code: lib/libevtmmap/ring.h ring_advance U */
#endif
	if
#ifndef FLAG_IGNORED
	:: p >= FLAG -> rearm_early(p - FLAG, 0)
#endif
	:: p < FLAG && !early[p] ->
	   credit_rearm_mapped(p);
	   assert(REPLAYS || verdict == EOI);
	   settle(p)
	:: else
	fi;
	atomic { p = 0; at = 0 }
}

/* Looks at tags. One that is ahead: the slot was used again unread. */
proctype consumer()
{
	byte p, at, verdict, pos, sg, old;

	do
	:: atomic { EVENT(0, cons) }; take()
	:: BEFORE(REL(0, cons), TAG(0, cons)) -> assert(false)
#ifdef SWITCH
	:: !early[0] -> become_early()
#endif
	od
}

#if STRAY
proctype writer()
{
	byte n, verdict, pos, sg, old;

	for (n : 1 .. STRAY) {
		rearm_early(0, 1)
	}
}
#endif

init {
	byte k;

	atomic {
		ring_init();
		cons = START;
		for (k : 0 .. NPORT - 1) {
			newest_pos[k] = START - 1; armed[k] = true; early[k] = true;
			run irq(k)
		};
#ifdef SWITCH
		early[0] = false;
#endif
		run consumer();
#if STRAY
		run writer();
#endif
#ifdef STALL
		run hypervisor()
#endif
	};
	atomic {
		timeout ->
		for (k : 0 .. NPORT - 1) {
			assert(FROZEN(k) || (fired[k] == EVENTS && ALL_READ(k) && armed[k]))
		}
	}
}
