/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events of one file on three vCPUs, and what each took from its notify until
 * it was taken. A port is fired again only when it was given back: each event
 * is counted, and those of a port cannot change places.
 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <pthread.h>

#include "way.h"

#define TRAFFIC_PORTS	12
#define TRAFFIC_VICTIM	TRAFFIC_PORTS	/* one more, on the vCPU that stops */
#define TRAFFIC_SENDERS	2
#define TRAFFIC_SAMPLES	(1U << 17)

struct sample {
	double sent, taken;	/* seconds */
	uint32_t port;
};

/*
 * Of the events that were sent while somebody looked; in milliseconds. Of each
 * port there were @least of them or more.
 */
struct figures {
	uint32_t n, least, sleeps;
	double p50, p99, worst;
};

/**
 * struct traffic - a consumer, its ports and their senders
 * @sent: by port; its sender writes it
 * @got: by port; the consumer writes it, after it gave the port back
 * @stamp: by port: when its last event was sent
 * @sample: in the order taken
 * @wrong: events of no port of ours, or that nobody had sent
 * @parked: by sender: it sends nothing
 */
struct traffic {
	const struct way *way;
	struct bundle ports;
	struct taker taker;
	uint64_t sent[TRAFFIC_PORTS + 1], got[TRAFFIC_PORTS + 1];
	double stamp[TRAFFIC_PORTS + 1];
	struct sample sample[TRAFFIC_SAMPLES];
	uint32_t samples, wrong, next_sender;
	bool ready, running, parked[TRAFFIC_SENDERS];
	pid_t consumer;
};

void traffic_open(struct traffic *t, const struct way *way);
/* Binds ports that stay silent until one more would make the ring grow. */
void traffic_fill_ring(struct traffic *t);
void traffic_fire(struct traffic *t, uint32_t port);
bool traffic_is_taken(struct traffic *t, uint32_t port);
/* Nothing is sent, everything was taken, and the consumer sleeps. */
void traffic_quiet(struct traffic *t);

/* Sends, and goes on sending, for so long. What was seen, once it is quiet. */
struct window {
	double from, to;
	uint64_t sleeps;
};

struct window traffic_watch(struct traffic *t, double length);
struct figures traffic_figures(struct traffic *t, const struct window *w);

#endif
