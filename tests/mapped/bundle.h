/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Many ports between two files: a NOTIFY of a[i] on tx is an event of b[i] on
 * rx.
 */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <fcntl.h>
#include <stdint.h>
#include <time.h>

#include "consumer.h"
#include "loop.h"
#include "tolerate.h"

#define BUNDLE_MAX 2048

struct bundle {
	int tx, rx;
	uint32_t n;
	uint32_t a[BUNDLE_MAX], b[BUNDLE_MAX];
};

static inline double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* One pair more. Its one immediate event is left to be taken. */
static inline void bundle_add(struct bundle *s)
{
	struct loop l = loop_bind(s->tx, s->rx);

	CHECK(s->n < BUNDLE_MAX);
	s->a[s->n] = l.a;
	s->b[s->n++] = l.b;
}

/*
 * The event of the last pair's being connected. The one before may come again:
 * see evt_settle().
 */
static inline void bundle_settle_last(struct bundle *s)
{
	uint32_t last = s->b[s->n - 1], port = evt_take(s->rx);

	if (port != last && s->n > 1) {
		CHECK_EQ(port, s->b[s->n - 2]);
		evt_unmask(s->rx, port);
		tolerate(TOLERATE_BIND_AGAIN, 1);
		port = evt_take(s->rx);
	}
	CHECK_EQ(port, last);
	evt_unmask(s->rx, port);
}

/* All bound, quiet and armed; rx is still a classic file, O_NONBLOCK. */
static inline void bundle_open(struct bundle *s, uint32_t n)
{
	uint32_t i;

	s->tx = evt_open(O_NONBLOCK);
	s->rx = evt_open(O_NONBLOCK);
	s->n = 0;
	while (s->n < n) {
		bundle_add(s);
		bundle_settle_last(s);
	}
	evt_settle(s->rx, s->b[n - 1]);
	for (i = 0; i < n; i++)
		CHECK_NE(s->a[i], s->b[i]);
}

static inline void bundle_close(struct bundle *s)
{
	close(s->tx);
	close(s->rx);
}

static inline void bundle_fire(struct bundle *s, uint32_t i)
{
	CHECK_OK(evt_notify(s->tx, s->a[i]));
}

static inline void bundle_fire_all(struct bundle *s)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		bundle_fire(s, i);
}

/* Until all up to this position is in the ring. */
static inline void ring_reaches(const struct evtmmap_header *header, uint32_t pos)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while ((int32_t)(load_acquire(&header->prod) - pos) < 0) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "prod is %u, wanted %u",
				 load_acquire(&header->prod), pos);
		usleep(500);
	}
}

static inline void bundle_rearm_all(struct bundle *s)
{
	uint32_t i, n;

	for (i = 0; i < s->n; i += n) {
		n = s->n - i < 512 ? s->n - i : 512;
		CHECK_EQ(write(s->rx, s->b + i, n * 4), n * 4);
	}
}

static inline int bundle_index(const struct bundle *s, uint32_t port)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (s->b[i] == port)
			return i;
	tap_fail(__FILE__, __LINE__, "port %u is not one of ours", port);
}

/* Takes the next event, which has to come. */
static inline uint32_t mapped_take(struct consumer *c)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	uint32_t port;

	while (!consumer_take(c, &port)) {
		CHECK(!c->overrun);
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "no event in the mapped ring");
		consumer_sleep(c, 1000);
	}
	return port;
}

static inline void mapped_expect(struct consumer *c, uint32_t port)
{
	CHECK_EQ(mapped_take(c), port);
}

/* Nothing there, nothing comes. */
static inline void mapped_silent(struct consumer *c)
{
	uint32_t port;

	usleep(EVT_QUIET_MS * 1000);
	if (consumer_take(c, &port))
		tap_fail(__FILE__, __LINE__, "port %u was taken, wanted none", port);
	CHECK(!c->overrun);
}

/* Takes one event of every port, in any order, and no other. */
static inline void mapped_take_each(struct consumer *c, struct bundle *s)
{
	uint8_t seen[BUNDLE_MAX] = { 0 };
	uint32_t i;

	for (i = 0; i < s->n; i++)
		CHECK_EQ(seen[bundle_index(s, mapped_take(c))]++, 0);
	mapped_silent(c);
}

/* Ports just bound, armed after their first event: it may come again. */
static inline void mapped_settle(struct consumer *c, struct bundle *s)
{
	uint8_t seen[BUNDLE_MAX] = { 0 };
	uint32_t port;

	for (;;) {
		usleep(EVT_SETTLE_MS * 1000);
		if (!consumer_take(c, &port))
			return;
		CHECK_EQ(seen[bundle_index(s, port)]++, 0);
		evt_unmask(s->rx, port);
		tolerate(TOLERATE_BIND_AGAIN, 1);
	}
}

/* Every port is armed: fires each, takes each, gives each back. */
static inline void mapped_all_alive(struct consumer *c, struct bundle *s)
{
	bundle_fire_all(s);
	mapped_take_each(c, s);
	bundle_rearm_all(s);
}

#endif
