// SPDX-License-Identifier: GPL-2.0
#include <sched.h>
#include <sys/sysinfo.h>

#include "flow.h"

#define BATCH		64
#define IDLE_ROUNDS	20
#define STILL_ROUNDS	1000

/*
 * Silence that makes us look twice, and silence that is for ever, in ticks of
 * 50 ms. On a crowded machine an emulated CPU may well be away for seconds; if
 * all are, that is one tick.
 */
#define TICK_US	50000
#define STALL	(3 * 1000000 / TICK_US)
#define FOR_EVER (10 * 1000000 / TICK_US)

static void pin(uint32_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % get_nprocs(), &set);
	CHECK_OK(sched_setaffinity(0, sizeof(set), &set));
}

static void book(struct flow *f, uint32_t port)
{
	uint32_t i = port < EVT_NR_CHANNELS ? f->index[port] : 0;

	if (!i-- || f->got[i] >= __atomic_load_n(&f->sent[i], __ATOMIC_ACQUIRE)) {
		__atomic_add_fetch(&f->wrong, 1, __ATOMIC_RELAXED);
		return;
	}
	__atomic_store_n(&f->got[i], f->got[i] + 1, __ATOMIC_RELEASE);
	__atomic_store_n(&f->total, f->total + 1, __ATOMIC_RELEASE);
}

static void *consume(void *arg)
{
	struct flow *f = arg;
	uint32_t ports[BATCH], n, i;

	pin(0);
	f->way->open(&f->taker);
	__atomic_store_n(&f->ready, true, __ATOMIC_RELEASE);
	for (;;) {
		f->way->wait(&f->taker);
		while ((n = f->way->take(&f->taker, ports, BATCH))) {
			f->way->done(&f->taker, ports, n);
			for (i = 0; i < n; i++)
				book(f, ports[i]);
			if (f->way == &way_poll)
				break;
		}
	}
	return NULL;
}

/* Each sender has ports of its own: every n-th. */
static void *send_all(void *arg)
{
	struct flow *f = arg;
	uint32_t me = __atomic_fetch_add(&f->next_sender, 1, __ATOMIC_RELAXED);
	uint64_t left = f->limit / f->senders;
	uint32_t i, fired, idle = 0;

	pin(1 + me);
	while (!__atomic_load_n(&f->over, __ATOMIC_ACQUIRE)) {
		fired = 0;
		for (i = me; i < f->ports.n; i += f->senders) {
			if (__atomic_load_n(&f->got[i], __ATOMIC_ACQUIRE) != f->sent[i])
				continue;
			if (f->limit && !left--)
				return NULL;
			__atomic_store_n(&f->sent[i], f->sent[i] + 1, __ATOMIC_RELEASE);
			bundle_fire(&f->ports, i);
			fired++;
		}
		/* An emulated CPU that spins is one that another does not get. */
		idle = fired ? 0 : idle + 1;
		if (idle > IDLE_ROUNDS)
			usleep(idle > STILL_ROUNDS ? 10000 : 100);
		else if (idle)
			sched_yield();
	}
	return NULL;
}

void flow_start(struct flow *f, const struct way *way, uint32_t ports,
		uint32_t senders, uint64_t limit)
{
	uint32_t i;

	f->way = way;
	f->senders = senders;
	/* The same for each sender, and no fewer than asked for. */
	f->limit = (limit + senders - 1) / senders * senders;
	bundle_open(&f->ports, ports);
	for (i = 0; i < ports; i++)
		f->index[f->ports.b[i]] = i + 1;
	f->taker.fd = f->ports.rx;
	CHECK_EQ(pthread_create(&f->consumer, NULL, consume, f), 0);
	/* An event before its consumer asked for signals gives none. */
	while (!__atomic_load_n(&f->ready, __ATOMIC_ACQUIRE))
		usleep(1000);
	for (i = 0; i < senders; i++)
		CHECK_EQ(pthread_create(&f->sender[i], NULL, send_all, f), 0);
}

uint64_t flow_sent(struct flow *f)
{
	uint64_t n = 0;
	uint32_t i;

	for (i = 0; i < f->ports.n; i++)
		n += __atomic_load_n(&f->sent[i], __ATOMIC_ACQUIRE);
	return n;
}

uint64_t flow_got(struct flow *f)
{
	return __atomic_load_n(&f->total, __ATOMIC_ACQUIRE);
}

/* The consumer is asleep by then, or blocked: the case's end takes it along. */
void flow_stop(struct flow *f)
{
	uint32_t i;

	__atomic_store_n(&f->over, true, __ATOMIC_RELEASE);
	for (i = 0; i < f->senders; i++)
		pthread_join(f->sender[i], NULL);
}

double flow_watch(struct flow *f, double limit)
{
	double begin = seconds(), last = begin, now;
	uint64_t seen = 0, got;
	int silent;

	for (silent = 0;; silent++) {
		usleep(TICK_US);
		now = seconds();
		got = flow_got(f);
		if (got != seen) {
			seen = got;
			last = now;
			silent = 0;
		}
		/* Silence that began before the end is looked at to its own. */
		if (!silent && (f->limit ? got >= f->limit : now - begin > limit))
			return -1;
		if (silent == STALL && flow_sent(f) > got)
			tap_note("%s: silent for %.0f s after %.1f s, %llu pending",
				 f->way->name, now - last, last - begin,
				 (unsigned long long)(flow_sent(f) - got));
		if (silent > FOR_EVER)
			return last - begin;
	}
}
