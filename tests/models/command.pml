/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel/command.c: one thread stores commands, two have them taken, in a ring
 * so small that it wraps. Each command is done once, none is lost, and nobody is
 * told that the positions make no sense. One of them, BAD, cannot be done: it is
 * thrown away, as the first of a call.
 *
 *	STALL	the first taker may stop for ever, anywhere: all is done but what
 *		it had claimed
 *
 * Planted with -D: TAIL_FIRST (no O), COMMAND_FIRST (no P), HEAD_FIRST and
 * HEAD_STORED (no Q), STORED_BEFORE_ROOM (no R), BAD_IS_DONE,
 * FIRST_HEAD_BELIEVED.
 */
#ifndef PLACES
#define PLACES		2	/* of the ring */
#endif
#ifndef BATCH
#define BATCH		2	/* are taken at once */
#endif
#ifndef COMMANDS
#define COMMANDS	4
#endif
#ifndef BAD
#define BAD		3
#endif
#define START		254	/* soon wraps */

#define W(x)		((x) & 255)
#define PLACE(pos)	command[(pos) & (PLACES - 1)]
#define ROOM		(W(tail - head) < PLACES)

byte command[PLACES];		/* counted from 1; 0 is what was there before */
byte tail = START, head = START;
bool done[COMMANDS + 1];	/* or thrown away */

#ifdef STALL
byte stopped, held;		/* held: claimed by the first taker, not done */
#define MAY_STOP	provided (_pid != stopped)

proctype hypervisor()
{
	stopped = 2
}

#define HOLD(n)		held = (_pid == 2 -> (n) : held)
#else
#define MAY_STOP
#define HOLD(n)		skip
#endif

/* R and O are the library's queue. */
proctype storer()
{
	byte i;

	for (i : 1 .. COMMANDS) {
#ifdef STORED_BEFORE_ROOM
		PLACE(tail) = i;
		ROOM;
		tail = W(tail + 1)
#else
		ROOM;			/* code: lib/libevtmmap/ring.h ring_command_head R */
#ifdef TAIL_FIRST
		tail = W(tail + 1);
		PLACE(tail - 1) = i
#else
		PLACE(tail) = i;
		tail = W(tail + 1)	/* code: lib/libevtmmap/ring.h ring_command O */
#endif
#endif
	}
}

/* Load up to this many commands, and stop before one that cannot be done. */
inline load_commands(many)
{
	do
	:: d_step { n < many && n < BATCH && !bad ->
		    c[n] = PLACE(at + n);
#ifndef BAD_IS_DONE
		    bad = (c[n] == BAD);
#endif
		    n = (bad -> n : n + 1) }
	:: else -> break
	od
}

/* One try. claimed: it succeeded, or there is nothing to claim. */
inline try_claim()
{
	d_step { at = head; n = 0; bad = false };
#ifdef COMMAND_FIRST
	load_commands(BATCH);
	atomic {
		waiting = W(tail - at);
		bad = bad && n < waiting;
		n = (n < waiting -> n : waiting)
	};
#else
	waiting = W(tail - at);	/* code: kernel/ring.h evtchn_ring_commands P */
#endif
	/*
	 * That head may be one of long ago: others have taken since, and as many
	 * were stored again. Only if it still is the head does the tail lie.
	 */
	if
#ifdef FIRST_HEAD_BELIEVED
	:: waiting > PLACES -> assert(false)
#else
	:: waiting > PLACES -> assert(head != at)
#endif
	:: waiting <= PLACES ->
#ifndef COMMAND_FIRST
	   load_commands(waiting);
#endif
	   if
	   :: n == 0 && !(bad && report) -> claimed = true
	   :: else ->
#ifdef HEAD_STORED
	      d_step { head == at };
	      d_step { claimed = true; head = W(at + n + (n == 0)); HOLD(n + (n == 0)) }
#else
	      d_step {		/* code: kernel/ring.h evtchn_ring_claim Q */
		if
		:: head == at ->
		   claimed = true; head = W(at + n + (n == 0)); HOLD(n + (n == 0))
		:: else
		fi }
#endif
	   fi
	fi
}

/* One after the other; a bad one is thrown away. */
inline do_commands()
{
	if
	:: d_step { n == 0 && bad && report -> n = 1 }
	:: else -> bad = false
	fi;
	i = 0;
	do
	:: d_step { i < n ->
#ifdef HEAD_FIRST
		    c[i] = PLACE(at + i);
#endif
		    assert(c[i] != 0 && !done[c[i]] && (c[i] != BAD || bad));
#ifndef HEAD_FIRST
		    assert(c[i] == W(at + i - START) + 1);
#endif
		    done[c[i]] = true; i++; HOLD(n - i) }
	:: else -> break
	od
}

/* One call after the other, of one ring's worth each, as long as it goes well. */
proctype taker() MAY_STOP
{
	byte at, waiting, n, i;
	byte c[BATCH];
	bool bad, report, claimed;

	do
	:: atomic { head != tail -> report = true };
	   do
	   :: claimed = false;
	      do
	      :: !claimed -> try_claim()
	      :: else -> break
	      od;
	      do_commands();
	      if
	      :: d_step { n > 0 && !bad -> report = false }
	      :: else -> break
	      fi
	   od;
	   atomic { at = 0; waiting = 0; n = 0; i = 0; bad = false; claimed = false; report = false;
		    c[0] = 0; c[BATCH - 1] = 0 }
	od
}

init {
	byte k, missing;

	atomic {
		run storer();
		run taker();
		run taker();
#ifdef STALL
		run hypervisor()
#endif
	};
	atomic {
		timeout -> assert(head == tail);
		for (k : 1 .. COMMANDS) {
			missing = missing + (done[k] -> 0 : 1)
		};
#ifdef STALL
		assert(missing == held)
#else
		assert(missing == 0)
#endif
	}
}
