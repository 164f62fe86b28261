// SPDX-License-Identifier: GPL-2.0
/*
 * The consumer's page says whatever somebody likes. No event is lost by it: a
 * consumer that goes by the slots alone finds each, whatever its page says.
 */
#include <stdlib.h>
#include <sys/random.h>

#include "frame.h"

#define WORDS	(CONSUMER_PAGE / sizeof(uint32_t))
#define CONS	0
#define WAKE	16
#define FLAGS	17

enum kind {
	ZERO, ONE, ONES, TOP_BIT, BEHIND_PROD, AT_PROD, AHEAD_OF_PROD,
	HALFWAY_ROUND, RANDOM, KINDS,
};

static uint32_t garbage(enum kind kind)
{
	uint32_t prod = load_acquire(&ring.header->prod);

	switch (kind) {
	case ZERO: return 0;
	case ONE: return 1;
	case ONES: return ~0U;
	case TOP_BIT: return 0x80000000;
	case BEHIND_PROD: return prod - 1;
	case AT_PROD: return prod;
	case AHEAD_OF_PROD: return prod + 1;
	case HALFWAY_ROUND: return prod + 0x80000000;
	default: return (uint32_t)random() << 1 ^ random();
	}
}

/* Words @first to @last get values of kinds @from to @to. */
struct job {
	uint32_t first, last;
	enum kind from, to;
};

static uint32_t pick(uint32_t first, uint32_t last)
{
	return first + random() % (last - first + 1);
}

static void scribble(void *arg)
{
	const struct job *job = arg;
	uint32_t *words = (uint32_t *)ring.page;
	int i;

	for (i = 0; i < 100; i++)
		store(&words[pick(job->first, job->last)],
		      garbage(pick(job->from, job->to)));
}

/* Everything that makes the driver look at the page. */
static void make_it_look(void)
{
	struct pollfd p = { .fd = mine.rx, .events = POLLIN };
	uint32_t port;

	flow_silently();
	evt_poll(mine.rx, 0);
	CHECK_ERR(read(mine.rx, &port, sizeof(port)), EBUSY);
	flow_silently();
	CHECK_OK(poll(&p, 1, 1));
}

/* Each word once, with the driver looking; then all the time. */
static void garbage_in(struct job job)
{
	uint32_t *words = (uint32_t *)ring.page, i;
	enum kind kind;

	for (kind = job.from; kind <= job.to; kind++) {
		for (i = job.first; i <= job.last; i++)
			store(&words[i], garbage(kind));
		make_it_look();
	}
	meanwhile(scribble, &job);
	while (going())
		make_it_look();
	end_threads();
}

#define GARBAGE(name_, ...)						\
	HOSTILE(name_) { garbage_in((struct job){ __VA_ARGS__ }); }

GARBAGE(cons_of_zero, CONS, CONS, ZERO, ZERO)
GARBAGE(cons_of_one, CONS, CONS, ONE, ONE)
GARBAGE(cons_of_all_ones, CONS, CONS, ONES, ONES)
GARBAGE(cons_of_the_top_bit, CONS, CONS, TOP_BIT, TOP_BIT)
GARBAGE(cons_behind_prod, CONS, CONS, BEHIND_PROD, BEHIND_PROD)
GARBAGE(cons_ahead_of_prod, CONS, CONS, AHEAD_OF_PROD, AHEAD_OF_PROD)
GARBAGE(cons_halfway_round, CONS, CONS, HALFWAY_ROUND, HALFWAY_ROUND)
GARBAGE(cons_at_random, CONS, CONS, RANDOM, RANDOM)

GARBAGE(wake_of_zero, WAKE, WAKE, ZERO, ZERO)
GARBAGE(wake_of_one, WAKE, WAKE, ONE, ONE)
GARBAGE(wake_of_all_ones, WAKE, WAKE, ONES, ONES)
GARBAGE(wake_of_the_top_bit, WAKE, WAKE, TOP_BIT, TOP_BIT)
GARBAGE(wake_behind_prod, WAKE, WAKE, BEHIND_PROD, BEHIND_PROD)
GARBAGE(wake_ahead_of_prod, WAKE, WAKE, AHEAD_OF_PROD, AHEAD_OF_PROD)
GARBAGE(wake_halfway_round, WAKE, WAKE, HALFWAY_ROUND, HALFWAY_ROUND)
GARBAGE(wake_at_random, WAKE, WAKE, RANDOM, RANDOM)

GARBAGE(flags_of_zero, FLAGS, FLAGS, ZERO, ZERO)
GARBAGE(flags_of_one, FLAGS, FLAGS, ONE, ONE)
GARBAGE(flags_of_all_ones, FLAGS, FLAGS, ONES, ONES)
GARBAGE(flags_of_the_top_bit, FLAGS, FLAGS, TOP_BIT, TOP_BIT)
GARBAGE(flags_like_prod, FLAGS, FLAGS, BEHIND_PROD, HALFWAY_ROUND)
GARBAGE(flags_at_random, FLAGS, FLAGS, RANDOM, RANDOM)

GARBAGE(reserved_words_behind_cons, CONS + 1, WAKE - 1, ZERO, RANDOM)
GARBAGE(reserved_words_behind_flags, FLAGS + 1, 31, ZERO, RANDOM)
GARBAGE(reserved_words_for_commands, 32, WORDS - 1, ZERO, RANDOM)

/* What the three words mean together, every kind with every other. */
HOSTILE(garbage_in_words_that_count_by_threes)
{
	enum kind cons, wake;
	int flags;

	for (cons = 0; cons < KINDS; cons++)
		for (wake = 0; wake < KINDS; wake++)
			for (flags = 0; flags < 2; flags++) {
				store(&ring.page->cons, garbage(cons));
				store(&ring.page->wake, garbage(wake));
				store(&ring.page->flags, garbage(flags));
				flow_silently();
				evt_poll(mine.rx, 0);
			}
}

/* Room in the ring, and the place of the next event, are the driver's to know. */
HOSTILE(cons_of_any_value_loses_nothing)
{
	uint32_t i, port, pos;
	int kind;

	for (kind = 0; kind < 100; kind++) {
		pos = ring.pos;
		store(&ring.page->cons, garbage(kind % KINDS));
		bundle_fire_all(&mine);
		ring_reaches(ring.header, pos + mine.n);
		for (i = 0; i < mine.n; i++) {
			CHECK(consumer_peek(&ring, &port));
			bundle_index(&mine, port);
			ring.pos++;
		}
		store(&ring.page->cons, garbage(RANDOM));
		bundle_rearm_all(&mine);
	}
}

/* A page of noise at a time, by the kernel's own hand. */
static void noise(void *arg)
{
	CHECK_OK(getrandom(arg, CONSUMER_PAGE, 0));
}

HOSTILE(whole_page_of_noise_all_the_time)
{
	meanwhile(noise, ring.page);
	while (going())
		flow_silently();
	end_threads();
}

/* Binding, unbinding, growing and RESYNC while the page changes at random. */
HOSTILE(garbage_while_the_ring_changes)
{
	struct job job = { CONS, WORDS - 1, ZERO, RANDOM };
	struct job vital = { CONS, FLAGS, ZERO, RANDOM };
	struct loop l;
	uint32_t i;

	meanwhile(scribble, &job);
	meanwhile(scribble, &vital);
	for (i = 0; going(); i++) {
		bundle_fire(&mine, i % mine.n);
		evt_poll(mine.rx, 0);
		evt_unmask(mine.rx, mine.b[i * 7 % mine.n]);
		if (i % 10)
			continue;
		l = loop_bind(mine.tx, mine.rx);
		if (i % 20)
			CHECK_OK(ioctl(mine.rx, EVTMMAP_IOC_RESYNC));
		CHECK_OK(evt_unbind(mine.rx, l.b));
		CHECK_OK(evt_unbind(mine.tx, l.a));
	}
	end_threads();
}

HOSTILE(garbage_while_a_classic_reader_becomes_mapped)
{
	struct job vital = { CONS, FLAGS, ZERO, RANDOM };
	struct bundle s;
	struct consumer c;

	meanwhile(scribble, &vital);
	while (going()) {
		bundle_open(&s, 2);
		bundle_fire_all(&s);
		c = consumer_open(s.rx);
		getrandom(c.page, CONSUMER_PAGE, 0);
		bundle_close(&s);
		consumer_close(&c);
	}
	end_threads();
}
