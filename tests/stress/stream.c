// SPDX-License-Identifier: GPL-2.0
/*
 * Nothing lost, nothing twice: EVT_EVENTS notifies (1,000,000) over 512 ports,
 * each carried to user space exactly once.
 */
#include "flow.h"

#define PORTS	512
#define SENDERS	3

static struct flow flow;

static void stream(const struct way *way)
{
	uint64_t events = setting("EVT_EVENTS", 1000000);
	double begin, stalled, took;
	uint32_t i;

	flow_start(&flow, way, PORTS, SENDERS, events);
	begin = seconds();
	stalled = flow_watch(&flow, 0);
	took = seconds() - begin;
	if (stalled >= 0)
		tap_fail(__FILE__, __LINE__, "stalled after %.1f s: %llu of %llu",
			 stalled, (unsigned long long)flow_got(&flow),
			 (unsigned long long)flow_sent(&flow));
	flow_stop(&flow);
	usleep(200000);		/* one too many would come now */
	tap_note("stream %s: %llu events, %.0f/s, %llu sleeps", way->name,
		 (unsigned long long)flow_got(&flow), flow_got(&flow) / took,
		 (unsigned long long)flow.taker.sleeps);
	CHECK_EQ(flow.wrong, 0);
	CHECK_EQ(flow_sent(&flow), flow.limit);
	for (i = 0; i < PORTS; i++)
		CHECK_EQ(flow.got[i], flow.sent[i]);
}

CASE_LIMIT(stream_read, 600) { stream(&way_read); }
CASE_LIMIT(stream_poll, 600) { stream(&way_poll); }
CASE_LIMIT(stream_mapped, 600) { stream(&way_mapped); }
