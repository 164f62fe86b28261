// SPDX-License-Identifier: GPL-2.0
/* A port's credit: every state under every operation. */
#include <stdlib.h>

#include "credit.h"
#include "ring_test.h"

#define M	EVTCHN_MASKED
#define Q	EVTCHN_QUEUED
#define A	EVTCHN_AGAIN

#define NOTHING	EVTCHN_NOTHING
#define PUBLISH	EVTCHN_PUBLISH
#define EOI	EVTCHN_EOI
#define BOTH	EVTCHN_PUBLISH_EOI
#define SPUR	EVTCHN_SPURIOUS

struct row {
	int before, after;
	enum evtchn_verdict verdict;
};

/* A way back that asks for something takes a use; of a port that is gone none does. */
static void check_table(enum evtchn_verdict (*op)(atomic_t *credit), bool back,
			const struct row *row)
{
	const int others = 3 * EVTCHN_USE;
	atomic_t credit;
	int i;

	for (i = 0; i < 8; i++, row++) {
		CHECK_EQ(row->before, i);
		atomic_set(&credit, i | others);
		CHECK_EQ(op(&credit), row->verdict);
		CHECK_EQ(atomic_read(&credit), (row->after | others) +
			 (back && row->verdict != NOTHING ? EVTCHN_USE : 0));
		atomic_set(&credit, i | EVTCHN_GONE | others);
		CHECK_EQ(op(&credit), back ? NOTHING : row->verdict);
		CHECK_EQ(atomic_read(&credit),
			 (back ? i : row->after) | EVTCHN_GONE | others);
	}
}

#define TABLE(op, back, ...) do {					\
	static const struct row table[8] = { __VA_ARGS__ };		\
	check_table(op, back, table);					\
} while (0)

CASE(credit_is_used_until_it_is_gone)
{
	atomic_t credit;

	atomic_set(&credit, M | Q);
	CHECK(!evtchn_in_use(&credit));
	CHECK(evtchn_use(&credit));
	CHECK(evtchn_in_use(&credit));
	evtchn_credit_end(&credit);
	CHECK(evtchn_in_use(&credit));
	CHECK(!evtchn_use(&credit));
	CHECK(evtchn_in_use(&credit));
	evtchn_unuse(&credit);
	CHECK(!evtchn_in_use(&credit));
	CHECK(!evtchn_use(&credit));
	CHECK(!evtchn_in_use(&credit));
	CHECK_EQ(atomic_read(&credit), M | Q | EVTCHN_GONE);
}

/* A alone does not happen; it must then still do no harm. */
CASE(credit_upcall_masks_and_queues_once)
{
	TABLE(evtchn_credit_upcall, false,
	      { 0,		M | Q,		PUBLISH },
	      { M,		M | A,		SPUR },
	      { Q,		M | Q | A,	NOTHING },
	      { M | Q,		M | Q | A,	SPUR },
	      { A,		M | Q | A,	PUBLISH },
	      { M | A,		M | A,		SPUR },
	      { Q | A,		M | Q | A,	NOTHING },
	      { M | Q | A,	M | Q | A,	SPUR });
}

static enum evtchn_verdict early_untaken(atomic_t *credit)
{
	return evtchn_credit_early(credit, false);
}

static enum evtchn_verdict early_taken(atomic_t *credit)
{
	return evtchn_credit_early(credit, true);
}

CASE(credit_early_masks_what_is_not_taken)
{
	TABLE(early_untaken, false,
	      { 0,		Q,		BOTH },
	      { M,		M | A,		SPUR },
	      { Q,		M | Q,		PUBLISH },
	      { M | Q,		M | Q | A,	SPUR },
	      { A,		Q | A,		BOTH },
	      { M | A,		M | A,		SPUR },
	      { Q | A,		M | Q | A,	PUBLISH },
	      { M | Q | A,	M | Q | A,	SPUR });
	TABLE(early_taken, false,
	      { 0,		Q,		BOTH },
	      { M,		M | A,		SPUR },
	      { Q,		Q,		BOTH },
	      { M | Q,		M | Q | A,	SPUR },
	      { A,		Q | A,		BOTH },
	      { M | A,		M | A,		SPUR },
	      { Q | A,		Q | A,		BOTH },
	      { M | Q | A,	M | Q | A,	SPUR });
}

CASE(credit_take_queues_what_came_again)
{
	TABLE(evtchn_credit_take, true,
	      { 0,		0,		NOTHING },
	      { M,		M,		NOTHING },
	      { Q,		0,		NOTHING },
	      { M | Q,		M,		NOTHING },
	      { A,		Q,		PUBLISH },
	      { M | A,		M | Q,		PUBLISH },
	      { Q | A,		Q,		PUBLISH },
	      { M | Q | A,	M | Q,		PUBLISH });
}

CASE(credit_rearm_of_a_reader_sends_one_eoi)
{
	TABLE(evtchn_credit_rearm, true,
	      { 0,		0,		NOTHING },
	      { M,		0,		EOI },
	      { Q,		Q,		NOTHING },
	      { M | Q,		Q,		EOI },
	      { A,		A,		NOTHING },
	      { M | A,		M | Q,		PUBLISH },
	      { Q | A,		Q | A,		NOTHING },
	      { M | Q | A,	Q | A,		EOI });
}

CASE(credit_rearm_of_a_mapped_consumer_takes_too)
{
	TABLE(evtchn_credit_rearm_mapped, true,
	      { 0,		0,		NOTHING },
	      { M,		0,		EOI },
	      { Q,		0,		NOTHING },
	      { M | Q,		0,		EOI },
	      { A,		Q,		PUBLISH },
	      { M | A,		M | Q,		PUBLISH },
	      { Q | A,		Q,		PUBLISH },
	      { M | Q | A,	M | Q,		PUBLISH });
}

/* What is plain is so to whoever knows better, and done as by them. */
static void check_plain(enum evtchn_verdict (*op)(atomic_t *credit), int clear)
{
	atomic_t plain, credit;
	bool sure;
	int i;

	for (i = 0; i < 2 * EVTCHN_USE; i++) {
		atomic_set(&plain, i);
		atomic_set(&credit, i);
		sure = (i & (M | A | EVTCHN_GONE)) == M;
		CHECK_EQ(evtchn_credit_rearm_plain(&plain, clear), sure);
		if (!sure) {
			CHECK_EQ(atomic_read(&plain), i);
			continue;
		}
		CHECK_EQ(op(&credit), EOI);
		CHECK_EQ(atomic_read(&plain), atomic_read(&credit));
	}
}

CASE(credit_plain_rearm_is_as_any_other)
{
	check_plain(evtchn_credit_rearm, EVTCHN_MASKED);
	check_plain(evtchn_credit_rearm_mapped, EVTCHN_CREDIT);
	check_plain(evtchn_credit_rearm_early, EVTCHN_MASKED);
}

CASE(credit_rearm_with_early_eoi_leaves_the_entry_alone)
{
	TABLE(evtchn_credit_rearm_early, true,
	      { 0,		0,		NOTHING },
	      { M,		0,		EOI },
	      { Q,		Q,		NOTHING },
	      { M | Q,		Q,		EOI },
	      { A,		A,		NOTHING },
	      { M | A,		M | Q,		PUBLISH },
	      { Q | A,		Q | A,		NOTHING },
	      { M | Q | A,	M | Q,		PUBLISH });
}

/* Whatever came before belongs to what is thrown away. */
CASE(credit_drop_arms)
{
	TABLE(evtchn_credit_drop, true,
	      { 0,		0,		NOTHING },
	      { M,		0,		EOI },
	      { Q,		0,		NOTHING },
	      { M | Q,		0,		EOI },
	      { A,		0,		NOTHING },
	      { M | A,		0,		EOI },
	      { Q | A,		0,		NOTHING },
	      { M | Q | A,	0,		EOI });
}

CASE(credit_requeue_queues_all_that_fired)
{
	TABLE(evtchn_credit_requeue, true,
	      { 0,		0,		NOTHING },
	      { M,		M | Q,		PUBLISH },
	      { Q,		Q,		PUBLISH },
	      { M | Q,		M | Q,		PUBLISH },
	      { A,		Q,		PUBLISH },
	      { M | A,		M | Q,		PUBLISH },
	      { Q | A,		Q,		PUBLISH },
	      { M | Q | A,	M | Q,		PUBLISH });
}

/* One port, Xen's two bits for it, and how many entries it has in the ring. */
static struct port {
	atomic_t credit;
	bool masked, pending;
	int entries, most;
	bool owed;		/* an event came that the client has not read */
} p;

static void settle(enum evtchn_verdict verdict);

/* It may come although the port is masked, and merge with another. */
static void fire(bool replay)
{
	if (!p.pending || (p.masked && !replay))
		return;
	p.pending = false;
	p.masked = true;
	p.owed = true;
	settle(evtchn_credit_upcall(&p.credit));
}

static void settle(enum evtchn_verdict verdict)
{
	if (verdict == EVTCHN_PUBLISH && ++p.entries > p.most)
		p.most = p.entries;
	if (verdict == EVTCHN_EOI) {
		p.masked = false;
		fire(false);
	}
}

static void back(enum evtchn_verdict verdict)
{
	settle(verdict);
	if (verdict != EVTCHN_NOTHING)
		evtchn_unuse(&p.credit);
	CHECK(!evtchn_in_use(&p.credit));
}

static void take(bool mapped)
{
	if (!p.entries)
		return;
	p.entries--;
	p.owed = false;
	if (!mapped)
		back(evtchn_credit_take(&p.credit));
}

static void step(bool mapped, int what)
{
	if (what == 0 || what == 3) {
		p.pending = true;
		fire(what == 3);
	} else if (what == 1) {
		take(mapped);
	} else if (!mapped) {
		back(evtchn_credit_rearm(&p.credit));
	} else if (!p.entries) {
		/* The mapped contract: take, then rearm. */
		back(evtchn_credit_rearm_mapped(&p.credit));
	}
}

/* A client in any order of doing things loses nothing and fills nothing. */
static void wander(bool mapped, unsigned int seed)
{
	int i;

	p = (struct port){ 0 };
	for (i = 0; i < 200; i++) {
		step(mapped, rand_r(&seed) % 4);
		CHECK_LE(p.entries, 1);
		/* What came and was not read can be read, now or after a rearm. */
		CHECK(!p.owed || p.entries || p.masked);
	}
	for (i = 0; i < 4; i++) {
		take(mapped);
		step(mapped, 2);
	}
	CHECK(!p.owed && !p.masked && !p.pending && !p.entries);
	CHECK_EQ(p.most, 1);
}

CASE(credit_of_a_reader_in_any_order)
{
	unsigned int seed;

	for (seed = 0; seed < 2000; seed++)
		wander(false, seed);
}

CASE(credit_of_a_mapped_consumer_in_any_order)
{
	unsigned int seed;

	for (seed = 0; seed < 2000; seed++)
		wander(true, seed);
}
