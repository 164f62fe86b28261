// SPDX-License-Identifier: GPL-2.0
/*
 * The lost wake-up: 12 ports on one file, a consumer that goes to sleep
 * whenever there is nothing, two threads that notify whatever was handled.
 * Events that wait while it sleeps on will wait for ever: each later one finds
 * a ring that is not empty.
 *
 * EVT_SECONDS says for how long (20).
 */
#include "flow.h"

#define PORTS	12
#define SENDERS	2

static struct flow flow;

static void survive(const struct way *way)
{
	double stalled;
	uint64_t got;

	flow_start(&flow, way, PORTS, SENDERS, 0);
	stalled = flow_watch(&flow, setting("EVT_SECONDS", 20));
	got = flow_got(&flow);
	tap_note("%s: %llu events, %llu sleeps", way->name,
		 (unsigned long long)got, (unsigned long long)flow.taker.sleeps);
	if (stalled >= 0)
		tap_fail(__FILE__, __LINE__,
			 "stalled after %.1f s: %llu events, %llu pending, consumer sleeps",
			 stalled, (unsigned long long)got,
			 (unsigned long long)(flow_sent(&flow) - got));
	CHECK_EQ(flow.wrong, 0);
	CHECK_GE(got, 100);
}

CASE_LIMIT(wake_read, 900) { survive(&way_read); }
CASE_LIMIT(wake_poll, 900) { survive(&way_poll); }
CASE_LIMIT(wake_epoll_edge, 900) { survive(&way_epoll); }
CASE_LIMIT(wake_sigio, 900) { survive(&way_sigio); }
CASE_LIMIT(wake_mapped, 900) { survive(&way_mapped); }
