// SPDX-License-Identifier: GPL-2.0
/*
 * Sender and receiver at the same time, on different CPUs.  A port is sent to
 * again as soon as its last event was taken.
 */
#include <pthread.h>
#include <sched.h>
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

	run_on_cpu(environment.vcpus - 1);
	while (!__atomic_load_n(&l->over, __ATOMIC_ACQUIRE) && sweep(l, me->first))
		sched_yield();
	return NULL;
}

/* Events a second, of each of so many parts of the stream. */
#define PARTS	10

/* Until all is there, or nothing came for a long time. */
static void receive(struct live *l, struct sample *rate)
{
	struct stream *s = &l->s;
	uint64_t last = now(), began = last, part = l->limit / PARTS, at = 0;

	while (s->total_got < l->limit) {
		if (s->way->take(s, l->batch)) {
			last = now();
			if (s->total_got - at < part)
				continue;
			sample_add(rate, (s->total_got - at) * 1e9 / (last - began));
			at = s->total_got;
			began = last;
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

static void run_live(const struct benchmark *b, unsigned int value)
{
	struct result r = result_of(b, value);
	static struct live l;
	struct sender sender[2];

	memset(&l, 0, sizeof(l));
	l.batch = 64;
	l.senders = 1;
	stream_open(&l.s, b->data, 512);
	/* What binding delivered is no part of the stream. */
	l.s.total_got = 0;
	l.limit = opt_events;
	run_on_cpu(0);
	start(&l, sender);
	receive(&l, &r.sample);
	join(&l, sender);
	run_on_any_cpu();
	r.metric = "events_per_second";
	r.unit = "1/s";
	r.higher = true;
	r.counts.events = l.s.total_got;
	r.counts.drops = stream_lost(&l.s);
	r.counts.duplicates = l.s.duplicated + l.s.foreign;
	publish(&r);
	stream_close(&l.s);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_CPUS)

const struct benchmark bench_live[] = {
	{ .name = "live/lib", .text = "sender and receiver on two CPUs: libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB, .run = run_live, .data = &way_lib },
	{ .name = "live/batch", .text = "... read() and write() of up to 64 ports",
	  .needs = NEEDS, .run = run_live, .data = &way_batch },
	{ .name = "live/mapped", .text = "... mapped ring, up to 64 events at a time",
	  .needs = NEEDS | NEEDS_RING, .run = run_live, .data = &way_mapped },
	{ 0 }
};
