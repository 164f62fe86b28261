// SPDX-License-Identifier: GPL-2.0
/* NOTIFY, and what becomes of it on the other side. */
#include <fcntl.h>
#include <unistd.h>

#include "loop.h"
#include "proc.h"
#include "tap.h"

CASE(notify_reaches_the_peer_and_nobody_else)
{
	struct loop l = loop_open_two(), other = loop_open_two();

	CHECK_EQ(evt_notify(l.fd_a, l.a), 0);
	evt_expect(l.fd, l.b);
	evt_silent(l.fd_a);
	evt_silent(other.fd);
	evt_silent(other.fd_a);
}

CASE(notify_works_in_both_directions)
{
	struct loop l = loop_open_two();
	int i;

	for (i = 0; i < 10; i++) {
		CHECK_OK(evt_notify(l.fd_a, l.a));
		evt_cycle(l.fd, l.b);
		CHECK_OK(evt_notify(l.fd, l.b));
		evt_cycle(l.fd_a, l.a);
	}
}

CASE(notify_of_a_port_never_bound_is_enotconn)
{
	struct loop l = loop_open();

	CHECK_ERR(evt_notify(l.fd, 0), ENOTCONN);
	CHECK_ERR(evt_notify(l.fd, EVT_NR_CHANNELS - 1), ENOTCONN);
}

CASE(notify_beyond_the_last_channel_is_enotconn)
{
	struct loop l = loop_open();

	CHECK_ERR(evt_notify(l.fd, EVT_NR_CHANNELS), ENOTCONN);
	CHECK_ERR(evt_notify(l.fd, 0x80000000), ENOTCONN);
	CHECK_ERR(evt_notify(l.fd, 0xffffffff), ENOTCONN);
}

CASE(notify_of_another_files_port_is_enotconn)
{
	struct loop l = loop_open_two();

	CHECK_ERR(evt_notify(l.fd, l.a), ENOTCONN);
	CHECK_ERR(evt_notify(l.fd_a, l.b), ENOTCONN);
	evt_silent(l.fd);
	evt_silent(l.fd_a);
}

CASE(notify_after_unbind_is_enotconn)
{
	struct loop l = loop_open();

	CHECK_OK(evt_unbind(l.fd, l.a));
	CHECK_ERR(evt_notify(l.fd, l.a), ENOTCONN);
}

CASE(notify_of_an_unconnected_port_goes_nowhere)
{
	int fd = evt_open(O_NONBLOCK);
	int a = CHECK_OK(evt_bind_unbound(fd, 0));

	CHECK_EQ(evt_notify(fd, a), 0);
	evt_silent(fd);
}

CASE(notify_of_a_masked_port_sends_all_the_same)
{
	struct loop l = loop_open_two();

	CHECK_OK(evt_notify(l.fd_a, l.a));
	evt_expect(l.fd, l.b);
	CHECK_OK(evt_notify(l.fd, l.b));
	evt_expect(l.fd_a, l.a);
	CHECK_OK(evt_notify(l.fd, l.b));
	evt_unmask(l.fd_a, l.a);
	evt_expect(l.fd_a, l.a);
}

CASE(event_masks_its_port_until_write)
{
	struct loop l = loop_open();

	loop_fire(&l);
	evt_expect(l.fd, l.b);
	loop_fire(&l);
	evt_silent(l.fd);
	evt_unmask(l.fd, l.b);
	evt_expect(l.fd, l.b);
}

CASE(events_on_a_masked_port_become_one)
{
	struct loop l = loop_open();
	int i;

	loop_fire(&l);
	evt_expect(l.fd, l.b);
	for (i = 0; i < 50; i++)
		loop_fire(&l);
	evt_unmask(l.fd, l.b);
	evt_cycle(l.fd, l.b);
	evt_silent(l.fd);
}

CASE(events_keep_their_order)
{
	static const int order[] = { 3, 0, 7, 1, 6, 2, 5, 4 };
	struct loop l[8];
	uint32_t ports[8];
	int i, fd, round;

	proc_set_name("evt-order");
	fd = evt_open(O_NONBLOCK);
	for (i = 0; i < 8; i++)
		l[i] = loop_bind(fd, fd);
	evt_settle_first(fd, 8);
	loop_pin(l, 8);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 8; i++)
			loop_fire(&l[order[i]]);
		evt_take_all(fd, ports, 8);
		for (i = 0; i < 8; i++) {
			CHECK_EQ(ports[i], l[order[i]].b);
			evt_unmask(fd, ports[i]);
		}
	}
}

CASE(two_files_are_independent)
{
	struct loop l = loop_open(), m = loop_open();

	loop_fire(&l);
	evt_expect(l.fd, l.b);
	evt_silent(m.fd);
	loop_fire(&m);
	evt_cycle(m.fd, m.b);
	CHECK_OK(evt_reset(m.fd));
	close(m.fd);
	loop_fire(&l);
	evt_silent(l.fd);
	evt_unmask(l.fd, l.b);
	evt_expect(l.fd, l.b);
}
