// SPDX-License-Identifier: GPL-2.0
/* After UNBIND no entry of the port can be read. */
#include <pthread.h>

#include "bundle.h"
#include "xencall.h"

CASE(unbind_leaves_nothing_classic)
{
	struct bundle s;
	uint32_t i;

	bundle_open(&s, 20);
	bundle_fire_all(&s);
	ring_reaches(map_header(s.rx), 2 * s.n);
	for (i = 0; i < s.n; i += 2)
		CHECK_OK(evt_unbind(s.rx, s.b[i]));
	for (i = 1; i < s.n; i += 2)
		CHECK_EQ(bundle_index(&s, evt_take(s.rx)) % 2, 1);
	evt_silent(s.rx);
}

CASE(unbind_leaves_nothing_mapped)
{
	struct bundle s;
	struct consumer c;
	uint32_t i, port;

	bundle_open(&s, 20);
	c = consumer_open(s.rx);
	bundle_fire_all(&s);
	ring_reaches(c.header, c.pos + s.n);
	for (i = 0; i < s.n; i += 2)
		CHECK_OK(evt_unbind(s.rx, s.b[i]));
	for (i = c.pos; i != load_acquire(&c.header->prod); i++) {
		port = EVTMMAP_SLOT_PORT(consumer_slot(&c, i));
		if (port != EVTMMAP_PORT_DEAD)
			CHECK_EQ(bundle_index(&s, port) % 2, 1);
	}
	for (i = 1; i < s.n; i += 2)
		CHECK_EQ(bundle_index(&s, mapped_take(&c)) % 2, 1);
	mapped_silent(&c);
}

/* Given back before it was taken: the entry must go all the same. */
CASE(unbind_leaves_nothing_of_a_port_rearmed_untaken)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 2);
	c = consumer_open(s.rx);
	bundle_fire(&s, 0);
	evt_wait(s.rx);
	evt_unmask(s.rx, s.b[0]);
	CHECK_OK(evt_unbind(s.rx, s.b[0]));
	bundle_fire(&s, 1);
	mapped_expect(&c, s.b[1]);
	mapped_silent(&c);
}

/* A bind that fails, of a port that is here already, must not forget it. */
CASE(bind_again_keeps_the_event)
{
	uint32_t port = xen_alloc_unbound(EVT_DOMID_SELF), peer;
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 1);
	c = consumer_open(s.rx);
	CHECK_OK(evt_bind_static(s.rx, port));
	peer = CHECK_OK(evt_bind_interdomain(s.tx, 0, port));
	CHECK_OK(evt_notify(s.tx, peer));
	ring_reaches(c.header, c.pos + 1);
	CHECK_ERR(evt_bind_static(s.rx, port), EISCONN);
	mapped_expect(&c, port);
	evt_unmask(s.rx, port);
	CHECK_OK(evt_notify(s.tx, peer));
	mapped_expect(&c, port);
	bundle_close(&s);
	consumer_close(&c);
	xen_close_port(port);
}

/* Each bind delivers an event, which is in the ring when its port is unbound. */
static void churn_untaken(struct bundle *s, struct evtmmap_header *header,
			  int rounds)
{
	uint32_t a = CHECK_OK(evt_bind_unbound(s->tx, 0)), at, b;

	while (rounds--) {
		at = load_acquire(&header->prod);
		b = CHECK_OK(evt_bind_interdomain(s->rx, 0, a));
		ring_reaches(header, at + 1);
		CHECK_OK(evt_unbind(s->rx, b));
	}
}

CASE_LIMIT(unbinding_untaken_ports_never_overflows_classic, 60)
{
	struct bundle s;

	bundle_open(&s, 1);
	bundle_fire(&s, 0);
	evt_wait(s.rx);
	churn_untaken(&s, map_header(s.rx), 600);
	CHECK_EQ(evt_poll(s.rx, 0) & POLLERR, 0);
	evt_cycle(s.rx, s.b[0]);
	evt_silent(s.rx);
	bundle_fire(&s, 0);
	evt_cycle(s.rx, s.b[0]);
}

/* Making room has moved its entry: neither place may be read any more. */
CASE_LIMIT(unbinding_a_port_whose_entry_was_moved, 60)
{
	struct bundle s;

	bundle_open(&s, 1);
	bundle_fire(&s, 0);
	evt_wait(s.rx);
	churn_untaken(&s, map_header(s.rx), 509);
	CHECK_OK(evt_unbind(s.rx, s.b[0]));
	evt_silent(s.rx);
}

CASE_LIMIT(unbinding_untaken_ports_never_overflows_mapped, 60)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 1);
	c = consumer_open(s.rx);
	bundle_fire(&s, 0);
	evt_wait(s.rx);
	churn_untaken(&s, c.header, 600);
	CHECK_EQ(c.header->flags, 0);
	mapped_expect(&c, s.b[0]);
	evt_unmask(s.rx, s.b[0]);
	mapped_all_alive(&c, &s);
}

/*
 * Bind and unbind while another thread consumes. @op goes up after each bind
 * and after each unbind; gone[port] is the @op of its unbind, 0 while bound.
 */
static struct churn {
	struct bundle s;
	struct consumer c;
	uint32_t op, taken, stale;
	uint32_t gone[EVT_NR_CHANNELS];
	bool over;
} churn;

/* A port that was gone before we looked; or has it been bound anew by now? */
static bool is_stale(uint32_t port, uint32_t before)
{
	uint32_t gone = load_acquire(&churn.gone[port]);
	uint32_t op = load_acquire(&churn.op);

	if (!gone || (int32_t)(gone - before) > 0)
		return false;
	while (load_acquire(&churn.op) - op < 2 &&
	       !__atomic_load_n(&churn.over, __ATOMIC_ACQUIRE))
		usleep(100);
	return load_acquire(&churn.gone[port]) == gone;
}

static void *churn_consume(void *arg)
{
	uint32_t port, before;

	for (;;) {
		before = load_acquire(&churn.op);
		if (!consumer_take(&churn.c, &port)) {
			if (__atomic_load_n(&churn.over, __ATOMIC_ACQUIRE))
				return arg;
			consumer_sleep(&churn.c, 20);
			continue;
		}
		churn.taken++;
		churn.stale += is_stale(port, before);
		evt_unmask(churn.c.fd, port);
	}
}

static void churn_one(int i, uint32_t a)
{
	uint32_t b = CHECK_OK(evt_bind_interdomain(churn.s.rx, 0, a));

	store(&churn.gone[b], 0);
	__atomic_add_fetch(&churn.op, 1, __ATOMIC_RELEASE);
	if (i % 3)
		CHECK_OK(evt_notify(churn.s.tx, a));
	CHECK_OK(evt_unbind(churn.s.rx, b));
	store(&churn.gone[b], churn.op + 1);
	__atomic_add_fetch(&churn.op, 1, __ATOMIC_RELEASE);
}

CASE_LIMIT(churn_while_a_consumer_takes, 200)
{
	/* Each waits for a grace period: minutes, on a slow kernel. */
	int i, n = tap_factor > 5 ? 500 : 5000;
	pthread_t thread;
	uint32_t a;

	bundle_open(&churn.s, 4);
	a = CHECK_OK(evt_bind_unbound(churn.s.tx, 0));
	churn.c = consumer_open(churn.s.rx);
	CHECK_EQ(pthread_create(&thread, NULL, churn_consume, NULL), 0);
	for (i = 0; i < n; i++) {
		churn_one(i, a);
		if (i % 16 == 0)
			bundle_fire_all(&churn.s);
	}
	__atomic_store_n(&churn.over, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	tap_note("%u events taken, %u segments", churn.taken,
		 churn.c.generation + 1);
	CHECK_EQ(churn.stale, 0);
	CHECK(!churn.c.overrun);
	CHECK_EQ(churn.c.header->flags, 0);
	bundle_rearm_all(&churn.s);
	mapped_all_alive(&churn.c, &churn.s);
}
