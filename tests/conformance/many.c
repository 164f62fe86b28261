// SPDX-License-Identifier: GPL-2.0
/* More ports than a new file's ring has room for. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "loop.h"
#include "tap.h"

#define PAIRS 520
#define PORTS (2 * PAIRS)	/* more than a page holds */

static struct loop loops[PAIRS];
static unsigned char seen[EVT_NR_CHANNELS];

/* Each of these ports once. */
static void check_once(const uint32_t *ports, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		CHECK(ports[i] < EVT_NR_CHANNELS);
		if (seen[ports[i]]++)
			tap_fail(__FILE__, __LINE__, "port %u came twice", ports[i]);
	}
	for (i = 0; i < n / 2; i++)
		CHECK(seen[loops[i].a] && seen[loops[i].b]);
}

CASE_LIMIT(many_ports_grow_the_ring_without_loss, 40)
{
	static uint32_t ports[PORTS];
	int fd = evt_open(O_NONBLOCK), i;

	for (i = 0; i < PAIRS; i++)
		loops[i] = loop_bind(fd, fd);
	for (i = 0; i < PAIRS; i++)
		CHECK_OK(evt_notify(fd, loops[i].b));
	evt_take_all(fd, ports, PORTS);
	check_once(ports, PORTS);
	evt_silent(fd);
}

/* Both directions: the moved interrupts want one event each. */
static void pin_all(int fd)
{
	int i;

	evt_settle_first(fd, PAIRS);
	loop_pin(loops, PAIRS);
	for (i = 0; i < PAIRS; i++)
		CHECK_OK(evt_notify(fd, loops[i].b));
	loop_settle(loops, PAIRS);
}

CASE_LIMIT(read_takes_no_more_than_a_page, 40)
{
	static uint32_t ports[PORTS];
	int fd = evt_open(O_NONBLOCK), i;
	ssize_t rc;

	for (i = 0; i < PAIRS; i++)
		loops[i] = loop_bind(fd, fd);
	pin_all(fd);
	for (i = 0; i < PAIRS; i++) {
		CHECK_OK(evt_notify(fd, loops[i].b));
		loop_fire(&loops[i]);
	}
	rc = read(fd, ports, sizeof(ports));
	CHECK_EQ(rc, sysconf(_SC_PAGESIZE));
	evt_take_all(fd, ports + rc / 4, PORTS - rc / 4);
	check_once(ports, PORTS);
	evt_silent(fd);
}

CASE_LIMIT(many_ports_keep_events_that_waited_while_it_grew, 30)
{
	static uint32_t ports[300];
	int fd = evt_open(O_NONBLOCK), i;

	/* Read some of it in the middle, so that the ring has turned. */
	for (i = 0; i < 300; i++) {
		loops[i] = loop_bind(fd, fd);
		if (i == 50)
			evt_take_all(fd, ports, 40);
	}
	evt_take_all(fd, ports + 40, 260);
	for (i = 0; i < 300; i++)
		if (seen[ports[i]]++)
			tap_fail(__FILE__, __LINE__, "port %u came twice", ports[i]);
	for (i = 0; i < 300; i++)
		CHECK(seen[loops[i].b]);
	evt_silent(fd);
}

CASE_LIMIT(many_ports_bound_and_unbound_by_turns, 30)
{
	struct loop first = loop_open();
	int round, i;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < 40; i++)
			loops[i] = loop_bind(first.fd, first.fd);
		for (i = 0; i < 40; i++) {
			CHECK_OK(evt_unbind(first.fd, loops[i].b));
			CHECK_OK(evt_unbind(first.fd, loops[i].a));
		}
		CHECK_OK(evt_reset(first.fd));
		evt_silent(first.fd);
		loop_fire(&first);
		evt_cycle(first.fd, first.b);
	}
}
