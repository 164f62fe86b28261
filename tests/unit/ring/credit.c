// SPDX-License-Identifier: GPL-2.0
/* A port's credit: every state under every operation. */
#include <stdlib.h>

#include "ring_test.h"

#define M	EVTCHN_MASKED
#define Q	EVTCHN_QUEUED
#define A	EVTCHN_AGAIN

#define NOTHING	EVTCHN_NOTHING
#define PUBLISH	EVTCHN_PUBLISH
#define EOI	EVTCHN_EOI
#define SPUR	EVTCHN_SPURIOUS

static enum evtchn_verdict rearm_classic(atomic_t *credit)
{
	return evtchn_credit_rearm(credit, false);
}

static enum evtchn_verdict rearm_mapped(atomic_t *credit)
{
	return evtchn_credit_rearm(credit, true);
}

struct row {
	int before, after;
	enum evtchn_verdict verdict;
};

static void check_table(enum evtchn_verdict (*op)(atomic_t *credit),
			const struct row *row)
{
	atomic_t credit;
	int i;

	for (i = 0; i < 8; i++, row++) {
		CHECK_EQ(row->before, i);
		atomic_set(&credit, i);
		CHECK_EQ(op(&credit), row->verdict);
		CHECK_EQ(atomic_read(&credit), row->after);
	}
}

#define TABLE(op, ...) do {						\
	static const struct row table[8] = { __VA_ARGS__ };		\
	check_table(op, table);						\
} while (0)

/* A without Q does not happen; it must then still do no harm. */
CASE(credit_upcall_masks_and_queues_once)
{
	TABLE(evtchn_credit_upcall,
	      { 0,		M | Q,		PUBLISH },
	      { M,		M,		SPUR },
	      { Q,		M | Q | A,	NOTHING },
	      { M | Q,		M | Q,		SPUR },
	      { A,		M | Q,		PUBLISH },
	      { M | A,		M | A,		SPUR },
	      { Q | A,		M | Q | A,	NOTHING },
	      { M | Q | A,	M | Q | A,	SPUR });
}

CASE(credit_take_queues_what_came_again)
{
	TABLE(evtchn_credit_take,
	      { 0,		0,		NOTHING },
	      { M,		M,		NOTHING },
	      { Q,		0,		NOTHING },
	      { M | Q,		M,		NOTHING },
	      { A,		0,		PUBLISH },
	      { M | A,		M,		PUBLISH },
	      { Q | A,		Q,		PUBLISH },
	      { M | Q | A,	M | Q,		PUBLISH });
}

CASE(credit_rearm_of_a_reader_sends_one_eoi)
{
	TABLE(rearm_classic,
	      { 0,		0,		NOTHING },
	      { M,		0,		EOI },
	      { Q,		Q,		NOTHING },
	      { M | Q,		Q,		EOI },
	      { A,		A,		NOTHING },
	      { M | A,		A,		EOI },
	      { Q | A,		Q | A,		NOTHING },
	      { M | Q | A,	Q | A,		EOI });
}

CASE(credit_rearm_of_a_mapped_consumer_takes_too)
{
	TABLE(rearm_mapped,
	      { 0,		0,		NOTHING },
	      { M,		0,		EOI },
	      { Q,		0,		NOTHING },
	      { M | Q,		0,		EOI },
	      { A,		0,		PUBLISH },
	      { M | A,		M,		PUBLISH },
	      { Q | A,		Q,		PUBLISH },
	      { M | Q | A,	M | Q,		PUBLISH });
}

CASE(credit_drop_arms)
{
	TABLE(evtchn_credit_drop,
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
	TABLE(evtchn_credit_requeue,
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

static void fire(void)
{
	if (p.masked || !p.pending)
		return;
	p.pending = false;
	p.masked = true;
	p.owed = true;
	settle(evtchn_credit_upcall(&p.credit));
}

static void settle(enum evtchn_verdict verdict)
{
	CHECK_NE(verdict, EVTCHN_SPURIOUS);
	if (verdict == EVTCHN_PUBLISH && ++p.entries > p.most)
		p.most = p.entries;
	if (verdict == EVTCHN_EOI) {
		CHECK(p.masked);
		p.masked = false;
		fire();
	}
}

static void take(bool mapped)
{
	if (!p.entries)
		return;
	p.entries--;
	p.owed = false;
	if (!mapped)
		settle(evtchn_credit_take(&p.credit));
}

static void step(bool mapped, int what)
{
	if (what == 0) {
		p.pending = true;
		fire();
	} else if (what == 1) {
		take(mapped);
	} else if (!mapped || !p.entries) {
		/* The mapped contract: take, then rearm. */
		settle(evtchn_credit_rearm(&p.credit, mapped));
	}
}

/* A client in any order of doing things loses nothing and fills nothing. */
static void wander(bool mapped, unsigned int seed)
{
	int i;

	p = (struct port){ 0 };
	for (i = 0; i < 200; i++) {
		step(mapped, rand_r(&seed) % 3);
		CHECK_LE(p.entries, 1);
		/* What came and was not read can be read. */
		CHECK(!p.owed || p.entries);
	}
	for (i = 0; i < 3; i++) {
		take(mapped);
		step(mapped, 2);
	}
	CHECK(!p.masked && !p.pending && !p.entries);
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
