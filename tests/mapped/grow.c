// SPDX-License-Identifier: GPL-2.0
/*
 * Ports are bound until the ring has grown three times, while threads notify
 * and a consumer takes.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"

#define SENDERS		2
#define OLD_MAX		8

/*
 * @ready: ports that may be fired; counts[b] are by port number. A port is
 * fired again when its last event was given back, so none may melt into one.
 * @old: segments that the consumer went on from, as they were then
 */
static struct grow {
	struct bundle s;
	struct consumer c;
	uint32_t ready, sender;
	uint32_t sent[EVT_NR_CHANNELS], got[EVT_NR_CHANNELS];
	uint64_t total, twice;
	bool binding, over;
	struct old {
		const uint64_t *slots;
		uint64_t *copy;
		uint32_t nslots;
	} old[OLD_MAX];
	uint32_t olds;
} g;

static void keep_copy(const uint64_t *slots, uint32_t nslots)
{
	struct old *old = &g.old[g.olds++];

	CHECK(g.olds < OLD_MAX);
	*old = (struct old){ slots, malloc(nslots * sizeof(*slots)), nslots };
	CHECK(old->copy);
	memcpy(old->copy, slots, nslots * sizeof(*slots));
}

static void *consume(void *arg)
{
	const uint64_t *slots = g.c.slots;
	uint32_t nslots = g.c.nslots, port;

	for (;;) {
		bool any = consumer_take(&g.c, &port);

		if (g.c.slots != slots) {
			keep_copy(slots, nslots);
			slots = g.c.slots;
			nslots = g.c.nslots;
		}
		if (any) {
			evt_unmask(g.c.fd, port);
			/* Bound a moment ago, it may be taken before it is known. */
			__atomic_store_n(&g.got[port], g.got[port] + 1, __ATOMIC_RELEASE);
			g.total++;
		} else if (__atomic_load_n(&g.over, __ATOMIC_ACQUIRE)) {
			return arg;
		} else {
			consumer_sleep(&g.c, 100);
		}
	}
}

/* The first event may come twice (docs/design.md): one more than was sent. */
static void fire_if_handled(uint32_t i)
{
	uint32_t b = g.s.b[i], got = load_acquire(&g.got[b]);

	if (got > g.sent[b] + 1)
		__atomic_add_fetch(&g.twice, 1, __ATOMIC_RELAXED);
	if (got < g.sent[b])
		return;
	__atomic_store_n(&g.sent[b], g.sent[b] + 1, __ATOMIC_RELEASE);
	bundle_fire(&g.s, i);
}

/* The newest ports get their share: an old one is fired only now and then. */
static void *send_all(void *arg)
{
	uint32_t me = __atomic_fetch_add(&g.sender, 1, __ATOMIC_RELAXED);
	uint32_t i, n, turn = 0;

	while (__atomic_load_n(&g.binding, __ATOMIC_ACQUIRE)) {
		n = load_acquire(&g.ready);
		turn++;
		for (i = me; i < n; i += SENDERS)
			if (n - i < 100 || (i / SENDERS + turn) % 32 == 0)
				fire_if_handled(i);
		sched_yield();
	}
	return arg;
}

static bool all_came(void)
{
	uint32_t i;

	for (i = 0; i < g.s.n; i++)
		if (load_acquire(&g.got[g.s.b[i]]) < g.sent[g.s.b[i]])
			return false;
	return true;
}

static void check_ports(void)
{
	double end = seconds() + 4 * EVT_WAIT_MS / 1000.0;
	uint32_t i, b, more = 0;

	while (!all_came() && seconds() < end)
		usleep(10000);
	for (i = 0; i < g.s.n; i++) {
		b = g.s.b[i];
		if (g.got[b] < g.sent[b] || g.got[b] > g.sent[b] + 1)
			tap_fail(__FILE__, __LINE__, "port %u: %u sent, %u came",
				 b, g.sent[b], g.got[b]);
		more += g.got[b] - g.sent[b];
	}
	CHECK_EQ(g.twice, 0);
	CHECK_LE(more, 1 + g.s.n / 500);
	tolerate(TOLERATE_BIND_AGAIN, more);
}

static void check_old_segments(void)
{
	uint32_t i, n = 0;

	CHECK_EQ(g.c.closed, g.olds);
	CHECK_GE(g.olds, 1);
	for (i = 0; i < g.olds; i++) {
		struct old *old = &g.old[i];
		size_t size = old->nslots * sizeof(*old->slots);

		CHECK(!memcmp(old->slots, old->copy, size));
		CHECK(!memcmp(old->slots + old->nslots, old->copy, size));
		for (n = 0; n < old->nslots; n++)
			if (EVTMMAP_SLOT_PORT(old->slots[n]) == EVTMMAP_PORT_CLOSED)
				break;
		CHECK(n < old->nslots);
	}
}

static void start(pthread_t *consumer, pthread_t *sender)
{
	int i;

	g.s.tx = evt_open(O_NONBLOCK);
	g.s.rx = evt_open(O_NONBLOCK);
	g.c = consumer_open(g.s.rx);
	g.c.keep = true;
	g.binding = true;
	CHECK_EQ(pthread_create(consumer, NULL, consume, NULL), 0);
	for (i = 0; i < SENDERS; i++)
		CHECK_EQ(pthread_create(&sender[i], NULL, send_all, NULL), 0);
}

static void grow_to(uint32_t ports)
{
	pthread_t consumer, sender[SENDERS];
	int i;

	start(&consumer, sender);
	while (g.s.n < ports) {
		bundle_add(&g.s);
		/* Binding delivers one event by itself. */
		g.sent[g.s.b[g.s.n - 1]] = 1;
		__atomic_store_n(&g.ready, g.s.n, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&g.binding, false, __ATOMIC_RELEASE);
	for (i = 0; i < SENDERS; i++)
		pthread_join(sender[i], NULL);
	check_ports();
	__atomic_store_n(&g.over, true, __ATOMIC_RELEASE);
	pthread_join(consumer, NULL);
	CHECK(!g.c.overrun);
	CHECK_EQ(g.c.header->flags, 0);
	CHECK_EQ(g.c.header->overruns, 0);
	CHECK_EQ(g.c.pos, load_acquire(&g.c.header->prod));
	check_old_segments();
	tap_note("%llu events over %u ports, %u slots at the end",
		 (unsigned long long)g.total, g.s.n, g.c.nslots);
}

CASE_LIMIT(grow_once_while_mapped_loses_nothing, 100)
{
	grow_to(300);
	CHECK_EQ(g.olds, 1);
}

CASE_LIMIT(grow_while_mapped_loses_nothing, 200)
{
	/* Minutes, where a sanitizer looks at every access. */
	bool slow = tap_factor > 5;

	grow_to(slow ? 600 : 2000);
	CHECK_GE(g.olds, slow ? 2 : 3);
}

/* The same through read(), which has to follow just as well. */
CASE_LIMIT(grow_with_entries_queued_classic, 60)
{
	uint8_t seen[BUNDLE_MAX] = { 0 };
	struct bundle s = { .tx = evt_open(0), .rx = evt_open(O_NONBLOCK) };
	uint32_t i;

	while (s.n < 600)
		bundle_add(&s);
	for (i = 0; i < s.n; i++)
		CHECK_EQ(seen[bundle_index(&s, evt_take(s.rx))]++, 0);
	evt_silent(s.rx);
}

CASE_LIMIT(grow_keeps_order_of_what_is_queued, 60)
{
	struct bundle s = { .tx = evt_open(0), .rx = evt_open(O_NONBLOCK) };
	struct consumer c = consumer_open(s.rx);
	uint32_t i;

	while (s.n < 600) {
		bundle_add(&s);
		/* Into the ring before the next one is bound. */
		while (load_acquire(&c.header->prod) < s.n + c.header->generation)
			usleep(100);
	}
	for (i = 0; i < s.n; i++)
		mapped_expect(&c, s.b[i]);
	CHECK_GE(c.closed, 2);
	mapped_silent(&c);
	bundle_rearm_all(&s);
	mapped_settle(&c, &s);
	mapped_all_alive(&c, &s);
}
