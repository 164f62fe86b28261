/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is in the ring is queued anew or thrown away, while ports fire and
 * another thread gives them back. In the end every port is armed and has fired
 * as often as it wanted to. After RESYNC each event was taken, perhaps twice,
 * and nobody looks into a segment that was freed; after a sweep, exactly once;
 * after RESET each that came since its port was dropped.
 *
 *	(default)	RESYNC; port 0's entry was overrun: it is masked, for ever
 *	RESET		RESET of a mapped file
 *	CLASSIC		a file whose taker is read(): with RESET that, else a sweep
 *
 * Planted with -D: REQUEUE_NOTHING, REQUEUE_FIRST, NO_GRACE, DROP_WITHOUT_EOI,
 * SWEEP_UNLOCKED, SWEEP_FOR_EVER.
 */
#define NPORT	2
#ifndef EVENTS
#define EVENTS	2	/* of each port */
#endif
#ifdef CLASSIC
#define NSEG	1
#else
#define NSEG	2
#define TRIM
#endif

#include "ring.inc"
#include "credit.inc"

byte fired[NPORT];
bool armed[NPORT], todo[NPORT], waits[NPORT];
bool in_rcu[NPORT + 1];		/* the last one is the worker */
byte cons, cseg;
bool taker_lock, restarted;

proctype irq(byte me)
{
	byte pos, sg, old, verdict;

	do
	:: atomic { COMES(me) && fired[me] < EVENTS -> DELIVER(me);
		    fired[me]++; in_rcu[me] = true; waits[me] = true;
		    credit_upcall(me); assert(REPLAYS || verdict != SPURIOUS) };
	   if
	   :: d_step { verdict == PUBLISH -> verdict = 0 };
	      ring_publish(me);
	      atomic { pos = 0; sg = 0; in_rcu[me] = false }
	   :: d_step { verdict != PUBLISH -> verdict = 0; in_rcu[me] = false }
	   fi
	od
}

inline settle(p)
{
	if
	:: d_step { verdict == PUBLISH -> verdict = 0 };
	   ring_publish(p);
	   atomic { pos = 0; sg = 0 }
	:: d_step { verdict == EOI -> verdict = 0; SEND_EOI(p) }
	:: verdict == NOTHING
	fi
}

/* What came until now is thrown away, queued or not; what comes now is not. */
inline throw_away(p)
{
	atomic { credit_drop(p); waits[p] = false }
}

inline give_back()
{
#ifdef CLASSIC
	credit_rearm(p);
#else
	credit_rearm_mapped(p);
#endif
	settle(p);
	atomic { p = 0; in_rcu[NPORT] = false }
}

/* Gives back what the consumer took: write() of another thread. */
proctype worker()
{
	byte p, pos, sg, old, verdict;

	do
	:: d_step { todo[0] -> todo[0] = false; p = 0; in_rcu[NPORT] = true };
	   give_back()
	:: d_step { todo[1] -> todo[1] = false; p = 1; in_rcu[NPORT] = true };
	   give_back()
	od
}

#ifdef CLASSIC
#ifdef RESET
#define NOT_TWICE(p)	skip
#else
#define NOT_TWICE(p)	assert(REPLAYS || waits[p])
#endif

proctype consumer()
{
	byte p, pos, sg, old, verdict;

	do
	:: atomic { EVENT(0, cons) && !taker_lock -> taker_lock = true };
	   d_step { p = PORT(0, cons); NOT_TWICE(p);
		    waits[p] = false; cons = W(cons + 1) };
	   credit_take(p);
	   settle(p);
	   d_step { taker_lock = false; todo[p] = true; p = 0 }
	od
}

#ifdef RESET
proctype resetter()
{
	byte p, pos, sg, old, verdict, to;

	to = prod;
	atomic { !taker_lock -> taker_lock = true };
	do
	:: BEFORE(cons, to) ->
	   atomic { p = PORT(0, cons); cons = W(cons + 1) };
	   throw_away(p);
#ifdef DROP_WITHOUT_EOI
	   verdict = NOTHING;
#endif
	   settle(p)
	:: else -> break
	od;
	atomic { taker_lock = false; restarted = true; p = 0 }
}
#else
#ifdef SWEEP_FOR_EVER
#define SWEPT	false
#else
#define SWEPT	!BEFORE(cons, to)
#endif

/* Queues what nobody has read behind itself. */
proctype sweeper()
{
	byte p, pos, sg, old, to;

#ifndef SWEEP_UNLOCKED
	atomic { !taker_lock -> taker_lock = true };
#endif
	to = prod;		/* code: kernel/ring.c evtchn_ring_sweep E */
	do
	:: d_step { EVENT(0, cons) && !(SWEPT) -> p = PORT(0, cons) };
	   cons = W(cons + 1);
	   ring_publish(p);
	   p = 0
	:: else -> break
	od;
	atomic { taker_lock = false; restarted = true; pos = 0; sg = 0 }
}
#endif
#else
inline grace()
{
#ifndef NO_GRACE
	for (p : 0 .. NPORT) {
		!in_rcu[p]
	}
#endif
	gone[0] = true
}

inline settle_all()
{
	for (p : 0 .. NPORT - 1) {
#ifdef RESET
		throw_away(p);
#ifdef DROP_WITHOUT_EOI
		verdict = NOTHING;
#endif
#else
		credit_requeue(p);
#endif
		settle(p)
	}
}

inline restart()
{
#ifdef REQUEUE_FIRST
	settle_all();
#endif
	ring_grow(1);
	grace();
	d_step { cseg = 1; cons = base[1] };
#if !defined(REQUEUE_FIRST) && !defined(REQUEUE_NOTHING)
	settle_all();
#endif
	atomic { restarted = true; p = 0; pos = 0; sg = 0; old = 0 }
}

proctype consumer()
{
	byte p, pos, sg, old, verdict;

	do
	:: d_step { EVENT(cseg, cons) -> waits[PORT(cseg, cons)] = false;
		    todo[PORT(cseg, cons)] = true; cons = W(cons + 1) }
	:: !restarted -> restart()
	od
}
#endif

init {
	byte k;

	atomic {
		ring_init();
		cons = START;
		for (k : 0 .. NPORT - 1) { armed[k] = true; run irq(k) };
#if !defined(CLASSIC) && !defined(RESET)
		armed[0] = false;
		credit[0] = MASKED | QUEUED;
		waits[0] = true;
#endif
		run consumer();
		run worker();
#ifdef CLASSIC
#ifdef RESET
		run resetter()
#else
		run sweeper()
#endif
#endif
	};
	atomic {
		timeout -> assert(restarted);
		for (k : 0 .. NPORT - 1) {
			assert(fired[k] == EVENTS && armed[k] && !waits[k])
		}
	}
}
