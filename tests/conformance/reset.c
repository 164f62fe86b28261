// SPDX-License-Identifier: GPL-2.0
/* RESET, and the ways in which the in-tree driver's ring could overflow. */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "loop.h"
#include "tap.h"

CASE(reset_empties_the_ring)
{
	struct loop l = loop_open();
	uint32_t port;

	loop_fire_wait(&l);
	CHECK_EQ(evt_reset(l.fd), 0);
	CHECK_EQ(evt_poll(l.fd, 0), POLLOUT | POLLWRNORM);
	CHECK_ERR(read(l.fd, &port, 4), EAGAIN);
}

CASE(reset_keeps_the_bindings)
{
	struct loop l = loop_open();

	CHECK_EQ(evt_reset(l.fd), 0);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
	CHECK_OK(evt_notify(l.fd, l.b));
	evt_cycle(l.fd, l.a);
}

CASE(reset_keeps_a_port_masked_that_was_read)
{
	struct loop l = loop_open();

	loop_fire(&l);
	evt_expect(l.fd, l.b);
	CHECK_EQ(evt_reset(l.fd), 0);
	loop_fire(&l);
	evt_silent(l.fd);
	evt_unmask(l.fd, l.b);
	evt_expect(l.fd, l.b);
}

CASE(reset_of_a_port_not_read_yet_can_be_written)
{
	struct loop l = loop_open();

	loop_fire_wait(&l);
	CHECK_EQ(evt_reset(l.fd), 0);
	evt_unmask(l.fd, l.b);
	loop_fire(&l);
	evt_expect(l.fd, l.b);
}

CASE(reset_leaves_no_port_masked)
{
	struct loop l = loop_open();
	int i;

	for (i = 0; i < 5; i++) {
		loop_fire_wait(&l);
		CHECK_EQ(evt_reset(l.fd), 0);
	}
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
	evt_silent(l.fd);
}

CASE(reset_of_a_new_file_is_fine)
{
	int fd = evt_open(O_NONBLOCK), i;

	for (i = 0; i < 3; i++)
		CHECK_EQ(evt_reset(fd), 0);
	evt_silent(fd);
}

/* An event that waits and its port that goes. */
static void fire_and_unbind(struct loop *l)
{
	CHECK_OK(evt_unbind(l->fd, l->b));
	l->b = CHECK_OK(evt_bind_interdomain(l->fd, 0, l->a));
}

CASE(unbind_leaves_no_stale_port)
{
	struct loop l = loop_open();
	uint32_t port;

	loop_fire_wait(&l);
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_EQ(evt_poll(l.fd, 0), POLLOUT | POLLWRNORM);
	CHECK_ERR(read(l.fd, &port, 4), EAGAIN);
}

CASE(unbind_leaves_nothing_to_the_next_of_that_number)
{
	struct loop l = loop_open();

	loop_fire_wait(&l);
	fire_and_unbind(&l);
	evt_cycle(l.fd, l.b);
	evt_silent(l.fd);
}

CASE(unbind_takes_away_its_own_entries_only)
{
	struct loop l = loop_open();
	struct loop both[] = { l, loop_bind(l.fd, l.fd) };
	int fd = l.fd;

	evt_settle_first(fd, 1);
	loop_pin(both, 2);
	loop_fire(&both[0]);
	loop_fire(&both[1]);
	CHECK_OK(evt_unbind(fd, both[0].b));
	evt_expect(fd, both[1].b);
	evt_silent(fd);
}

CASE_LIMIT(overflow_by_stale_entries, 30)
{
	struct loop l = loop_open();
	uint32_t port;
	int i;

	for (i = 0; i < 120; i++) {
		fire_and_unbind(&l);
		CHECK(!(evt_poll(l.fd, 0) & POLLERR));
	}
	evt_cycle(l.fd, l.b);
	CHECK_ERR(read(l.fd, &port, 4), EAGAIN);
}

/*
 * Unmasks a port again and again that nobody reads. When the ring overflows,
 * the port is left as the event that was dropped left it.
 */
static bool overflow(struct loop *l)
{
	int i;

	loop_pin(l, 1);
	for (i = 0; i < 400; i++) {
		loop_fire(l);
		if (evt_poll(l->fd, 0) & POLLERR)
			return true;
		evt_unmask(l->fd, l->b);
	}
	return false;
}

CASE(overflow_by_unmask_before_drain)
{
	struct loop l = loop_open();
	uint32_t ports[3];

	CHECK(!overflow(&l));
	/* What was there, and at most one that came since. */
	CHECK_LE(evt_drain(l.fd, ports, 3), 2);
	CHECK_EQ(ports[0], l.b);
	evt_unmask(l.fd, l.b);
	loop_fire(&l);
	evt_expect(l.fd, l.b);
}

CASE(unmask_before_read_loses_no_event)
{
	struct loop l = loop_open();
	uint32_t ports[2];
	int i, n;

	loop_pin(&l, 1);
	for (i = 0; i < 3; i++) {
		loop_fire_wait(&l);
		evt_unmask(l.fd, l.b);
		loop_fire(&l);
		n = evt_drain(l.fd, ports, 2);
		CHECK_GE(n, 1);
		CHECK_EQ(ports[0], l.b);
		CHECK_EQ(ports[n - 1], l.b);
		evt_unmask(l.fd, l.b);
	}
	evt_silent(l.fd);
}

/* Where it cannot overflow there is nothing to see. */
CASE(overflow_says_pollerr_alone_and_efbig_until_reset)
{
	struct loop l = loop_open();
	uint32_t port;

	if (!overflow(&l))
		return;
	CHECK_EQ(evt_poll(l.fd, 0), POLLERR);
	CHECK_ERR(read(l.fd, &port, 4), EFBIG);
	CHECK_ERR(read(l.fd, &port, 4), EFBIG);
	CHECK_EQ(read(l.fd, &port, 3), 0);
	CHECK_EQ(evt_reset(l.fd), 0);
	CHECK_EQ(evt_poll(l.fd, 0), POLLOUT | POLLWRNORM);
	CHECK_ERR(read(l.fd, &port, 4), EAGAIN);
}

CASE(overflow_leaves_no_port_masked_after_reset)
{
	struct loop l = loop_open();

	overflow(&l);
	CHECK_EQ(evt_reset(l.fd), 0);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
}
