// SPDX-License-Identifier: GPL-2.0
/* A classic file whose ports are gone. */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "saved.h"

#define NOTHING_TO_READ	(POLLOUT | POLLWRNORM)

/* A quiet pair, and a VIRQ that does not fire. */
static struct loop open_three(uint32_t *virq)
{
	struct loop l = loop_open();

	*virq = CHECK_OK(evt_bind_virq(l.fd, EVT_VIRQ_TBUF));
	return l;
}

static void is_alive(struct loop *l)
{
	loop_fire(l);
	evt_cycle(l->fd, l->b);
	evt_silent(l->fd);
}

/* The host only looked: no channel was closed. */
CASE_LIMIT(cancelled_suspend_leaves_a_file_alone, SAVED_LIMIT)
{
	uint32_t virq;
	struct loop l = open_three(&virq);

	saved();
	is_alive(&l);
	CHECK_ERR(evt_bind_virq(l.fd, EVT_VIRQ_TBUF), EEXIST);
	CHECK(saved_fdinfo(l.fd, "evtchn-restores:\t0\n"));
	CHECK_EQ(saved_ports(l.fd), 3);
	CHECK_OK(evt_unbind(l.fd, virq));
}

CASE_LIMIT(restored_ports_are_bound_no_more, SAVED_LIMIT)
{
	uint32_t port[3];
	struct loop l = open_three(&port[2]);
	int i;

	port[0] = l.a;
	port[1] = l.b;
	saved();
	CHECK_EQ(evt_poll(l.fd, 0), NOTHING_TO_READ);
	for (i = 0; i < 3; i++) {
		CHECK_ERR(evt_notify(l.fd, port[i]), ENOTCONN);
		CHECK_ERR(evt_unbind(l.fd, port[i]), ENOTCONN);
		evt_unmask(l.fd, port[i]);
	}
	CHECK(saved_fdinfo(l.fd, "evtchn-restores:\t1\n"));
	CHECK_EQ(saved_ports(l.fd), 0);
	CHECK_OK(evt_bind_virq(l.fd, EVT_VIRQ_TBUF));
	CHECK_EQ(saved_ports(l.fd), 1);
}

/* Xen gives numbers from the lowest on: the old ones are among the first. */
CASE_LIMIT(restored_numbers_can_be_bound_again, SAVED_LIMIT)
{
	struct loop l = loop_open();
	uint32_t old[16];
	int i;

	for (i = 0; i < 16; i += 2) {
		struct loop pair = loop_bind(l.fd, l.fd);

		old[i] = pair.a;
		old[i + 1] = pair.b;
		evt_cycle(l.fd, pair.b);
		evt_settle(l.fd, pair.b);
	}
	saved();
	for (i = 15; i >= 0; i--) {
		bool there = i < 15 && evt_notify(l.fd, old[i]) == 0;

		if (there)
			continue;
		l = saved_number(l.fd, old[i]);
	}
	/* Each tells of its bind, some twice, and some late. */
	while (evt_take(l.fd) != l.b)
		;
	evt_unmask(l.fd, l.b);
	loop_fire(&l);
	while (evt_take(l.fd) != l.b)
		;
}

/* Whoever has the number now must not hear of us. */
CASE_LIMIT(restored_notify_reaches_no_stranger, SAVED_LIMIT)
{
	struct loop l = loop_open(), theirs;
	int other = evt_open(O_NONBLOCK);
	uint32_t ports[256], peer;
	size_t n;

	saved();
	theirs = saved_number(other, l.a);
	peer = theirs.a == l.a ? theirs.b : theirs.a;
	n = evt_drain(other, ports, 256);
	while (n)
		evt_unmask(other, ports[--n]);
	evt_settle(other, theirs.b);
	evt_silent(other);
	CHECK_ERR(evt_notify(l.fd, l.a), ENOTCONN);
	evt_silent(other);
	CHECK_OK(evt_notify(other, l.a));
	evt_expect(other, peer);
	/* Nor is it closed under them. */
	close(l.fd);
	evt_unmask(other, peer);
	CHECK_OK(evt_notify(other, l.a));
	evt_expect(other, peer);
}

/* An event that nobody read was a port's that is gone. */
CASE_LIMIT(restored_events_of_before_are_dropped, SAVED_LIMIT)
{
	struct loop l = loop_open(), anew;
	uint32_t port;

	loop_fire_wait(&l);
	saved();
	CHECK_EQ(evt_poll(l.fd, 0), NOTHING_TO_READ);
	CHECK_ERR(read(l.fd, &port, sizeof(port)), EAGAIN);
	anew = loop_bind(l.fd, l.fd);
	evt_cycle(l.fd, anew.b);
	evt_settle(l.fd, anew.b);
	is_alive(&anew);
}

CASE_LIMIT(restored_reader_sleeps_on, SAVED_LIMIT)
{
	int fd = evt_open(0);
	struct reader *r;
	struct loop l;

	CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF));
	r = reader_start(fd);
	saved();
	CHECK(!reader_done(r, 300));
	l = loop_bind(fd, fd);
	CHECK_EQ(reader_join(r), l.b);
}
