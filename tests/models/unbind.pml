/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Port 0 is unbound while it fires, is read, given back and notified; port 1
 * goes on. Nobody sends an EOI to an interrupt that is gone, notifies a port
 * that is closed or touches memory that is freed; once UNBIND has returned no
 * entry of port 0 can be read; and port 1 loses nothing.
 *
 *	MAPPED		the consumer is libevtmmap on a mapped ring, else read()
 *	FINDERS		other threads, each of which gives port 0 back or notifies;
 *			with NOTIFY_ONLY it keeps to "take, then rearm"
 *	STALL		port 0's handler may stop for ever, and UNBIND with it
 *
 * Planted with -D: FORGET_NOTHING, FORGET_FIRST, FORGET_STORED, STOP_FIRST,
 * USERS_IGNORED, GONE_LATE (no M), GONE_SEEN_EARLY (no N), GONE_IGNORED,
 * FREED_AT_ONCE, USE_AFTER_RCU, USE_ENDS_EARLY, REARM_STORED, ASKS_FILE_COUNT:
 * of a file that a finder need not hold.
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
bool in_rcu[FINDERS + 1];	/* the last one is the consumer */
bool taker_lock;

#define GONE	8		/* in the credit: UNBIND was here */
#define USE	16		/* one of those who have found the port */

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
#define CAN_COME(p)	(COMES(p) && fired[p] < EVENTS && HERE(p) && !(p == 0 && irq_stopping))

proctype irq(byte me) MAY_STOP
{
	byte pos, sg, old, verdict;

	do
	:: atomic { CAN_COME(me) -> DELIVER(me); in_handler = (me == 0 -> true : in_handler);
		    assert(me != 0 || !port_freed);
		    credit_upcall(me); fired[me]++; IS_UNREAD(me, true) };
	   if
	   :: d_step { verdict == PUBLISH -> verdict = 0 };
	      ring_publish(me);
	      atomic { pos = 0; sg = 0; in_handler = (me == 0 -> false : in_handler) }
	   :: d_step { verdict != PUBLISH -> verdict = 0;
		       in_handler = (me == 0 -> false : in_handler) }
	   fi
	od
}

/* evtchn_table_find(); found only if the port is there to be found. */
#define FOUND(p)	(p != 0 || in_table)
#define TOUCH(p)	assert(p != 0 || !port_freed)

#ifdef GONE_IGNORED
#define USABLE(p)	true
#else
#define USABLE(p)	!(credit[p] & GONE)
#endif

#ifdef ASKS_FILE_COUNT	/* which only the consumer's calls hold */
byte refs = 1;
#define HOLD_FILE(me)	refs = refs + (me == FINDERS -> 1 : 0)
#define DROP_FILE(me)	refs = refs - (me == FINDERS -> 1 : 0)
#define USERS		(refs > 1)
#else
#define HOLD_FILE(me)	skip
#define DROP_FILE(me)	skip
#ifdef USERS_IGNORED
#define USERS		false
#else
#define USERS		(credit[0] >= USE)
#endif
#endif

inline look_up(me)
{
	HOLD_FILE(me);
	in_rcu[me] = true;
	found = FOUND(p)
}

/* code: kernel/credit.h evtchn_use N */
inline hold_it()
{
#ifdef GONE_SEEN_EARLY
	d_step { TOUCH(p); found = !(credit[p] & GONE) };
	d_step { TOUCH(p); credit[p] = credit[p] + USE };
#else
	d_step { TOUCH(p); credit[p] = credit[p] + USE; found = USABLE(p) };
#endif
	if
	:: !found -> let_go()
	:: else
	fi
}

/* code: kernel/credit.h evtchn_unuse N */
inline let_go()
{
	d_step { TOUCH(p); credit[p] = credit[p] - USE }
}

inline leave(me)
{
	d_step { in_rcu[me] = false; found = false };
	DROP_FILE(me)
}

#define EOI_OF(p)	assert(HERE(p)); SEND_EOI(p)

/* What a change of the credit asked for; it took a use with it. */
inline settle(me)
{
#ifdef USE_ENDS_EARLY
	if :: verdict != NOTHING -> let_go() :: else fi;
#endif
	if
	:: d_step { verdict == PUBLISH -> verdict = 0; TOUCH(p) };
	   ring_publish(p);
	   atomic { pos = 0; sg = 0 };
	   settled(me)
	:: d_step { verdict == EOI -> verdict = 0; TOUCH(p); EOI_OF(p) };
	   settled(me)
	:: verdict == NOTHING
	fi
}

inline settled(me)
{
#ifdef USE_AFTER_RCU
	in_rcu[me] = false;
#endif
#ifdef USE_ENDS_EARLY
	skip
#else
	let_go()
#endif
}

/* The use is taken by the very compare-and-swap that changes the credit. */
#define CHANGE(how)	if \
			:: found -> how(p); \
			   credit[p] = credit[p] + (verdict == NOTHING -> 0 : USE) \
			:: else -> verdict = NOTHING \
			fi
#ifdef GONE_SEEN_EARLY
#define WITH_USE(how)	d_step { TOUCH(p); found = USABLE(p) }; d_step { CHANGE(how) }
#else
#define WITH_USE(how)	d_step { TOUCH(p); found = USABLE(p); CHANGE(how) }
#endif

#ifdef MAPPED
#define rearm	credit_rearm_mapped
#else
#define rearm	credit_rearm
#endif

/* write() */
inline give_back(me)
{
	look_up(me);
	if
	:: found ->
#ifdef REARM_STORED
	   hold_it();
	   if
	   :: found ->
	      seen = credit[p];
	      d_step {
		verdict = (seen & MASKED -> EOI : NOTHING);
		credit[p] = (seen & MASKED -> seen & ~MASKED : credit[p]); seen = 0 };
	      settle(me)
	   :: else
	   fi
#else
	   WITH_USE(rearm);
	   settle(me)
#endif
	:: else
	fi;
	leave(me)
}

#define TAKE	taken[p]++; assert(taken[p] <= fired[p]); \
		IS_UNREAD(p, false); cons = W(cons + 1)

#ifdef MAPPED
inline take_one()
{
	d_step { EVENT(0, cons) -> p = PORT(0, cons); assert(p != 0 || !unbound) };
	d_step { TAKE };
	give_back(FINDERS)
}
#else
/* One read(): under taker_lock, found by RCU as anywhere. */
inline take_one()
{
	atomic { FILLED(0, cons) && !taker_lock -> taker_lock = true };
	if
	:: d_step { EVENT(0, cons) -> p = PORT(0, cons); assert(p != 0 || !unbound);
		    TAKE };
	   look_up(FINDERS);
	   if
	   :: found -> WITH_USE(credit_take); settle(FINDERS)
	   :: else
	   fi;
	   leave(FINDERS);
	   taker_lock = false;
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
	:: look_up(me);
	   if
	   :: found ->
	      hold_it();
	      if
	      :: found -> assert(irq_here && !port_freed); let_go()	/* notify */
	      :: else
	      fi
	   :: else
	   fi;
	   leave(me)
	fi
}

/* Spins for a while, and then waits for all who are in there. */
inline wait_for_users()
{
#ifdef GONE_LATE
	if
	:: USERS -> many = true
	:: else
	fi;
	credit[0] = credit[0] | GONE;
	if
	:: !many
#else
	credit[0] = credit[0] | GONE;	/* code: kernel/credit.h evtchn_credit_end M */
	if
	:: !(USERS)		/* code: kernel/credit.h evtchn_in_use M */
#endif
	:: true ->
	   for (i : 0 .. FINDERS) {
		!in_rcu[i]
	   }
	fi
}

/* kfree_rcu() */
proctype reclaimer()
{
	byte i;

#ifndef FREED_AT_ONCE
	for (i : 0 .. FINDERS) {
		!in_rcu[i]
	}
#endif
	port_freed = true
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
	:: FLAGS(0) ->
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
#ifdef GONE_LATE
	bool many;
#endif

#ifdef STOP_FIRST
	stop_irq();
#endif
	in_table = false;
	wait_for_users();
#ifdef FORGET_FIRST
	port_forget();
#endif
#ifndef STOP_FIRST
	stop_irq();
#endif
#if !defined(FORGET_NOTHING) && !defined(FORGET_FIRST)
	port_forget();
#endif
	run reclaimer();
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
		assert(fired[1] == EVENTS && ALL_READ(1) && (port_freed || stopped))
	}
}
