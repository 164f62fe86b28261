// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "explore.h"
#include "trace.h"

#define STACK		(64 * 1024)
#define MAX_CHOICES	2000	/* more than any scenario needs: someone spins */

enum state { ABSENT, READY, ASLEEP, DONE };

static struct fiber {
	ucontext_t context;	/* to begin it; then, without system calls, */
	jmp_buf at;
	bool begun;
	bool woken;
	enum state state;
	const void *blocked_on;
	char stack[STACK] __attribute__((aligned(64)));
} fibers[EXPLORE_THREADS];

/* What was chosen each time, and among how many; the search goes on there. */
static struct {
	unsigned char chosen, choices;
} trail[MAX_CHOICES];
static int depth;

static const struct scenario *playing;
static jmp_buf scheduler;
static int current, preemptions;
static int was_last, was_alone;
static const char aside;	/* what they wait for who spin */

int explore_choose(int n)
{
	if (n == 1)
		return 0;
	CHECK_LE(depth, MAX_CHOICES - 1);
	trail[depth].choices = n;
	return trail[depth++].chosen;
}

/* Whoever may go on, the running one first: to leave it is a preemption. */
static int candidates(int *who)
{
	int i, n = 0;

	if (current >= 0 && fibers[current].state == READY)
		who[n++] = current;
	if (n && preemptions >= playing->preemptions)
		return n;
	for (i = 0; i < EXPLORE_THREADS; i++)
		if (i != current && fibers[i].state == READY)
			who[n++] = i;
	return n;
}

/* The only one in such a state, or -1. */
static int only(bool asleep_too)
{
	int i, rest = -1;

	for (i = 0; i < EXPLORE_THREADS; i++)
		if (fibers[i].state == READY ||
		    (asleep_too && fibers[i].state == ASLEEP)) {
			if (rest >= 0)
				return -1;
			rest = i;
		}
	return rest;
}

/* Once for each time that a thread is left alone. */
static void look_at_the_last(void)
{
	int rest;

	if (playing->all_but) {
		rest = only(true);
		if (rest >= 0 && rest != was_last)
			playing->all_but(rest);
		was_last = rest;
	}
	if (playing->still) {
		rest = only(false);
		if (rest >= 0 && rest != was_alone && rest != playing->taker)
			playing->still(rest);
		was_alone = rest;
	}
}

/* After an access: look at what it led to, and choose who is next, or -1. */
static int next_thread(void)
{
	int who[EXPLORE_THREADS], n, chosen;

	if (playing->always)
		playing->always();
	if (current >= 0 && fibers[current].blocked_on != &aside)
		explore_unblock(&aside);
	look_at_the_last();
	n = candidates(who);
	if (!n) {
		explore_unblock(&aside);
		n = candidates(who);
	}
	if (!n)
		return -1;
	chosen = explore_choose(n);
	preemptions += current == who[0] && chosen;
	return who[chosen];
}

static void yield(void);

static void enter(void)
{
	tso_enter(current);
	shim_hook = yield;
	shim_tso = true;
}

static void leave(void)
{
	shim_tso = false;
	shim_hook = NULL;
	tso_leave(current);
}

static void switch_to(int i)
{
	current = i;
	if (i < 0)
		_longjmp(scheduler, 1);
	enter();
	if (fibers[i].begun)
		_longjmp(fibers[i].at, 1);
	fibers[i].begun = true;
	setcontext(&fibers[i].context);
}

static void reschedule(void)
{
	int self = current, next;

	leave();
	next = next_thread();
	if (next == self)
		enter();
	else if (!_setjmp(fibers[self].at))
		switch_to(next);
}

static void yield(void)
{
	const char *what = shim_function;
	int line = shim_line;

	reschedule();
	trace(current, what, line);
}

int explore_self(void)
{
	return current;
}

void explore_queue(void)
{
	fibers[current].woken = false;
}

void explore_sleep(void)
{
	/* To be switched away from is a full barrier. */
	tso_fence();
	if (fibers[current].woken)
		return;
	trace(current, "sleeps", 0);
	fibers[current].state = ASLEEP;
	reschedule();
}

void explore_wake(int thread)
{
	fibers[thread].woken = true;
	if (fibers[thread].state != ASLEEP || fibers[thread].blocked_on)
		return;
	trace(thread, "is woken", 0);
	fibers[thread].state = READY;
}

void explore_block(const void *on)
{
	tso_drain();
	trace(current, "waits", 0);
	fibers[current].blocked_on = on;
	fibers[current].state = ASLEEP;
	reschedule();
}

void explore_unblock(const void *on)
{
	int i;

	for (i = 0; i < EXPLORE_THREADS; i++)
		if (fibers[i].blocked_on == on) {
			fibers[i].blocked_on = NULL;
			fibers[i].state = READY;
		}
}

void explore_step_aside(void)
{
	explore_block(&aside);
}

void explore_hurry(bool on)
{
	shim_hook = on ? NULL : yield;
}

/* Goes on with the next order when the one before is through. */
static void fiber_main(int i)
{
	for (;;) {
		playing->thread[i]();
		fibers[i].state = DONE;
		reschedule();
	}
}

static void make_fiber(int i)
{
	struct fiber *f = &fibers[i];

	getcontext(&f->context);
	f->context.uc_stack.ss_sp = f->stack;
	f->context.uc_stack.ss_size = STACK;
	makecontext(&f->context, (void (*)(void))fiber_main, 1, i);
}

/* Plays the trail, and goes on with first choices. */
static void play(void)
{
	int i;

	depth = preemptions = 0;
	was_last = was_alone = -1;
	trace_begin();
	tso_begin();
	playing->begin();
	current = -1;
	for (i = 0; i < EXPLORE_THREADS; i++)
		fibers[i].state = playing->thread[i] ? READY : ABSENT;
	if (!_setjmp(scheduler))
		switch_to(next_thread());
	tso_drain_all();
	/* Nobody sleeps for ever. */
	for (i = 0; i < EXPLORE_THREADS; i++)
		CHECK(fibers[i].state != ASLEEP);
	playing->end();
}

static void search(void)
{
	int i;

	for (i = 0; i < EXPLORE_THREADS; i++)
		make_fiber(i);
	do {
		play();
		while (depth > 0 &&
		       trail[depth - 1].chosen + 1 >= trail[depth - 1].choices)
			trail[--depth].chosen = 0;
		if (depth > 0)
			trail[depth - 1].chosen++;
	} while (depth > 0);
}

void explore(const struct scenario *scenario)
{
	int pid, status;

	playing = scenario;
	trace_start();
	pid = CHECK_OK(fork());
	if (!pid) {
		search();
		_exit(0);
	}
	CHECK_OK(waitpid(pid, &status, 0));
	if (status) {
		trace_show();
		tap_fail(__FILE__, __LINE__,
			 "in schedule %lu (at most %d preemptions)",
			 trace_orders(), scenario->preemptions);
	}
	tap_note("%lu schedules: at most %d preemptions, stores delayed at will",
		 trace_orders(), scenario->preemptions);
}
