// SPDX-License-Identifier: GPL-2.0
/* RESTRICT_DOMID: what a file that gave its privileges up can still do. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "loop.h"
#include "tap.h"

#define GUEST 1234	/* does not exist, which is enough to ask for it */

static int restricted(void)
{
	int fd = evt_open(O_NONBLOCK);

	CHECK_EQ(evt_restrict(fd, GUEST), 0);
	return fd;
}

CASE(restrict_works_once)
{
	int fd = restricted();

	CHECK_ERR(evt_restrict(fd, GUEST), EACCES);
	CHECK_ERR(evt_restrict(fd, GUEST + 1), EACCES);
	CHECK_ERR(evt_restrict(fd, 0), EACCES);
}

CASE(restrict_to_no_guest_is_einval)
{
	int fd = evt_open(0);

	CHECK_ERR(evt_restrict(fd, 0), EINVAL);
	CHECK_ERR(evt_restrict(fd, EVT_DOMID_FIRST_RESERVED), EINVAL);
	CHECK_ERR(evt_restrict(fd, 0x7fff), EINVAL);
	CHECK_ERR(evt_restrict(fd, 0xffff), EINVAL);
}

CASE(restrict_takes_the_first_and_the_last_guest)
{
	CHECK_EQ(evt_restrict(evt_open(0), 1), 0);
	CHECK_EQ(evt_restrict(evt_open(0), EVT_DOMID_FIRST_RESERVED - 1), 0);
}

CASE(restrict_that_failed_restricts_nothing)
{
	int fd = evt_open(O_NONBLOCK);
	struct loop l;

	CHECK_ERR(evt_restrict(fd, 0), EINVAL);
	CHECK_ERR(ioctl(fd, EVT_RESTRICT, NULL), EFAULT);
	l = loop_bind(fd, fd);
	evt_expect(fd, l.b);
	CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_TBUF));
	CHECK_EQ(evt_restrict(fd, GUEST), 0);
}

CASE(restricted_file_binds_no_virq)
{
	int fd = restricted();

	CHECK_ERR(evt_bind_virq(fd, EVT_VIRQ_TBUF), EACCES);
	CHECK_ERR(evt_bind_virq(fd, EVT_NR_VIRQS), EACCES);
}

CASE(restricted_file_binds_no_unbound_port)
{
	int fd = restricted();

	CHECK_ERR(evt_bind_unbound(fd, 0), EACCES);
	CHECK_ERR(evt_bind_unbound(fd, GUEST), EACCES);
}

CASE(restricted_file_binds_to_its_domain_only)
{
	int other = evt_open(0), fd = restricted();
	int a = CHECK_OK(evt_bind_unbound(other, 0));

	CHECK_ERR(evt_bind_interdomain(fd, 0, a), EACCES);
	CHECK_ERR(evt_bind_interdomain(fd, GUEST + 1, a), EACCES);
	CHECK_ERR(evt_bind_interdomain(fd, EVT_DOMID_SELF, a), EACCES);
	CHECK_ERR(ioctl(fd, EVT_BIND_INTERDOMAIN, NULL), EFAULT);
	/* Past the driver, to a Xen that knows no such domain. */
	CHECK_ERR(evt_bind_interdomain(fd, GUEST, a), ESRCH);
}

CASE(restricted_file_keeps_the_ports_it_has)
{
	struct loop l = loop_open();

	CHECK_EQ(evt_restrict(l.fd, GUEST), 0);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
	CHECK_OK(evt_notify(l.fd, l.b));
	evt_cycle(l.fd, l.a);
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_ERR(evt_notify(l.fd, l.b), ENOTCONN);
	CHECK_OK(evt_reset(l.fd));
}

CASE(restricted_file_says_so_before_it_looks_at_the_argument)
{
	int fd = restricted();

	CHECK_ERR(ioctl(fd, EVT_BIND_VIRQ, NULL), EACCES);
	CHECK_ERR(ioctl(fd, EVT_BIND_UNBOUND, NULL), EACCES);
	CHECK_ERR(ioctl(fd, EVT_RESTRICT, NULL), EACCES);
}

CASE(restricted_file_does_not_bind_others)
{
	int fd = restricted(), other = evt_open(0);

	CHECK_OK(evt_bind_unbound(other, 0));
	CHECK_ERR(evt_bind_unbound(fd, 0), EACCES);
}

CASE(restricted_file_stays_so_when_shared)
{
	int fd = restricted(), copy = CHECK_OK(dup(fd));
	pid_t pid = CHECK_OK(fork());

	if (!pid) {
		CHECK_ERR(evt_bind_unbound(fd, 0), EACCES);
		_exit(0);
	}
	tap_reap(pid);
	CHECK_ERR(evt_bind_unbound(copy, 0), EACCES);
	CHECK_ERR(evt_restrict(copy, GUEST), EACCES);
}

/* No word about it in the interface: the drivers should agree. */
CASE(restricted_file_and_a_static_port)
{
	int rc = evt_bind_static(restricted(), EVT_NR_CHANNELS);

	OBSERVE("errno", "%s", rc < 0 ? tap_errno(errno) : "bound");
}
