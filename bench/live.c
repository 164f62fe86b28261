// SPDX-License-Identifier: GPL-2.0
/*
 * Sender and receiver at the same time, on different CPUs.  A port is sent to
 * again as soon as its last event was taken.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench.h"

#define SILENCE_NS	5000000000ULL

struct live {
	struct stream s;
	uint64_t limit;			/* events, over all senders */
	unsigned int batch, senders;
	uint64_t sent;			/* claimed by senders */
	bool over;
};

struct sender {
	struct live *l;
	unsigned int first;
	pthread_t thread;
};

/* Sends to those of its ports that owe nothing. */
static bool sweep(struct live *l, unsigned int first)
{
	struct stream *s = &l->s;
	unsigned int i;

	for (i = first; i < s->n; i += l->senders) {
		if (__atomic_load_n(&s->got[i], __ATOMIC_ACQUIRE) != s->sent[i])
			continue;
		if (__atomic_fetch_add(&l->sent, 1, __ATOMIC_RELAXED) >= l->limit) {
			__atomic_fetch_sub(&l->sent, 1, __ATOMIC_RELAXED);
			return false;
		}
		__atomic_store_n(&s->sent[i], s->sent[i] + 1, __ATOMIC_RELEASE);
		evtchn_notify(s->tx, s->peer[i]);
	}
	return true;
}

static void *send_all(void *arg)
{
	struct sender *me = arg;
	struct live *l = me->l;

	while (!__atomic_load_n(&l->over, __ATOMIC_ACQUIRE) && sweep(l, me->first))
		sched_yield();
	return NULL;
}

/* Until all is there, or nothing came for a long time. */
static void receive(struct live *l)
{
	struct stream *s = &l->s;
	uint64_t last = now();

	while (s->total_got < l->limit) {
		if (s->way->take(s, l->batch)) {
			last = now();
			continue;
		}
		if (now() - last > SILENCE_NS)
			break;
		s->way->wait(s, 1000);
	}
	__atomic_store_n(&l->over, true, __ATOMIC_RELEASE);
}

static void start(struct live *l, struct sender *sender)
{
	unsigned int i;

	for (i = 0; i < l->senders; i++) {
		sender[i].l = l;
		sender[i].first = i;
		if (pthread_create(&sender[i].thread, NULL, send_all, &sender[i]))
			die("pthread_create");
	}
}

static void join(struct live *l, struct sender *sender)
{
	unsigned int i;

	for (i = 0; i < l->senders; i++)
		pthread_join(sender[i].thread, NULL);
}

static void say(const struct way *w, const char *what, double value,
		const char *text)
{
	char key[32];

	snprintf(key, sizeof(key), "live_%s_%s", w->key, what);
	figure(key, value, "%s", text);
}

static void live_way(const struct way *w, uint64_t events)
{
	static struct live l;
	struct sender sender[2];
	bool has;

	memset(&l, 0, sizeof(l));
	l.batch = 64;
	l.senders = 1;
	has = stream_open(&l.s, w, 512);
	if (has) {
		/* What binding delivered is no part of the stream. */
		l.s.total_got = 0;
		l.limit = events;
		start(&l, sender);
		receive(&l);
		join(&l, sender);
	}
	title(w->title);
	say(w, "sent", has ? l.sent : NA, "events sent, 512 ports");
	say(w, "received", has ? l.s.total_got : NA, "received");
	say(w, "lost", has ? stream_lost(&l.s) : NA, "lost");
	say(w, "duplicated", has ? l.s.duplicated + l.s.foreign : NA, "duplicated");
	if (has)
		stream_close(&l.s);
}

void bench_live(void)
{
	live_way(&way_lib, opt_events);
	live_way(&way_batch, opt_events);
	live_way(&way_mapped, opt_events);
}
