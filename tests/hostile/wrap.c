// SPDX-License-Identifier: GPL-2.0
/*
 * Positions wrap at 2^32, and change their sign at 2^31: a busy consumer gets
 * there in an hour. These rings begin shortly before.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "frame.h"

#define NEAR_THE_END	0xffffff80U	/* that is -128 */
#define NEAR_THE_SIGN	0x7fffff80U
#define PAST		1000		/* events; far beyond, and once round */

static bool is_past(uint32_t first_pos)
{
	return ring.pos - first_pos > PAST;
}

HOSTILE_AT(events_past_the_end, NEAR_THE_END)
{
	while (going() || !is_past(NEAR_THE_END))
		flow();
	CHECK_EQ(ring.header->flags, 0);
	CHECK_EQ(ring.header->overruns, 0);
}

HOSTILE_AT(events_past_the_sign, NEAR_THE_SIGN)
{
	while (going() || !is_past(NEAR_THE_SIGN))
		flow();
	CHECK_EQ(ring.header->flags, 0);
	CHECK_EQ(ring.header->overruns, 0);
}

static void fire_one(void *arg)
{
	(void)arg;
	bundle_fire(&mine, 0);
	usleep(500);
}

/* Each sleep is ended by an event at or past the place it waits for. */
static void sleeps_and_wakes(uint32_t first_pos)
{
	meanwhile(fire_one, NULL);
	while (going() || ring.pos - first_pos < 300) {
		CHECK(consumer_sleep(&ring, EVT_WAIT_MS));
		mapped_expect(&ring, mine.b[0]);
		evt_unmask(mine.rx, mine.b[0]);
	}
	end_threads();
	CHECK_EQ(ring.header->flags, 0);
}

HOSTILE_AT(sleeps_past_the_end, NEAR_THE_END)
{
	sleeps_and_wakes(NEAR_THE_END);
}

HOSTILE_AT(sleeps_past_the_sign, NEAR_THE_SIGN)
{
	sleeps_and_wakes(NEAR_THE_SIGN);
}

HOSTILE_AT(cons_at_random_past_the_end, NEAR_THE_END)
{
	while (going() || !is_past(NEAR_THE_END)) {
		store(&ring.page->cons, ring.pos + (random() & 511) - 256);
		store(&ring.page->wake, ring.pos + (random() & 511) - 256);
		store(&ring.page->flags, random() & 1);
		flow_silently();
	}
}

HOSTILE_AT(maps_again_past_the_end, NEAR_THE_END)
{
	uint32_t pos;

	while (going() || ring.pos - NEAR_THE_END < 300) {
		flow();
		pos = ring.pos;
		bundle_fire_all(&mine);
		consumer_close(&ring);
		ring = consumer_open(mine.rx);
		CHECK_EQ(ring.pos, pos);
		for (pos = 0; pos < mine.n; pos++)
			bundle_index(&mine, mapped_take(&ring));
		bundle_rearm_all(&mine);
	}
}

/* A fresh segment each time, one of them with its base at 0 or just past it. */
HOSTILE_AT(resyncs_past_the_end, NEAR_THE_END)
{
	while (going() || ring.pos - NEAR_THE_END < 200) {
		CHECK_OK(ioctl(mine.rx, EVTMMAP_IOC_RESYNC));
		consumer_seek(&ring);
		flow();
	}
}

/* CLOSED at the last position of all, and entries on both sides of it. */
HOSTILE_AT(grows_past_the_end, NEAR_THE_END)
{
	uint32_t i, taken = 0, port, before = ring.header->generation;

	while (ring.pos < 0U - 2 * mine.n && ring.pos >= NEAR_THE_END)
		flow();
	while (load_acquire(&ring.header->generation) == before && mine.n < 400) {
		bundle_add(&mine);
		if (mine.n % 16 == 0)
			bundle_fire(&mine, mine.n / 32);
	}
	CHECK_GE(ring.header->generation, before + 1);
	for (i = 0; i < mine.n; i++)
		bundle_fire(&mine, i);
	ring_reaches(ring.header, ring.pos + mine.n - HOSTILE_PORTS);
	while (consumer_take(&ring, &port)) {
		bundle_index(&mine, port);
		evt_unmask(mine.rx, port);
		taken++;
	}
	tap_note("%u ports, %u taken, now at %u", mine.n, taken, ring.pos);
	CHECK_GE(taken, mine.n - HOSTILE_PORTS);
	CHECK_LE(ring.pos, NEAR_THE_END - 1);
	settle();
}

HOSTILE_AT(unbinds_past_the_end, NEAR_THE_END)
{
	struct loop l;
	uint32_t port;

	while (going() || ring.pos - NEAR_THE_END < 300) {
		l = loop_bind(mine.tx, mine.rx);
		ring_reaches(ring.header, ring.pos + 1);
		bundle_fire(&mine, 0);
		ring_reaches(ring.header, ring.pos + 2);
		CHECK_OK(evt_unbind(mine.rx, l.b));
		CHECK_OK(evt_unbind(mine.tx, l.a));
		/* Its entry is dead, and skipped. */
		mapped_expect(&ring, mine.b[0]);
		CHECK(!consumer_peek(&ring, &port));
		evt_unmask(mine.rx, mine.b[0]);
	}
	CHECK_EQ(ring.header->flags, 0);
}

HOSTILE_AT(never_takes_past_the_end, NEAR_THE_END)
{
	uint32_t prod = ring.pos + mine.n;

	while (0U - ring.pos > mine.n / 2)
		flow();
	prod = ring.pos + mine.n;
	while (going())
		bundle_fire_all(&mine);
	CHECK_EQ(load_acquire(&ring.header->prod), prod);
	CHECK(evt_poll(mine.rx, 0) & POLLIN);
	mapped_take_each(&ring, &mine);
	CHECK_LE(ring.pos, mine.n);
}

HOSTILE_AT(overrun_past_the_end, NEAR_THE_END)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (load_acquire(&ring.header->prod) - ring.pos <= ring.nslots &&
	       seconds() < end) {
		bundle_fire_all(&mine);
		bundle_rearm_all(&mine);
	}
	CHECK(ring.header->flags & EVTMMAP_F_OVERRUN);
}

/* A classic file's ring is the same ring. */
static void classic_past(uint32_t first_pos)
{
	struct evtmmap_header *header;
	struct bundle s;
	uint32_t i;

	rings_begin_at(first_pos);
	bundle_open(&s, 4);
	rings_begin_at(0);
	header = map_header(s.rx);
	/* An event for each bind, or two (docs/design.md). */
	CHECK_GE(header->prod - first_pos, s.n);
	CHECK_LE(header->prod - first_pos, 2 * s.n);
	for (i = 0; going() || header->prod - first_pos < PAST; i++) {
		bundle_fire(&s, i % s.n);
		evt_cycle(s.rx, s.b[i % s.n]);
	}
	evt_silent(s.rx);
	bundle_close(&s);
}

HOSTILE_AT(classic_reader_past_the_end, NEAR_THE_END)
{
	classic_past(NEAR_THE_END);
}

HOSTILE_AT(classic_reader_past_the_sign, NEAR_THE_SIGN)
{
	classic_past(NEAR_THE_SIGN);
}

static volatile sig_atomic_t signals;

static void count_signal(int sig)
{
	(void)sig;
	signals++;
}

HOSTILE_AT(sigio_past_the_end, NEAR_THE_END)
{
	double end;
	int before;

	signal(SIGIO, count_signal);
	CHECK_OK(fcntl(mine.rx, F_SETOWN, getpid()));
	CHECK_OK(fcntl(mine.rx, F_SETFL, O_NONBLOCK | O_ASYNC));
	while (ring.pos - NEAR_THE_END < 300) {
		before = signals;
		flow();
		end = seconds() + EVT_WAIT_MS / 1000.0;
		while (signals == before && seconds() < end)
			usleep(100);
		CHECK_GE(signals, before + 1);
	}
	CHECK_OK(fcntl(mine.rx, F_SETFL, O_NONBLOCK));
}
