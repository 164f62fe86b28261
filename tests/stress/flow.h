/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Several threads notify, one thread consumes, and somebody counts: a port is
 * fired again only when its last event was handled, so no two melt into one
 * and at the end every one must have come exactly once.
 */
#ifndef FLOW_H
#define FLOW_H

#include <pthread.h>

#include "way.h"

#define FLOW_SENDERS_MAX 8

/**
 * struct flow - a flow of events
 * @limit: how many may be sent; 0 for no limit
 * @sent: by port's index; its sender writes it
 * @got: by port's index; the consumer writes it, after it gave the port back
 * @index: of a port, plus one
 * @total: of @got; the consumer writes it
 * @ready: the consumer is; it says so
 * @wrong: events of no port of ours, or that came twice
 */
struct flow {
	const struct way *way;
	struct bundle ports;
	uint32_t senders;
	uint64_t limit;

	uint64_t sent[BUNDLE_MAX], got[BUNDLE_MAX];
	uint32_t index[EVT_NR_CHANNELS];
	uint64_t total, wrong;
	struct taker taker;
	pthread_t consumer, sender[FLOW_SENDERS_MAX];
	uint32_t next_sender;
	bool ready, over;
};

void flow_start(struct flow *f, const struct way *way, uint32_t ports,
		uint32_t senders, uint64_t limit);
uint64_t flow_sent(struct flow *f);
uint64_t flow_got(struct flow *f);
void flow_stop(struct flow *f);

/*
 * Watches until events come when @seconds are over, or the limit is reached.
 * The seconds it lived if it then stood still for ever, or a negative number.
 */
double flow_watch(struct flow *f, double seconds);

#endif
