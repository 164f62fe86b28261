/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Port 0 is unbound while it fires, is read, given back and notified; port 1
 * goes on. Nobody sends an EOI to an interrupt that is gone, notifies a port
 * that is closed or touches one that is freed; once UNBIND has returned no
 * entry of port 0 can be read; and port 1 loses nothing.
 *
 *	MAPPED		the consumer is libevtmmap on a mapped ring, else read()
 *	FINDERS		other threads, each of which gives port 0 back or notifies;
 *			with NOTIFY_ONLY it keeps to "take, then rearm"
 *	POLLED		the other threads are a poller, which holds no reference
 *	STALL		port 0's handler may stop for ever, and UNBIND with it
 *
 * Planted with -D: FORGET_NOTHING, FORGET_FIRST, FORGET_STORED, STOP_FIRST,
 * NO_WAIT, COUNT_FIRST (no M), FIND_FIRST (no N), EOI_FIRST, REARM_STORED,
 * POLLER_UNCOUNTED.
 */
#define NPORT	2
#ifndef FINDERS
#define FINDERS	1
#endif
#ifndef EVENTS
#define EVENTS	2	/* of each port */
#endif

#include "ring.inc"
#include "credit.inc"

byte fired[NPORT], taken[NPORT];
bool armed[NPORT];
byte cons;
byte refs = 1;			/* to the file: the descriptor's */
bool in_rcu[FINDERS + 1];	/* the last one is the consumer */
bool taker_lock;

bool in_table = true, irq_here = true, irq_stopping, in_handler;
bool port_freed, unbound;

#ifdef STALL
byte stopped;
#define MAY_STOP	provided (_pid != stopped)

proctype hypervisor() { stopped = 1 }
#else
#define stopped		0
#define MAY_STOP
#endif

#define HERE(p)		(p != 0 || irq_here)
#define COMES(p)	(armed[p] && fired[p] < EVENTS && HERE(p) && !(p == 0 && irq_stopping))

proctype irq(byte me) MAY_STOP
{
	byte pos, sg, old, verdict;

	do
	:: atomic { COMES(me) -> armed[me] = false; in_handler = (me == 0 -> true : in_handler);
		    assert(me != 0 || !port_freed);
		    credit_upcall(me);
		    fired[me] = (verdict == SPURIOUS -> fired[me] : fired[me] + 1) };
	   if
	   :: d_step { verdict == PUBLISH -> verdict = 0 };
	      ring_publish(me);
	      atomic { pos = 0; sg = 0; in_handler = (me == 0 -> false : in_handler) }
	   :: d_step { verdict != PUBLISH -> verdict = 0;
		       in_handler = (me == 0 -> false : in_handler) }
	   fi
	od
}

#ifdef POLLED
#define HELD(me)	(me == FINDERS)
#else
#define HELD(me)	1
#endif
#if defined(POLLED) && !defined(POLLER_UNCOUNTED)
#define IN_USE		true
#else
#define IN_USE		(refs > 1)
#endif

/* evtchn_table_find(); found only if the port is there to be found. */
#define FOUND(p)	(p != 0 || in_table)

inline enter(me)
{
#ifdef FIND_FIRST
	found = FOUND(p);
	refs++;
	in_rcu[me] = true
#else
	refs = refs + HELD(me);	/* code: kernel/table.h evtchn_table_find N */
	in_rcu[me] = true;
	found = FOUND(p)
#endif
}

inline leave(me)
{
	d_step { in_rcu[me] = false; found = false };
	refs = refs - HELD(me)
}

#define SEND_EOI(p)	assert(HERE(p)); assert(!armed[p]); armed[p] = true

inline settle(p)
{
	if
	:: d_step { verdict == PUBLISH -> verdict = 0 };
	   ring_publish(p);
	   atomic { assert(p != 0 || !port_freed); pos = 0; sg = 0 }
	:: d_step { verdict == EOI -> verdict = 0; assert(p != 0 || !port_freed); SEND_EOI(p) }
	:: verdict == NOTHING
	fi
}

inline rearm_credit(p)
{
#ifdef MAPPED
	credit_rearm_mapped(p)
#else
	credit_rearm(p)
#endif
}

/* write() */
inline give_back(me)
{
	enter(me);
	if
	:: found ->
#ifdef EOI_FIRST
	   if
	   :: d_step { credit[p] & MASKED -> SEND_EOI(p) }; rearm_credit(p); verdict = 0
	   :: else
	   fi
#else
#ifdef REARM_STORED
	   seen = credit[p];
	   d_step {
		verdict = (seen & MASKED -> EOI : NOTHING);
		credit[p] = (seen & MASKED -> seen & ~MASKED : credit[p]); seen = 0 };
#else
	   d_step { assert(p != 0 || !port_freed) };
	   rearm_credit(p);
#endif
	   settle(p)
#endif
	:: else
	fi;
	leave(me)
}

#ifdef MAPPED
inline take_one()
{
	d_step { EVENT(0, cons) -> p = PORT(0, cons); assert(p != 0 || !unbound) };
	d_step { taken[p]++; assert(taken[p] <= fired[p]); cons = W(cons + 1) };
	give_back(FINDERS)
}
#else
/* One read(): under taker_lock, found by RCU as anywhere. */
inline take_one()
{
	atomic { FILLED(0, cons) && !taker_lock -> taker_lock = true };
	if
	:: d_step { EVENT(0, cons) -> p = PORT(0, cons); assert(p != 0 || !unbound);
		    taken[p]++; assert(taken[p] <= fired[p]); cons = W(cons + 1) };
	   enter(FINDERS);
	   if
	   :: found -> credit_take(p); settle(p)
	   :: else
	   fi;
	   d_step { in_rcu[FINDERS] = false; found = false };
	   d_step { taker_lock = false; refs-- };
	   give_back(FINDERS)
	:: d_step { PORT(0, cons) == DEAD -> cons = W(cons + 1); taker_lock = false }
	fi
}
#endif

proctype consumer()
{
	byte p, verdict, pos, sg, old, seen;
	bool found;
end:	do
	:: take_one(); p = 0
#ifdef MAPPED
	:: d_step { FILLED(0, cons) && PORT(0, cons) == DEAD -> cons = W(cons + 1) }
#endif
	od
}

proctype finder(byte me)
{
	byte p, verdict, pos, sg, old, seen;
	bool found;

	if
#ifndef NOTIFY_ONLY
	:: give_back(me)
#endif
	:: enter(me);
	   if
	   :: found -> assert(irq_here && !port_freed)	/* notify */
	   :: else
	   fi;
	   leave(me)
	fi
}

inline wait_for_finders()
{
#ifdef NO_WAIT
	skip
#else
#ifndef COUNT_FIRST
	many = IN_USE;
#endif
	if
	:: many ->
	   for (i : 0 .. FINDERS) {
		!in_rcu[i]
	   }
	:: else
	fi
#endif
}

inline stop_irq()
{
	irq_stopping = true;
	!in_handler;
	irq_here = false
}

inline ring_forget()
{
	d_step { pos = prod; i = NSLOTS };
#ifndef MAPPED
	i = (W(pos - cons) < NSLOTS -> W(pos - cons) : NSLOTS);
#endif
	do
	:: i > 0 ->
	   if
	   :: d_step { PORT(0, pos - i) == 0 -> old = TAG(0, pos - i) };
#ifdef FORGET_STORED
	      d_step { PORT(0, pos - i) = DEAD; TAG(0, pos - i) = old; old = 0 }
#else
	      if		/* code: kernel/ring.c slot_forget A */
	      :: d_step { PORT(0, pos - i) == 0 && TAG(0, pos - i) == old ->
			  PORT(0, pos - i) = DEAD; old = 0 }
	      :: else -> old = 0
	      fi
#endif
	   :: else
	   fi;
	   i--
	:: else -> break
	od
}

inline port_forget()
{
#ifdef MAPPED
	ring_forget()
#else
	if
	:: credit[0] ->
	   atomic { !taker_lock -> taker_lock = true };
	   ring_forget();
	   taker_lock = false
	:: else
	fi
#endif
}

proctype unbinder()
{
	byte i, pos, old;
	bool many;

#ifdef STOP_FIRST
	stop_irq();
#endif
#ifdef COUNT_FIRST
	many = (refs > 1);
#endif
	in_table = false;	/* code: kernel/table.c evtchn_table_erase M */
	wait_for_finders();
#ifdef FORGET_FIRST
	port_forget();
#endif
#ifndef STOP_FIRST
	stop_irq();
#endif
#if !defined(FORGET_NOTHING) && !defined(FORGET_FIRST)
	port_forget();
#endif
	port_freed = true;
	unbound = true
}

init {
	byte k;

	atomic {
		ring_init();
		cons = START;
		for (k : 0 .. NSLOTS - 1) { port[k] = DEAD };	/* no port's */
		for (k : 0 .. NPORT - 1) { armed[k] = true; run irq(k) };
		run consumer();
		for (k : 0 .. FINDERS - 1) { run finder(k) };
		run unbinder();
#ifdef STALL
		run hypervisor();
#endif
	};
	atomic {
		timeout -> assert(unbound || stopped);
		assert(fired[1] == EVENTS && taken[1] == EVENTS)
	}
}
