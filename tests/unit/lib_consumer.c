// SPDX-License-Identifier: GPL-2.0
/* The library's consumer: spans, laps, segments. */
#include "fake.h"

CASE(consumer_takes_one_by_one_over_many_laps)
{
	struct evtmmap *h = lib_open(0, 0);
	uint32_t i;

	for (i = 1; i < 5 * SLOTS; i++) {
		CHECK_EQ(evtmmap_next(h), 0);
		fake_publish(i);
		CHECK_EQ(evtmmap_next(h), i);
		CHECK_EQ(fake.consumer->cons, i);
	}
	evtmmap_close(h);
}

CASE(consumer_passes_the_end_of_positions)
{
	struct evtmmap *h = lib_open(0U - 100, 0);
	uint32_t i;

	for (i = 1; i < 3 * SLOTS; i++) {
		fake_publish(i);
		CHECK_EQ(evtmmap_next(h), i);
	}
	evtmmap_close(h);
}

CASE(consumer_spans_do_not_wrap)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open(7, 0);
	uint32_t i, round;

	for (round = 0; round < 20; round++) {
		for (i = 0; i < SLOTS - 5; i++)
			fake_publish(1 + i);
		CHECK_EQ(evtmmap_peek(h, &ev), SLOTS - 5);
		for (i = 0; i < SLOTS - 5; i++)
			CHECK_EQ(ev[i].port, 1 + i);
		CHECK_EQ(evtmmap_release(h, SLOTS - 5), 0);
	}
	CHECK_EQ(evtmmap_peek(h, &ev), 0);
	evtmmap_close(h);
}

CASE(consumer_spans_may_fill_the_ring)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open(3, 0);
	uint32_t i;

	for (i = 0; i < SLOTS; i++)
		fake_publish(1 + i);
	CHECK_EQ(evtmmap_peek(h, &ev), SLOTS);
	CHECK_EQ(ev[SLOTS - 1].port, SLOTS);
	CHECK_EQ(evtmmap_overrun(h), 0);
	evtmmap_close(h);
}

CASE(consumer_sees_a_slot_before_prod_moves)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open(0, 0);

	fake_fill(0, 42);
	CHECK_EQ(evtmmap_wait(h, 0), 1);
	CHECK_EQ(evtmmap_peek(h, &ev), 1);
	CHECK_EQ(evtmmap_next(h), 42);
	evtmmap_close(h);
}

CASE(consumer_releases_part_of_a_span)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open(0, 0);

	CHECK_EQ(evtmmap_release(h, 0), 0);
	CHECK_EQ(evtmmap_release(h, 1), -EINVAL);
	fake_publish(1);
	fake_publish(2);
	fake_publish(3);
	CHECK_EQ(evtmmap_peek(h, &ev), 3);
	CHECK_EQ(evtmmap_release(h, 4), -EINVAL);
	CHECK_EQ(evtmmap_release(h, UINT32_MAX), -EINVAL);
	CHECK_EQ(evtmmap_release(h, 1), 0);
	CHECK_EQ(evtmmap_next(h), 2);
	CHECK_EQ(evtmmap_release(h, 2), -EINVAL);
	CHECK_EQ(evtmmap_next(h), 3);
	CHECK_EQ(evtmmap_release(h, 1), -EINVAL);
	CHECK_EQ(fake.consumer->cons, 3);
	evtmmap_close(h);
}

CASE(consumer_skips_the_dead)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open(0, 0);
	static const uint32_t ports[] = {
		EVTMMAP_PORT_DEAD, EVTMMAP_PORT_DEAD, 5, 6, EVTMMAP_PORT_DEAD,
		7, EVTMMAP_PORT_SPECIAL, EVTMMAP_PORT_DEAD,
	};
	unsigned int i;

	for (i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		fake_publish(ports[i]);
	CHECK_EQ(evtmmap_peek(h, &ev), 2);
	CHECK_EQ(ev[0].port, 5);
	CHECK_EQ(evtmmap_release(h, 2), 0);
	CHECK_EQ(evtmmap_next(h), 7);
	CHECK_EQ(evtmmap_wait(h, 0), 0);
	CHECK_EQ(fake.consumer->cons, 8);
	evtmmap_close(h);
}

CASE(consumer_follows_closed)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open(9, 0);
	uint32_t i;

	fake_publish(1);
	fake_publish(2);
	fake_grow(2 * SLOTS);
	fake_grow(4 * SLOTS);
	for (i = 0; i < 1500; i++)
		fake_publish(3 + i);
	CHECK_EQ(evtmmap_peek(h, &ev), 2);
	fake_grow(8 * SLOTS);
	/* The span is still there, whatever the ring does meanwhile. */
	CHECK_EQ(ev[1].port, 2);
	CHECK_EQ(evtmmap_release(h, 2), 0);
	for (i = 0; i < 1500; i++)
		CHECK_EQ(evtmmap_next(h), 3 + i);
	CHECK_EQ(evtmmap_next(h), 0);
	CHECK_EQ(fake.consumer->cons, fake.base);
	evtmmap_close(h);
}

CASE(consumer_grows_for_longer_than_the_table)
{
	struct evtmmap *h = lib_open(0, 0);
	uint32_t i;

	for (i = 1; i < 3 * EVTMMAP_SEGMENTS; i++) {
		fake_publish(i);
		fake_grow(SLOTS);
		CHECK_EQ(evtmmap_next(h), i);
	}
	evtmmap_close(h);
}
