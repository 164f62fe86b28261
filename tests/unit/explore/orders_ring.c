// SPDX-License-Identifier: GPL-2.0
/* The ring alone: publishers, a grower and a sleeper. */
#include "explore.h"

#define SLOTS 8

static struct evtchn_ring ring;
static const struct origin *from;
static u32 last_prod;
static u32 got;			/* bit n: port n was taken */
static int asleep;		/* thread that waits, or -1 */

static void begin(void)
{
	ring_start(&ring, SLOTS, from);
	last_prod = ring.header->prod;
	got = 0;
	asleep = -1;
}

static struct evtchn_segment *segment_of(u32 pos)
{
	struct evtchn_segment *seg = ring.oldest;

	/* What is behind the newest is not final yet. */
	while (seg != ring.newest && (s32)(pos - seg->next->base) >= 0)
		seg = seg->next;
	return seg;
}

/* The contract of prod: it only goes up, and all below it is filled. */
static void prod_keeps_its_word(void)
{
	for (; last_prod != ring.header->prod; last_prod++) {
		struct evtchn_segment *seg = segment_of(last_prod);
		u32 rel = last_prod - seg->base;

		CHECK((s32)(ring.header->prod - last_prod) > 0);
		CHECK_EQ(EVTMMAP_SLOT_TAG(seg->slots[rel & (seg->nslots - 1)]),
			 rel);
	}
}

static void generation_keeps_up(void)
{
	prod_keeps_its_word();
	CHECK_GE((s32)(ring.header->generation -
		       segment_of(ring.header->prod - 1)->generation), 0);
}

static void publish(u32 port)
{
	evtchn_ring_publish(&ring, port);
	if (READ_ONCE(asleep) >= 0)
		explore_wake(asleep);
}

static void publish_0_1(void)
{
	publish(0);
	publish(1);
}

static void publish_2_3(void)
{
	publish(2);
	publish(3);
}

static void publish_2(void)
{
	publish(2);
}

static void publish_3(void)
{
	publish(3);
}

static void grow(void)
{
	CHECK_EQ(evtchn_ring_grow(&ring, SLOTS), 0);
}

static void grow_twice(void)
{
	grow();
	grow();
}

static void take_all(void)
{
	u32 port;

	while (ring_take(&ring, &port)) {
		CHECK(!(got & 1U << port));
		/* A publisher's own come in order. */
		CHECK(!(port & 1) || port == 3 || got & 1U << (port - 1));
		got |= 1U << port;
	}
}

/* As read() does it: on the queue, full barrier, look again, sleep. */
static void sleep_for(u32 wanted)
{
	while (got != wanted) {
		take_all();
		explore_queue();
		WRITE_ONCE(asleep, explore_self());
		smp_mb();
		if (got != wanted && !evtchn_ring_filled(&ring, ring.taker.pos))
			explore_sleep();
		WRITE_ONCE(asleep, -1);
	}
}

static void sleep_for_0_1_2(void)
{
	sleep_for(7);
}

static void end_with(u32 wanted)
{
	take_all();
	CHECK_EQ(got, wanted);
	ring_pass(&ring, 2 * SLOTS);
	ring_end(&ring);
}

static void end_4(void)
{
	end_with(15);
}

static void end_3(void)
{
	end_with(7);
}

static void end_2(void)
{
	end_with(4);
}

static void end_0_1_3(void)
{
	end_with(11);
}

/* Thread 0 publishes 0 and 1, thread 1 publishes 2 and 3. */
static void others_are_there(int rest)
{
	take_all();
	CHECK_EQ(got | (rest == 0 ? 3 : rest == 1 ? 12 : 0), 15);
}

#define ORDERS(name_, from_, ...)					\
	CASE_LIMIT(name_, ORDERS_LIMIT)					\
	{								\
		static const struct scenario scenario = {		\
			.begin = begin, __VA_ARGS__ };			\
									\
		from = (from_);						\
		explore(&scenario);					\
	}

/* Positions wrap at once; tags wrap at once. */
static const struct origin wrap = { 0xfffffffe, 0 }, old = { 11, 0xfffffffe };

ORDERS(orders_of_two_publishers, &wrap,
	.thread = { publish_0_1, publish_2_3 }, .always = prod_keeps_its_word,
	.all_but = others_are_there, .end = end_4, .preemptions = 4)

ORDERS(orders_of_two_publishers_tag_wraps, &old,
	.thread = { publish_0_1, publish_2_3 }, .always = prod_keeps_its_word,
	.all_but = others_are_there, .end = end_4, .preemptions = 4)

ORDERS(orders_of_three_publishers, &wrap,
	.thread = { publish_0_1, publish_2, publish_3 },
	.always = prod_keeps_its_word, .end = end_4, .preemptions = 3)

ORDERS(orders_of_two_publishers_and_a_grower, &wrap,
	.thread = { publish_0_1, publish_2_3, grow },
	.always = prod_keeps_its_word,
	.all_but = others_are_there, .end = end_4, .preemptions = 2)

ORDERS(orders_of_two_publishers_and_a_grower_tag_wraps, &old,
	.thread = { publish_0_1, publish_2_3, grow },
	.always = prod_keeps_its_word,
	.all_but = others_are_there, .end = end_4, .preemptions = 2)

ORDERS(orders_of_publishers_and_two_grows, &wrap,
	.thread = { publish_0_1, grow_twice, publish_3 },
	.always = prod_keeps_its_word, .end = end_0_1_3, .preemptions = 2)

ORDERS(orders_of_a_publisher_and_a_grower_preempted_more, &wrap,
	.thread = { publish_2, grow }, .always = prod_keeps_its_word,
	.end = end_2, .preemptions = 6)

/* A process that attaches reads prod, then the generation. */
ORDERS(orders_of_generation_and_prod, &wrap,
	.thread = { publish_0_1, grow_twice, publish_2 },
	.always = generation_keeps_up, .end = end_3, .preemptions = 2)

ORDERS(orders_of_a_sleeper_and_publishers, &wrap,
	.thread = { publish_0_1, publish_2, sleep_for_0_1_2 },
	.always = prod_keeps_its_word, .end = end_3, .preemptions = 2)

ORDERS(orders_of_a_sleeper_and_a_grower, &wrap,
	.thread = { publish_0_1, grow, sleep_for_0_1_2, publish_2 },
	.always = prod_keeps_its_word, .end = end_3, .preemptions = 2)

ORDERS(orders_of_a_sleeper_and_a_grower_tag_wraps, &old,
	.thread = { publish_0_1, grow, sleep_for_0_1_2, publish_2 },
	.always = prod_keeps_its_word, .end = end_3, .preemptions = 2)
