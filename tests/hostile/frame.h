/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame of a hostile case:
 *
 *	HOSTILE(cons_of_zero) { ... }
 *
 * Around what stands there a bystander is watched, and afterwards the offender,
 * who has a mapped file with a few ports, can RESYNC and has every port armed
 * again; another file of its process was not touched either.
 */
#ifndef FRAME_H
#define FRAME_H

#include "bundle.h"

#define HOSTILE_PORTS	4
#define ATTACK_MS	150

/* The offender's ports, and the place it takes them from. */
extern struct bundle mine;
extern struct consumer ring;
/* Another file of the same process: a classic one. */
extern struct bundle other;

/**
 * struct frame - what a case wants of the frame
 * @attack: the case's own part
 * @first_pos: where the offender's ring begins
 * @is_wrap: only in a driver that can do that; see kernel/debug.h
 */
struct frame {
	void (*attack)(void);
	uint32_t first_pos;
	bool is_wrap;
};

void frame_run(const struct frame *frame);

#define FRAME(name_, limit_, ...)					\
	static void attack_##name_(void);				\
	CASE_LIMIT(name_, limit_)					\
	{								\
		frame_run(&(struct frame){ attack_##name_, __VA_ARGS__ });	\
	}								\
	static void attack_##name_(void)

#define HOSTILE(name_)		FRAME(name_, 60, 0, false)
#define HOSTILE_AT(name_, pos_)	FRAME(name_, 60, pos_, true)

/* Of files that are opened from now on; false: this driver cannot do that. */
bool rings_begin_at(uint32_t pos);

/* The attack goes on: for a while, and until the bystander has seen it. */
bool going(void);

/* Runs fn(arg) again and again in a thread of its own until the attack is over. */
void meanwhile(void (*fn)(void *arg), void *arg);

/* All of those threads end now. */
void end_threads(void);

/*
 * One event of the offender's own, which has to come next, and its rearm.
 * Silently: without a word about it in the consumer's page.
 */
void flow(void);
void flow_silently(void);

/* Takes what is there and what comes, and gives it back, until it is quiet. */
void settle(void);

#endif
