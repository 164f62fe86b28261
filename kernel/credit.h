/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port's word: its credit, and who is using it.
 *
 * Credit is what makes room in the ring. A port has at most one entry in it, and
 * the ring has more slots than ports, so a slot is always taken before it is
 * needed again, and nobody has to believe what user space says of cons.
 *
 * A use is what keeps a port's interrupt and number its own. Whoever found the
 * port takes one, under RCU, before it sends an event, gives an EOI or publishes;
 * unbind says GONE and waits for those that came first. Both are atomics of this
 * one word, so either unbind sees the use or the finder sees GONE (M and N).
 *
 * The word is changed by the handler (upcall), the taker (take), whoever gives
 * the port back (rearm) and unbind, on any CPU.
 */
#ifndef EVTCHN_CREDIT_H
#define EVTCHN_CREDIT_H

#include <linux/atomic.h>
#include <linux/types.h>

#define EVTCHN_MASKED	1	/* fired, waits for its rearm */
#define EVTCHN_QUEUED	2	/* has an entry that nobody has taken */
#define EVTCHN_AGAIN	4	/* fired once more, and no entry says so */
#define EVTCHN_CREDIT	7	/* the three of them */
#define EVTCHN_GONE	8	/* unbound: not to be used any more */
#define EVTCHN_USE	16	/* one user; they are counted from this bit on */

enum evtchn_verdict {
	EVTCHN_NOTHING,		/* nothing to do */
	EVTCHN_PUBLISH,		/* the caller publishes the port */
	EVTCHN_EOI,		/* the caller sends the EOI */
	EVTCHN_PUBLISH_EOI,	/* both */
	EVTCHN_SPURIOUS,	/* the port was masked; the event is noted */
};

/* Context: under RCU until the use is over. Return: false if the port is gone. */
static inline bool evtchn_use(atomic_t *credit)
{
	if (!(atomic_fetch_add(EVTCHN_USE, credit) & EVTCHN_GONE)) /* N, matches M */
		return true;
	atomic_sub(EVTCHN_USE, credit);
	return false;
}

static inline void evtchn_unuse(atomic_t *credit)
{
	(void)atomic_fetch_sub_release(EVTCHN_USE, credit);	/* N, matches M */
}

/* From here on there are no new users. */
static inline void evtchn_credit_end(atomic_t *credit)
{
	(void)atomic_fetch_or(EVTCHN_GONE, credit);		/* M, matches N */
}

static inline bool evtchn_in_use(const atomic_t *credit)
{
	return (u32)atomic_read_acquire(credit) >= EVTCHN_USE;	/* M, matches N */
}

/*
 * The port fired. It may do so although it is masked here: where its interrupt
 * was moved while the handler still ran, the interrupt core runs the handler
 * again and leaves the port open. That event is as good as any, and whoever gives
 * the port back finds AGAIN.
 */
static inline enum evtchn_verdict evtchn_credit_upcall(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		new = old | EVTCHN_MASKED | EVTCHN_QUEUED;
		if (old & EVTCHN_MASKED)
			new = old | EVTCHN_AGAIN;
		else if (old & EVTCHN_QUEUED)
			new |= EVTCHN_AGAIN;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* G, matches F */
	if (old & EVTCHN_MASKED)
		return EVTCHN_SPURIOUS;
	return old & EVTCHN_QUEUED ? EVTCHN_NOTHING : EVTCHN_PUBLISH;
}

/*
 * The port fired, and is to be rearmed at once: unless the entry of the event
 * before is not @taken. Then it has two, and the second says that it is masked.
 */
static inline enum evtchn_verdict evtchn_credit_early(atomic_t *credit,
						      bool taken)
{
	int old = atomic_read(credit);
	int new;

	do {
		new = old | EVTCHN_QUEUED;
		if (old & EVTCHN_MASKED)
			new = old | EVTCHN_AGAIN;
		else if ((old & EVTCHN_QUEUED) && !taken)
			new |= EVTCHN_MASKED;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* G, matches F */
	if (old & EVTCHN_MASKED)
		return EVTCHN_SPURIOUS;
	return new & EVTCHN_MASKED ? EVTCHN_PUBLISH : EVTCHN_PUBLISH_EOI;
}

/*
 * The ways back. What they tell the caller to do takes a use, which is the
 * caller's to give up; of a port that is gone they tell nothing.
 */

/* read() has handed the port's entry out. */
static inline enum evtchn_verdict evtchn_credit_take(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (old & EVTCHN_GONE)
			return EVTCHN_NOTHING;
		new = old & ~EVTCHN_QUEUED;
		if (old & EVTCHN_AGAIN)
			new = ((old | EVTCHN_QUEUED) & ~EVTCHN_AGAIN) + EVTCHN_USE;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* F, matches G; N, matches M */
	return old & EVTCHN_AGAIN ? EVTCHN_PUBLISH : EVTCHN_NOTHING;
}

/*
 * The port is given back, and nothing came meanwhile: what nearly every rearm is.
 * @clear is EVTCHN_CREDIT if that says that its entry was taken, too. Otherwise one
 * of the next three knows what to do.
 *
 * Return: true for EVTCHN_EOI.
 */
static inline bool evtchn_credit_rearm_plain(atomic_t *credit, int clear)
{
	int old = atomic_read(credit);

	if ((old & (EVTCHN_MASKED | EVTCHN_AGAIN | EVTCHN_GONE)) != EVTCHN_MASKED)
		return false;
	/* F, matches G; N, matches M */
	return atomic_try_cmpxchg(credit, &old, (old & ~clear) + EVTCHN_USE);
}

/* The port is given back to a file that read() takes from. */
static inline enum evtchn_verdict evtchn_credit_rearm(atomic_t *credit)
{
	int old = atomic_read(credit);
	bool again;
	int new;

	do {
		if (!(old & EVTCHN_MASKED) || (old & EVTCHN_GONE))
			return EVTCHN_NOTHING;
		/* Behind an entry that is still there: whoever takes that sees to it. */
		again = (old & (EVTCHN_AGAIN | EVTCHN_QUEUED)) == EVTCHN_AGAIN;
		new = old & ~EVTCHN_MASKED;
		if (again)
			new = (old | EVTCHN_QUEUED) & ~EVTCHN_AGAIN;
		/* F, matches G; N, matches M */
	} while (!atomic_try_cmpxchg(credit, &old, new + EVTCHN_USE));
	return again ? EVTCHN_PUBLISH : EVTCHN_EOI;
}

/*
 * In a file whose ring is mapped that says also that its entry was taken, since
 * nothing else does.
 */
static inline enum evtchn_verdict evtchn_credit_rearm_mapped(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (!(old & EVTCHN_CREDIT) || (old & EVTCHN_GONE))
			return EVTCHN_NOTHING;
		new = old & ~EVTCHN_CREDIT;
		if (old & EVTCHN_AGAIN)
			new = (old | EVTCHN_QUEUED) & ~EVTCHN_AGAIN;
		if (old & (EVTCHN_AGAIN | EVTCHN_MASKED))
			new += EVTCHN_USE;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* F, matches G; N, matches M */
	if (old & EVTCHN_AGAIN)
		return EVTCHN_PUBLISH;
	return old & EVTCHN_MASKED ? EVTCHN_EOI : EVTCHN_NOTHING;
}

/* The same with early EOI: what was taken is said by cons. */
static inline enum evtchn_verdict evtchn_credit_rearm_early(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (!(old & EVTCHN_MASKED) || (old & EVTCHN_GONE))
			return EVTCHN_NOTHING;
		new = old & ~EVTCHN_MASKED;
		if (old & EVTCHN_AGAIN)
			new = (old | EVTCHN_QUEUED) & ~EVTCHN_AGAIN;
		/* F, matches G; N, matches M */
	} while (!atomic_try_cmpxchg(credit, &old, new + EVTCHN_USE));
	return old & EVTCHN_AGAIN ? EVTCHN_PUBLISH : EVTCHN_EOI;
}

/* All that came before was thrown away, entry or not: arm the port again. */
static inline enum evtchn_verdict evtchn_credit_drop(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (!(old & EVTCHN_CREDIT) || (old & EVTCHN_GONE))
			return EVTCHN_NOTHING;
		new = old & ~EVTCHN_CREDIT;
		if (old & EVTCHN_MASKED)
			new += EVTCHN_USE;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* F, matches G; N, matches M */
	return old & EVTCHN_MASKED ? EVTCHN_EOI : EVTCHN_NOTHING;
}

/* The port's entry, if any, was thrown away: queue it anew if it fired. */
static inline enum evtchn_verdict evtchn_credit_requeue(atomic_t *credit)
{
	int old = atomic_read(credit);
	int new;

	do {
		if (!(old & EVTCHN_CREDIT) || (old & EVTCHN_GONE))
			return EVTCHN_NOTHING;
		new = ((old | EVTCHN_QUEUED) & ~EVTCHN_AGAIN) + EVTCHN_USE;
	} while (!atomic_try_cmpxchg(credit, &old, new)); /* F, matches G; N, matches M */
	return EVTCHN_PUBLISH;
}

#endif
