// SPDX-License-Identifier: GPL-2.0
/* RESYNC and RESET: nothing is stranded, in either kind of file. */
#include "bundle.h"

static void resync(struct consumer *c)
{
	CHECK_OK(ioctl(c->fd, EVTMMAP_IOC_RESYNC));
	consumer_seek(c);
	CHECK_EQ(c->pos, c->base);
	c->overrun = false;
}

CASE(resync_needs_a_consumer)
{
	struct loop l = loop_open();

	CHECK_ERR(ioctl(l.fd, EVTMMAP_IOC_RESYNC), ENXIO);
	loop_fire_wait(&l);
	CHECK_ERR(ioctl(l.fd, EVTMMAP_IOC_RESYNC), ENXIO);
	evt_cycle(l.fd, l.b);
	map_header(l.fd);
	CHECK_ERR(ioctl(l.fd, EVTMMAP_IOC_RESYNC), ENXIO);
}

CASE(resync_of_a_quiet_ring_queues_nothing)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 10);
	c = consumer_open(s.rx);
	resync(&c);
	CHECK_EQ(c.header->resyncs, 1);
	CHECK_EQ(c.header->generation, 1);
	mapped_silent(&c);
	mapped_all_alive(&c, &s);
}

CASE(resync_queues_every_masked_port)
{
	struct bundle s;
	struct consumer c;
	int i;

	bundle_open(&s, 10);
	c = consumer_open(s.rx);
	bundle_fire_all(&s);
	for (i = 0; i < 5; i++)
		mapped_take(&c);
	ring_reaches(c.header, c.pos + 5);
	/* Taken or not, none of them was given back. */
	resync(&c);
	mapped_take_each(&c, &s);
	bundle_rearm_all(&s);
	mapped_all_alive(&c, &s);
}

CASE(resync_queues_ports_from_before_the_mapping)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 1);
	bundle_fire(&s, 0);
	evt_wait(s.rx);
	evt_unmask(s.rx, s.b[0]);	/* queued, not masked */
	c = consumer_open(s.rx);
	resync(&c);
	mapped_expect(&c, s.b[0]);
	evt_unmask(s.rx, s.b[0]);
	mapped_all_alive(&c, &s);
}

/* More often than the header has places for segments. */
CASE_LIMIT(resync_many_times, 30)
{
	struct bundle s;
	struct consumer c;
	uint32_t i;

	bundle_open(&s, 3);
	c = consumer_open(s.rx);
	for (i = 1; i <= 3 * EVTMMAP_SEGMENTS; i++) {
		bundle_fire(&s, i % 3);
		evt_wait(s.rx);
		resync(&c);
		CHECK_EQ(c.header->generation, i);
		mapped_expect(&c, s.b[i % 3]);
		evt_unmask(s.rx, s.b[i % 3]);
	}
	mapped_all_alive(&c, &s);
}

static uint32_t took[30];

/* All that is there; how often each port came. */
static void take_and_count(struct consumer *c, struct bundle *s)
{
	uint32_t port;

	while (consumer_take(c, &port)) {
		took[bundle_index(s, port)]++;
		evt_unmask(s->rx, port);
	}
	CHECK(!c->overrun);
}

/* Two events of one port melt into one unless the first was taken. */
CASE_LIMIT(resync_while_events_flow, 30)
{
	struct bundle s;
	struct consumer c;
	uint32_t i, k;

	bundle_open(&s, 30);
	c = consumer_open(s.rx);
	for (i = 0; i < 300; i++) {
		k = i % s.n;
		while (took[k] < i / s.n) {
			CHECK(consumer_sleep(&c, EVT_WAIT_MS));
			take_and_count(&c, &s);
		}
		bundle_fire(&s, k);
		if (i % 7 == 0)
			resync(&c);
		take_and_count(&c, &s);
	}
	for (k = 0; k < s.n; k++)
		while (took[k] < 300 / s.n) {
			CHECK(consumer_sleep(&c, EVT_WAIT_MS));
			take_and_count(&c, &s);
		}
	while (consumer_sleep(&c, 2 * EVT_QUIET_MS))
		take_and_count(&c, &s);
	/* Each was carried over; one that came meanwhile may come twice. */
	mapped_all_alive(&c, &s);
}

CASE(reset_arms_a_classic_files_ports)
{
	struct bundle s;
	struct evtmmap_header *header;
	uint8_t seen[10] = { 0 };
	uint32_t i;

	bundle_open(&s, 10);
	header = map_header(s.rx);
	i = load_acquire(&header->prod);
	bundle_fire_all(&s);
	ring_reaches(header, i + s.n);
	CHECK_OK(evt_reset(s.rx));
	evt_silent(s.rx);
	bundle_fire_all(&s);
	for (i = 0; i < s.n; i++)
		CHECK_EQ(seen[bundle_index(&s, evt_take(s.rx))]++, 0);
	evt_silent(s.rx);
}

CASE(reset_arms_a_mapped_files_ports)
{
	struct bundle s;
	struct consumer c;
	int i;

	bundle_open(&s, 10);
	c = consumer_open(s.rx);
	bundle_fire_all(&s);
	for (i = 0; i < 5; i++)
		mapped_take(&c);
	ring_reaches(c.header, c.pos + 5);
	CHECK_OK(evt_reset(s.rx));
	consumer_seek(&c);
	mapped_silent(&c);
	mapped_all_alive(&c, &s);
}

CASE(rearm_without_taking_is_flagged)
{
	struct bundle s;
	struct consumer c;
	uint32_t i, port;

	bundle_open(&s, 3);
	c = consumer_open(s.rx);
	for (i = 0; i < 600; i++) {
		bundle_fire(&s, 0);
		usleep(300);
		evt_unmask(s.rx, s.b[0]);
	}
	/* Events may have melted into one: go on until the ring is round. */
	while (load_acquire(&c.header->prod) - c.pos <= c.nslots) {
		bundle_fire(&s, 0);
		usleep(1000);
		evt_unmask(s.rx, s.b[0]);
	}
	CHECK(c.header->flags & EVTMMAP_F_OVERRUN);
	CHECK_GE(c.header->overruns, 1);
	CHECK(evt_poll(s.rx, 0) & POLLERR);
	consumer_peek(&c, &port);
	CHECK(c.overrun);
	bundle_fire(&s, 1);
	resync(&c);
	CHECK_EQ(c.header->flags, 0);
	CHECK_EQ(evt_poll(s.rx, 0) & POLLERR, 0);
	while (consumer_sleep(&c, EVT_QUIET_MS) && consumer_take(&c, &port))
		evt_unmask(s.rx, port);
	mapped_all_alive(&c, &s);
}
