/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests only: stop a producer anywhere, begin a ring anywhere, have read()'s
 * copies do less than they could. Nothing of it is in the module that ships;
 * `make module DEBUG=1` builds one that has it.
 */
#ifndef EVTCHN_DEBUG_H
#define EVTCHN_DEBUG_H

#include <linux/types.h>

/*
 * Where a producer can be held: just after the access with that letter, so
 * that the next one is still to come. A and K are also in grow, which is a
 * thread: it can be held there, and at J, by the small letter. Who takes commands
 * is a thread as well.
 */
enum evtchn_hold_point {
	EVTCHN_HOLD_E = 'E',	/* early EOI or not was read; the credit is as it was */
	EVTCHN_HOLD_G = 'G',	/* the port is marked queued; no slot yet */
	EVTCHN_HOLD_P = 'P',	/* prod was read (L); the newest segment was not */
	EVTCHN_HOLD_L = 'L',	/* prod and the newest segment were read */
	EVTCHN_HOLD_B = 'B',	/* the slot was read, as it may be no more */
	EVTCHN_HOLD_A = 'A',	/* the slot is filled, or CLOSED; prod is not moved on */
	EVTCHN_HOLD_C = 'C',	/* prod is moved on; nobody is woken */
	EVTCHN_HOLD_J = 'J',	/* CLOSED was met: generation moved, newest not */
	EVTCHN_HOLD_K = 'K',	/* a filled slot or CLOSED was met; prod not moved */
	EVTCHN_HOLD_W = 'W',	/* a sleeper was seen; not woken */
	EVTCHN_HOLD_Q = 'Q',	/* commands are claimed; none is done */
	EVTCHN_HOLD_U = 'U',	/* a port is used; what for is still to come */
};

#ifdef EVTCHN_DEBUG
void evtchn_hold(enum evtchn_hold_point point);
u32 evtchn_first_pos(void);
size_t evtchn_copy_size(size_t size);
#else
static inline void evtchn_hold(enum evtchn_hold_point point) {}
static inline u32 evtchn_first_pos(void) { return 0; }
static inline size_t evtchn_copy_size(size_t size) { return size; }
#endif

#endif
