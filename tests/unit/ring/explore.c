// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <string.h>
#include <ucontext.h>

#include "explore.h"

#define STACK		(64 * 1024)
#define MAX_STEPS	600	/* more than any scenario needs: someone spins */

enum state { ABSENT, READY, ASLEEP, DONE };

static struct fiber {
	ucontext_t context;	/* to begin it; then, without system calls, */
	jmp_buf at;
	bool begun;
	bool woken;
	enum state state;
	char stack[STACK] __attribute__((aligned(64)));
} fibers[EXPLORE_THREADS];

/* What was chosen at each step, and among how many; the search goes on there. */
static struct {
	unsigned char chosen, choices;
} trail[MAX_STEPS];

static const struct scenario *playing;
static jmp_buf scheduler;
static int current;

static void yield(void)
{
	if (!_setjmp(fibers[current].at))
		_longjmp(scheduler, 1);
}

void explore_queue(void)
{
	fibers[current].woken = false;
}

void explore_sleep(void)
{
	if (fibers[current].woken)
		return;
	fibers[current].state = ASLEEP;
	yield();
}

void explore_wake(int thread)
{
	fibers[thread].woken = true;
	if (fibers[thread].state == ASLEEP)
		fibers[thread].state = READY;
}

int explore_self(void)
{
	return current;
}

static void fiber_main(int i)
{
	playing->thread[i]();
	fibers[i].state = DONE;
	_longjmp(scheduler, 1);
}

static void start_fiber(int i)
{
	struct fiber *f = &fibers[i];

	f->state = playing->thread[i] ? READY : ABSENT;
	f->begun = false;
	getcontext(&f->context);
	f->context.uc_stack.ss_sp = f->stack;
	f->context.uc_stack.ss_size = STACK;
	makecontext(&f->context, (void (*)(void))fiber_main, 1, i);
}

/* Whoever may go on, the running one first: to leave it is a preemption. */
static int candidates(int *who, int preemptions)
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

/* The only one that is not through, or -1. */
static int lonely(void)
{
	int i, rest = -1;

	for (i = 0; i < EXPLORE_THREADS; i++)
		if (fibers[i].state == READY || fibers[i].state == ASLEEP) {
			if (rest >= 0)
				return -1;
			rest = i;
		}
	return rest;
}

static void resume(int i)
{
	current = i;
	shim_hook = yield;
	if (!_setjmp(scheduler)) {
		if (fibers[i].begun)
			_longjmp(fibers[i].at, 1);
		fibers[i].begun = true;
		setcontext(&fibers[i].context);
	}
	shim_hook = NULL;
}

/* Plays the trail, goes on with first choices; returns how long it was. */
static int play(void)
{
	int depth, preemptions = 0, who[EXPLORE_THREADS], n, rest;
	bool was_lonely = false;

	playing->begin();
	current = -1;
	for (n = 0; n < EXPLORE_THREADS; n++)
		start_fiber(n);
	for (depth = 0; ; depth++) {
		n = candidates(who, preemptions);
		if (!n)
			break;
		CHECK_LE(depth, MAX_STEPS - 1);
		trail[depth].choices = n;
		preemptions += current == who[0] && trail[depth].chosen;
		resume(who[trail[depth].chosen]);
		if (playing->always)
			playing->always();
		rest = lonely();
		if (rest >= 0 && !was_lonely && playing->all_but)
			playing->all_but(rest);
		was_lonely = rest >= 0;
	}
	/* Nobody sleeps for ever. */
	CHECK_EQ(lonely(), -1);
	playing->end();
	return depth;
}

void explore(const struct scenario *scenario)
{
	unsigned long runs = 0;
	int depth;

	playing = scenario;
	memset(trail, 0, sizeof(trail));
	do {
		depth = play();
		runs++;
		while (depth > 0 &&
		       trail[depth - 1].chosen + 1 >= trail[depth - 1].choices)
			trail[--depth].chosen = 0;
		if (depth > 0)
			trail[depth - 1].chosen++;
	} while (depth > 0);
	tap_note("%lu orders", runs);
}
