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

/* All that was sent has come, to the last one. */
static void account(void)
{
	uint64_t sent, got;
	uint32_t i;
	int tries;

	flow_stop(&flow);
	sent = flow_sent(&flow);
	for (tries = 0; tries < 200 && flow_got(&flow) < sent; tries++)
		usleep(50000);
	usleep(100000);		/* one too many would come now */
	got = flow_got(&flow);
	tap_note("%s: %llu sent, %llu events, %llu lost, %llu sleeps",
		 flow.way->name, (unsigned long long)sent,
		 (unsigned long long)got, (unsigned long long)(sent - got),
		 (unsigned long long)flow.taker.sleeps);
	CHECK_EQ(flow.wrong, 0);
	for (i = 0; i < flow.ports.n; i++)
		CHECK_EQ(flow.got[i], flow.sent[i]);
	CHECK_GE(got, 100);
}

static void survive(const struct way *way)
{
	double stalled;
	uint64_t got;

	flow_start(&flow, way, PORTS, SENDERS, 0);
	stalled = flow_watch(&flow, setting("EVT_SECONDS", 20));
	got = flow_got(&flow);
	if (stalled >= 0)
		tap_fail(__FILE__, __LINE__,
			 "stalled after %.1f s: %llu events, %llu pending, consumer sleeps",
			 stalled, (unsigned long long)got,
			 (unsigned long long)(flow_sent(&flow) - got));
	account();
}

CASE_LIMIT(wake_read, 900) { survive(&way_read); }
CASE_LIMIT(wake_poll, 900) { survive(&way_poll); }
CASE_LIMIT(wake_epoll_edge, 900) { survive(&way_epoll); }
CASE_LIMIT(wake_sigio, 900) { survive(&way_sigio); }
CASE_LIMIT(wake_mapped, 900) { survive(&way_mapped); }
