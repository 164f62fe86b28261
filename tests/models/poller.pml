/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel/poller.c: a thread takes the commands of NFILE files, says that it
 * sleeps, looks once more, and sleeps until ENTER wakes it. Whoever stores a
 * command wakes it only if it says so. In the end all are taken: none waits for
 * a poller that sleeps. A claim is one step here; command.pml has its steps.
 *
 *	JOINS	the last file joins later, perhaps with a command that is there already
 *	KILLED	the poller may be killed anywhere, and ENTER takes the command
 *	STOPS	the same, but it is stopped and meets nobody any more
 *	LEAVES	a file is closed when its commands are taken; with the last of them
 *		the poller ends
 *
 * Planted with -D: LOOKS_BEFORE_SAYING (no T), ASKS_BEFORE_TAIL (no S),
 * WOKEN_CLEARED_LATE, LOOKS_AT_ONE, JOINS_UNWOKEN, MEETS_FIRST, GOES_UNLOOKED,
 * JOINS_SERVED (with STOPS), SLEEPS_ALONE (with LEAVES).
 */
#ifndef NFILE
#define NFILE		1
#endif
#ifndef COMMANDS
#define COMMANDS	3	/* of each file */
#endif

byte tail[NFILE], head[NFILE];
bool says[NFILE];		/* header.poller: EVTMMAP_P_NEED_WAKEUP */
bool joined[NFILE];
bool seen[NFILE];		/* the poller has it in its list */
bool woken;			/* stays until the poller is about to sleep anew */
bool gone;			/* it works no more */
byte users = NFILE;
bool ended;

/*
 * Its poller may sleep, and knows nothing of it: it is woken, and until it has met
 * the file it sleeps as far as that is concerned. Under a lock.
 */
inline join(f)
{
	d_step {
#ifdef JOINS_SERVED
		says[f] = gone;
#else
		says[f] = true;
#endif
		joined[f] = true
#ifndef JOINS_UNWOKEN
		; woken = true
#endif
	}
}

/* Under the same. */
inline meet()
{
	for (f : 0 .. NFILE - 1) {
		seen[f] = joined[f]
	}
}

proctype storer(byte f)
{
	byte i;
	bool yes;

	if
	:: !joined[f] -> join(f)
	:: true
	fi;
	for (i : 1 .. COMMANDS) {
#ifdef ASKS_BEFORE_TAIL
		yes = says[f];
		tail[f]++;
#else
		tail[f]++;
		yes = says[f];	/* code: lib/libevtmmap/ring.h ring_poller_sleeps S */
#endif
		if
		:: yes -> woken = true
#if defined(KILLED) || defined(STOPS)
			; head[f] = tail[f]
#endif
		:: else
		fi;
		if
		:: joined[f]
		:: else -> join(f)
		fi
	}
#ifdef LEAVES
	head[f] == tail[f];
	d_step { woken = true; users-- }
#endif
}

inline say(what)
{
	for (f : 0 .. NFILE - 1) {
		if
		:: seen[f] -> says[f] = what
		:: else
		fi
	}
}

/* any: there was a command. */
inline look_from(first)
{
	for (f : first .. NFILE - 1) {
		if
		:: d_step { seen[f] && head[f] != tail[f] -> head[f] = tail[f]; any = true }
		:: else
		fi
	}
}

/* Returns when it is woken, or there was something. */
inline go_to_sleep()
{
#ifdef MEETS_FIRST
	d_step { meet() };
	woken = false;
#else
	d_step { woken = false; meet() };
#endif
#ifdef LOOKS_BEFORE_SAYING
	look_from(0);
	say(true);
#else
	say(true);		/* code: kernel/wake.c evtchn_poller_said T */
#ifdef LOOKS_AT_ONE
	look_from(NFILE - 1);
#else
	look_from(0);
#endif
#endif
#ifdef WOKEN_CLEARED_LATE
	woken = false;
#endif
	if
	:: any
	:: !any && woken
#ifndef SLEEPS_ALONE
	:: !any && users == 0
#endif
#ifdef KILLED
	:: !any -> killed = true
#endif
	fi;
	say(false)
}

/* Files that it has not seen it tells, too. */
inline let_go()
{
	d_step { gone = true; meet() };
	say(true);
#ifndef GOES_UNLOOKED
	look_from(0)
#endif
}

/* It may look again and again before it is tired of it. */
proctype poller()
{
	byte f;
	bool any, killed;

	do
	:: !killed && users > 0 -> d_step { meet() }; say(false); look_from(0); any = false
	:: !killed && users > 0 -> go_to_sleep(); any = false
	:: users == 0 -> ended = true; break
#ifdef KILLED
	:: let_go(); break
#endif
#ifdef STOPS
	:: say(true); look_from(0); break
#endif
	od
}

init {
	byte k;

	atomic {
		for (k : 0 .. NFILE - 1) {
#ifdef JOINS
			joined[k] = (k < NFILE - 1);
#else
			joined[k] = true;
#endif
			seen[k] = joined[k];
			run storer(k)
		};
		run poller()
	};
	atomic {
		timeout ->
		for (k : 0 .. NFILE - 1) {
			assert(joined[k] && tail[k] == COMMANDS && head[k] == tail[k])
		};
#ifdef LEAVES
		assert(ended)
#endif
	}
}
