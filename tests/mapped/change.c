// SPDX-License-Identifier: GPL-2.0
/* A classic file becomes a mapped one with things going on. */
#include "bundle.h"
#include "proc.h"

CASE(mapping_goes_on_where_read_stopped)
{
	struct bundle s;
	struct consumer c;
	uint8_t seen[20] = { 0 };
	uint32_t i, base;

	bundle_open(&s, 20);
	base = load_acquire(&map_header(s.rx)->prod);
	bundle_fire_all(&s);
	usleep(50000);
	for (i = 0; i < 7; i++)
		seen[bundle_index(&s, evt_take(s.rx))]++;
	c = consumer_open(s.rx);
	CHECK_EQ(c.page->cons, base + 7);
	for (; i < s.n; i++)
		seen[bundle_index(&s, mapped_take(&c))]++;
	for (i = 0; i < s.n; i++)
		CHECK_EQ(seen[i], 1);
	mapped_silent(&c);
	bundle_rearm_all(&s);
	mapped_all_alive(&c, &s);
}

/* Queued, and armed again by a write() before the read() that never came. */
CASE(mapping_after_unmask_before_drain)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 4);
	bundle_fire(&s, 0);
	evt_wait(s.rx);
	evt_unmask(s.rx, s.b[0]);
	c = consumer_open(s.rx);
	mapped_expect(&c, s.b[0]);
	evt_unmask(s.rx, s.b[0]);
	mapped_silent(&c);
	mapped_all_alive(&c, &s);
}

/* The same, and it fired once more behind its entry. */
CASE(mapping_after_unmask_before_drain_and_an_event)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 4);
	proc_pin_events();
	bundle_fire(&s, 0);
	evt_cycle(s.rx, s.b[0]);
	bundle_fire(&s, 0);
	evt_wait(s.rx);
	evt_unmask(s.rx, s.b[0]);
	bundle_fire(&s, 0);
	c = consumer_open(s.rx);
	mapped_expect(&c, s.b[0]);
	mapped_silent(&c);
	evt_unmask(s.rx, s.b[0]);
	mapped_expect(&c, s.b[0]);
	evt_unmask(s.rx, s.b[0]);
	mapped_silent(&c);
	mapped_all_alive(&c, &s);
}

CASE(unmask_before_drain_never_overflows_classic)
{
	struct bundle s;
	int i;

	bundle_open(&s, 1);
	/* On one CPU each event is there before it is unmasked. */
	proc_pin_events();
	bundle_fire(&s, 0);
	evt_cycle(s.rx, s.b[0]);
	for (i = 0; i < 700; i++) {
		bundle_fire(&s, 0);
		evt_unmask(s.rx, s.b[0]);
	}
	CHECK_EQ(evt_poll(s.rx, 0) & POLLERR, 0);
	evt_expect(s.rx, s.b[0]);
	evt_unmask(s.rx, s.b[0]);
	/* The last of them may have come behind the first; then it is quiet. */
	while (evt_poll(s.rx, EVT_QUIET_MS) & POLLIN)
		evt_cycle(s.rx, s.b[0]);
	bundle_fire(&s, 0);
	evt_cycle(s.rx, s.b[0]);
}

CASE(mapping_a_ring_that_has_grown)
{
	struct bundle s;
	struct consumer c;
	struct evtmmap_header *header;
	uint32_t i;

	bundle_open(&s, 200);
	header = map_header(s.rx);
	/* These stay in the first segment... */
	i = load_acquire(&header->prod);
	bundle_fire_all(&s);
	ring_reaches(header, i + s.n);
	while (s.n < 400)
		bundle_add(&s);
	/* ...and what is taken first is taken there by read(). */
	for (i = 0; i < 50; i++)
		bundle_index(&s, evt_take(s.rx));
	c = consumer_open(s.rx);
	CHECK_EQ(c.generation, 0);
	for (; i < s.n; i++)
		mapped_take(&c);
	CHECK_GE(c.closed, 1);
	mapped_silent(&c);
	bundle_rearm_all(&s);
	mapped_settle(&c, &s);
	mapped_all_alive(&c, &s);
}
