// SPDX-License-Identifier: GPL-2.0
/* Events into slots, slots into ports, and back. */
#include "bundle.h"
#include "proc.h"

/* On one CPU from here on, an event is in the ring when NOTIFY returns. */
static void settle_on_one_cpu(struct consumer *c, struct bundle *s)
{
	proc_pin_events();
	mapped_all_alive(c, s);
}

CASE(event_fills_the_next_slot)
{
	struct bundle s;
	struct consumer c;
	uint32_t i, at;

	bundle_open(&s, 8);
	c = consumer_open(s.rx);
	settle_on_one_cpu(&c, &s);
	for (i = 0; i < s.n; i++) {
		at = load_acquire(&c.header->prod);
		bundle_fire(&s, i);
		CHECK_EQ(load_acquire(&c.header->prod), at + 1);
		CHECK_EQ(consumer_slot(&c, at),
			 EVTMMAP_SLOT(at - c.base, s.b[i]));
	}
}

CASE(order_is_kept)
{
	struct bundle s;
	struct consumer c;
	uint32_t i, round;

	bundle_open(&s, 61);
	c = consumer_open(s.rx);
	settle_on_one_cpu(&c, &s);
	for (round = 1; round < 20; round++) {
		for (i = 0; i < s.n; i++)
			bundle_fire(&s, i * round % s.n);
		for (i = 0; i < s.n; i++)
			mapped_expect(&c, s.b[i * round % s.n]);
		bundle_rearm_all(&s);
	}
}

CASE(one_entry_until_rearm)
{
	struct bundle s;
	struct consumer c;
	int i;

	bundle_open(&s, 1);
	c = consumer_open(s.rx);
	for (i = 0; i < 5; i++)
		bundle_fire(&s, 0);
	mapped_expect(&c, s.b[0]);
	mapped_silent(&c);
	/* Xen remembers one event of a masked port. */
	for (i = 0; i < 5; i++)
		bundle_fire(&s, 0);
	mapped_silent(&c);
	evt_unmask(s.rx, s.b[0]);
	mapped_expect(&c, s.b[0]);
	evt_unmask(s.rx, s.b[0]);
	mapped_silent(&c);
	mapped_all_alive(&c, &s);
}

CASE(rearm_of_an_armed_port_is_nothing)
{
	struct bundle s;
	struct consumer c;
	int i;

	bundle_open(&s, 2);
	c = consumer_open(s.rx);
	for (i = 0; i < 1000; i++)
		evt_unmask(s.rx, s.b[0]);
	mapped_silent(&c);
	mapped_all_alive(&c, &s);
}

CASE_LIMIT(rearm_gives_the_slot_back_lap_after_lap, 150)
{
	/* 512 slots; a minute, where a sanitizer looks at every access. */
	uint32_t total, events = tap_factor > 5 ? 20000 : 100000;
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 250);
	c = consumer_open(s.rx);
	proc_pin_events();
	mapped_all_alive(&c, &s);
	for (total = 0; total < events; total += s.n) {
		uint8_t seen[BUNDLE_MAX] = { 0 };
		uint32_t i;

		bundle_fire_all(&s);
		for (i = 0; i < s.n; i++)
			CHECK_EQ(seen[bundle_index(&s, mapped_take(&c))]++, 0);
		bundle_rearm_all(&s);
	}
	mapped_silent(&c);
	CHECK_EQ(c.closed, 0);
	CHECK_EQ(c.header->flags, 0);
	CHECK_EQ(c.header->overruns, 0);
	CHECK_EQ(c.pos, load_acquire(&c.header->prod));
}

/* As much as a segment is made for, all of it filled before one is taken. */
CASE(all_ports_may_wait_at_once)
{
	struct bundle s;
	struct consumer c;
	int i;

	bundle_open(&s, 255);
	c = consumer_open(s.rx);
	for (i = 0; i < 10; i++) {
		bundle_fire_all(&s);
		usleep(20000);
		mapped_take_each(&c, &s);
		bundle_rearm_all(&s);
	}
	CHECK_EQ(c.header->overruns, 0);
}

CASE(read_is_refused_once_mapped)
{
	struct loop l = loop_open();
	struct consumer c;
	uint32_t ports[4];

	loop_fire_wait(&l);
	c = consumer_open(l.fd);
	CHECK_ERR(read(l.fd, ports, 4), EBUSY);
	CHECK_ERR(read(l.fd, ports, sizeof(ports)), EBUSY);
	mapped_expect(&c, l.b);
	CHECK_ERR(read(l.fd, ports, 4), EBUSY);
	/* For good: also when nobody maps it any more. */
	consumer_close(&c);
	CHECK_ERR(read(l.fd, ports, 4), EBUSY);
}

static void blocking(int fd)
{
	CHECK_OK(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK));
}

CASE(sleeping_reader_hears_of_a_mapping)
{
	struct loop l = loop_open();
	struct reader *r;

	blocking(l.fd);
	r = reader_start(l.fd);
	map_consumer(l.fd);
	CHECK_EQ(reader_join(r), -EBUSY);
}

CASE(sleeping_reader_hears_of_another_process_mapping)
{
	struct loop l = loop_open();
	struct reader *r;
	pid_t pid;

	blocking(l.fd);
	r = reader_start(l.fd);
	pid = fork();
	if (!pid) {
		map_consumer(l.fd);
		_exit(0);
	}
	tap_reap(pid);
	CHECK_EQ(reader_join(r), -EBUSY);
}

CASE(notify_works_on_a_mapped_file)
{
	struct loop l = loop_open();
	struct consumer c = consumer_open(l.fd);

	loop_fire(&l);
	mapped_expect(&c, l.b);
	evt_unmask(l.fd, l.b);
	/* The other way round: an event of a, on the same file. */
	CHECK_OK(evt_notify(l.fd, l.b));
	mapped_expect(&c, l.a);
	evt_unmask(l.fd, l.a);
	mapped_silent(&c);
}
