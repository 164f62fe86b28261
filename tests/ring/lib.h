/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the tests of libevtmmap: they run on any driver. EVTMMAP_TEST_FLAGS in
 * the environment is or'ed into the options of every open.
 */
#ifndef TEST_LIB_H
#define TEST_LIB_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "evtchn_abi.h"
#include "evtmmap.h"
#include "tap.h"
#include "tolerate.h"

#define MS		(1000 * 1000LL)
#define LONG_TIME	((long long)(8000 * MS * tap_factor))
#define SHORT_TIME	(80 * MS)
#define SETTLE_TIME	(20 * MS)

struct lib_pair {
	int a;		/* notify this one */
	int b;		/* and this one fires */
};

static inline long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 * MS + ts.tv_nsec;
}

static inline unsigned int lib_flags(void)
{
	return strtoul(getenv("EVTMMAP_TEST_FLAGS") ?: "0", NULL, 0);
}

static inline struct evtmmap *lib_open(void)
{
	struct evtmmap_options o = { .size = sizeof(o), .flags = lib_flags() };
	struct evtmmap *h;

	CHECK_EQ(evtmmap_open(&h, &o), 0);
	return h;
}

static inline struct evtmmap *lib_adopt(int fd)
{
	struct evtmmap_options o = {
		.size = sizeof(o),
		.flags = lib_flags() | EVTMMAP_OPT_ADOPT_FD,
		.fd = fd,
	};
	struct evtmmap *h;

	CHECK_EQ(evtmmap_open(&h, &o), 0);
	return h;
}

static inline void lib_need_ring(struct evtmmap *h)
{
	if (!evtmmap_is_mapped(h))
		SKIP("not applicable: the ring is not mapped");
}

static inline int lib_take(struct evtmmap *h)
{
	CHECK_EQ(evtmmap_wait(h, LONG_TIME), 1);
	return evtmmap_next(h);
}

static inline void lib_expect(struct evtmmap *h, int port)
{
	CHECK_EQ(lib_take(h), port);
}

static inline void lib_silent(struct evtmmap *h)
{
	CHECK_EQ(evtmmap_wait(h, SHORT_TIME), 0);
	CHECK_EQ(evtmmap_next(h), 0);
}

/* The event that comes with a bind is still to be taken. */
static inline struct lib_pair lib_bind(struct evtmmap *h)
{
	struct lib_pair p;

	p.a = evtmmap_bind_unbound(h, 0);
	CHECK_GE(p.a, 1);
	p.b = evtmmap_bind_interdomain(h, 0, p.a);
	CHECK_GE(p.b, 1);
	return p;
}

/* Both ends armed and silent. */
static inline struct lib_pair lib_bind_quietly(struct evtmmap *h)
{
	struct lib_pair p = lib_bind(h);
	int again;

	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	usleep(SETTLE_TIME / 1000);
	again = evtmmap_next(h);
	if (again) {
		CHECK_EQ(again, p.b);
		CHECK_EQ(evtmmap_rearm(h, p.b), 0);
		tolerate(TOLERATE_BIND_AGAIN, 1);
	}
	return p;
}

#endif
