// SPDX-License-Identifier: GPL-2.0
/* BIND_UNBOUND_PORT, BIND_INTERDOMAIN, UNBIND. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "loop.h"
#include "tap.h"
#include "xencall.h"

CASE(bind_unbound_returns_the_port)
{
	int fd = evt_open(0);
	int a = CHECK_OK(evt_bind_unbound(fd, 0));
	int b = CHECK_OK(evt_bind_unbound(fd, 0));

	CHECK_GE(a, 1);
	CHECK_GE(b, 1);
	CHECK_NE(a, b);
}

CASE(bind_unbound_leaves_the_port_unbound)
{
	int fd = evt_open(0);

	CHECK_EQ(xen_port_state(CHECK_OK(evt_bind_unbound(fd, 0))), XEN_PORT_UNBOUND);
}

CASE(bind_unbound_delivers_no_event)
{
	int fd = evt_open(O_NONBLOCK);

	CHECK_OK(evt_bind_unbound(fd, 0));
	evt_silent(fd);
}

CASE(bind_unbound_takes_domid_self)
{
	int fd = evt_open(0);
	int a = CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF));

	CHECK_OK(evt_bind_interdomain(fd, EVT_DOMID_SELF, a));
}

CASE(bind_unbound_for_an_absent_domain_keeps_others_out)
{
	int fd = evt_open(0);
	int a = CHECK_OK(evt_bind_unbound(fd, 1234));

	CHECK_ERR(evt_bind_interdomain(fd, 0, a), EINVAL);
}

CASE(bind_interdomain_connects_both_ports)
{
	struct loop l = loop_open_two();

	CHECK_NE(l.a, l.b);
	CHECK_EQ(xen_port_state(l.a), XEN_PORT_INTERDOMAIN);
	CHECK_EQ(xen_port_state(l.b), XEN_PORT_INTERDOMAIN);
}

CASE(bind_interdomain_delivers_one_event_on_the_local_port)
{
	int fd_a = evt_open(O_NONBLOCK), fd = evt_open(O_NONBLOCK);
	struct loop l = loop_bind(fd_a, fd);

	evt_cycle(fd, l.b);
	evt_silent(fd);
	evt_silent(fd_a);
}

CASE(bind_interdomain_to_a_free_port_is_einval)
{
	int fd = evt_open(0);
	int a = CHECK_OK(evt_bind_unbound(fd, 0));

	CHECK_OK(evt_unbind(fd, a));
	CHECK_ERR(evt_bind_interdomain(fd, 0, a), EINVAL);
	CHECK_ERR(evt_bind_interdomain(fd, 0, 0xffffffff), EINVAL);
}

CASE(bind_interdomain_to_a_connected_port_is_einval)
{
	struct loop l = loop_open();

	CHECK_ERR(evt_bind_interdomain(l.fd, 0, l.a), EINVAL);
	CHECK_ERR(evt_bind_interdomain(l.fd, 0, l.b), EINVAL);
}

CASE(bind_interdomain_to_an_absent_domain_is_esrch)
{
	int fd = evt_open(0);

	CHECK_ERR(evt_bind_interdomain(fd, 1234, 1), ESRCH);
	CHECK_ERR(evt_bind_interdomain(fd, 0x7ff4, 1), ESRCH);
}

/* The argument has 32 bits, Xen's domid_t 16. */
CASE(bind_with_a_domain_beyond_16_bits)
{
	int fd = evt_open(0);
	int a = evt_bind_unbound(fd, 0x10000), b;

	OBSERVE("unbound", "%s", a < 0 ? tap_errno(errno) : "bound");
	a = CHECK_OK(evt_bind_unbound(fd, 0));
	b = evt_bind_interdomain(fd, 0x10000, a);
	OBSERVE("interdomain", "%s", b < 0 ? tap_errno(errno) : "bound");
}

CASE(bind_that_fails_leaves_the_file_as_it_was)
{
	struct loop l = loop_open();

	CHECK_ERR(evt_bind_interdomain(l.fd, 0, l.a), EINVAL);
	CHECK_ERR(evt_bind_interdomain(l.fd, 1234, 1), ESRCH);
	CHECK_ERR(evt_bind_virq(l.fd, EVT_NR_VIRQS), EINVAL);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
	evt_silent(l.fd);
}

CASE(unbind_closes_the_port)
{
	int fd = evt_open(0);
	int a = CHECK_OK(evt_bind_unbound(fd, 0));

	CHECK_EQ(evt_unbind(fd, a), 0);
	CHECK_EQ(xen_port_state(a), XEN_PORT_CLOSED);
}

CASE(unbind_twice_is_enotconn)
{
	int fd = evt_open(0);
	int a = CHECK_OK(evt_bind_unbound(fd, 0));

	CHECK_OK(evt_unbind(fd, a));
	CHECK_ERR(evt_unbind(fd, a), ENOTCONN);
}

CASE(unbind_of_another_files_port_is_enotconn)
{
	struct loop l = loop_open_two();

	CHECK_ERR(evt_unbind(l.fd, l.a), ENOTCONN);
	CHECK_ERR(evt_unbind(l.fd_a, l.b), ENOTCONN);
	loop_fire(&l);
	evt_expect(l.fd, l.b);
}

CASE(unbind_of_a_port_never_bound_is_enotconn)
{
	struct loop l = loop_open();

	CHECK_ERR(evt_unbind(l.fd, 0), ENOTCONN);
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_ERR(evt_unbind(l.fd, l.b), ENOTCONN);
	/* Xen has room for these now, even if nobody has them. */
	CHECK_ERR(evt_unbind(l.fd, l.b | (EVT_CHANNELS_STEP - 1)), ENOTCONN);
}

CASE(unbind_beyond_the_last_channel_is_einval)
{
	int fd = evt_open(0);

	CHECK_ERR(evt_unbind(fd, EVT_NR_CHANNELS), EINVAL);
	CHECK_ERR(evt_unbind(fd, 0x80000000), EINVAL);
	CHECK_ERR(evt_unbind(fd, 0xffffffff), EINVAL);
}

CASE(unbind_of_one_port_leaves_the_others)
{
	struct loop l[3] = { loop_open() };
	int i;

	for (i = 1; i < 3; i++) {
		l[i] = loop_bind(l[0].fd, l[0].fd);
		evt_settle_first(l[i].fd, 1);
	}
	CHECK_OK(evt_unbind(l[1].fd, l[1].b));
	for (i = 0; i < 3; i += 2) {
		loop_fire(&l[i]);
		evt_cycle(l[i].fd, l[i].b);
	}
}

CASE(unbind_of_the_peer_leaves_the_port_unbound)
{
	struct loop l = loop_open();

	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_EQ(xen_port_state(l.a), XEN_PORT_UNBOUND);
	l.b = CHECK_OK(evt_bind_interdomain(l.fd, 0, l.a));
	evt_cycle(l.fd, l.b);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
}

CASE(unbind_of_a_masked_port_gives_a_fresh_one_back)
{
	struct loop l = loop_open();
	int i;

	for (i = 0; i < 4; i++) {
		loop_fire(&l);
		evt_expect(l.fd, l.b);
		CHECK_OK(evt_unbind(l.fd, l.b));
		l.b = CHECK_OK(evt_bind_interdomain(l.fd, 0, l.a));
		evt_cycle(l.fd, l.b);
	}
	loop_fire(&l);
	evt_expect(l.fd, l.b);
}
