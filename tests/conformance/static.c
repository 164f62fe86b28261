// SPDX-License-Identifier: GPL-2.0
/* BIND_STATIC: ports that somebody else made and the file does not close. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "loop.h"
#include "pages.h"
#include "tap.h"
#include "xencall.h"

/* An unbound port that no driver knows. */
static uint32_t static_port(void)
{
	return xen_alloc_unbound(EVT_DOMID_SELF);
}

static void bind_static(int fd, uint32_t port)
{
	CHECK_EQ(CHECK_OK(evt_bind_static(fd, port)), 0);
}

CASE(static_bind_takes_a_port_that_is_there)
{
	uint32_t port = static_port();
	int fd = evt_open(0);

	bind_static(fd, port);
	CHECK_EQ(xen_port_state(port), XEN_PORT_UNBOUND);
	close(fd);
	xen_close_port(port);
}

CASE(static_port_delivers_events)
{
	struct loop l = { .a = static_port() };

	l.fd = l.fd_a = evt_open(O_NONBLOCK);
	bind_static(l.fd, l.a);
	l.b = CHECK_OK(evt_bind_interdomain(l.fd, 0, l.a));
	evt_cycle(l.fd, l.b);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
	CHECK_OK(evt_notify(l.fd, l.b));
	evt_cycle(l.fd, l.a);
	CHECK_OK(evt_notify(l.fd, l.b));
	evt_cycle(l.fd, l.a);
	close(l.fd);
	xen_close_port(l.a);
}

CASE(static_port_survives_close)
{
	uint32_t port = static_port();
	int fd = evt_open(0);

	bind_static(fd, port);
	close(fd);
	CHECK_EQ(xen_port_state(port), XEN_PORT_UNBOUND);
	xen_close_port(port);
}

CASE(static_port_survives_unbind)
{
	uint32_t port = static_port();
	int fd = evt_open(0);

	bind_static(fd, port);
	CHECK_OK(evt_unbind(fd, port));
	CHECK_EQ(xen_port_state(port), XEN_PORT_UNBOUND);
	CHECK_ERR(evt_notify(fd, port), ENOTCONN);
	xen_close_port(port);
}

CASE(static_port_can_be_bound_again)
{
	uint32_t port = static_port();
	int i, fd;

	for (i = 0; i < 3; i++) {
		fd = evt_open(0);
		bind_static(fd, port);
		if (i)
			CHECK_OK(evt_unbind(fd, port));
		close(fd);
	}
	xen_close_port(port);
}

/* Xen would give it to whoever comes next, with this file's interrupt on it. */
CASE(static_bind_of_a_closed_port_is_refused)
{
	uint32_t port = static_port();
	int fd = evt_open(0);

	xen_close_port(port);
	CHECK_ERR(evt_bind_static(fd, port), EINVAL);
	CHECK_OK(evt_bind_unbound(fd, 0));
}

CASE(static_bind_twice_is_eisconn)
{
	uint32_t port = static_port();
	int fd = evt_open(0);

	bind_static(fd, port);
	CHECK_ERR(evt_bind_static(fd, port), EISCONN);
	CHECK_OK(evt_unbind(fd, port));
	xen_close_port(port);
}

CASE(static_bind_of_a_port_of_the_same_file_is_eisconn)
{
	struct loop l = loop_open();

	CHECK_ERR(evt_bind_static(l.fd, l.a), EISCONN);
	CHECK_ERR(evt_bind_static(l.fd, l.b), EISCONN);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
}

CASE(static_bind_with_a_bad_pointer_is_efault)
{
	int fd = evt_open(0);

	CHECK_ERR(ioctl(fd, EVT_BIND_STATIC, NULL), EFAULT);
	CHECK_ERR(ioctl(fd, EVT_BIND_STATIC, page_end() - 2), EFAULT);
}

CASE(static_bind_with_another_size_is_enosys)
{
	uint32_t arg[4] = { 0 };
	int fd = evt_open(0);
	unsigned int size;

	for (size = 0; size <= 16; size++)
		if (size != 4)
			CHECK_ERR(ioctl(fd, EVT_IOC(7, size), arg), ENOSYS);
}

CASE(static_bind_beyond_the_last_channel_fails)
{
	struct loop l = loop_open();
	int rc = evt_bind_static(l.fd, EVT_NR_CHANNELS);

	OBSERVE("errno", "%s", rc < 0 ? tap_errno(errno) : "bound");
	CHECK_EQ(rc, -1);
	CHECK_NE(errno, ENOSYS);
	CHECK_EQ(evt_bind_static(l.fd, 0xffffffff), -1);
	CHECK_ERR(evt_notify(l.fd, EVT_NR_CHANNELS), ENOTCONN);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
}

/* VIRQs and IPIs of the kernel itself: the lowest ports. */
CASE(static_bind_of_a_port_of_the_kernel_is_refused)
{
	int fd = evt_open(0), refused = 0;
	uint32_t port;

	if (evt_is_in_tree())
		SKIP("the in-tree driver stops a timer of dom0");
	for (port = 1; port < 8; port++) {
		if (xen_port_state(port) < XEN_PORT_VIRQ)
			continue;
		CHECK_EQ(evt_bind_static(fd, port), -1);
		if (!refused++)
			OBSERVE("errno", "%s", tap_errno(errno));
		CHECK_NE(errno, ENOSYS);
		CHECK_ERR(evt_notify(fd, port), ENOTCONN);
		CHECK_GE(xen_port_state(port), XEN_PORT_VIRQ);
	}
	CHECK_GE(refused, 1);
	usleep(EVT_QUIET_MS * 1000);
}

/* The same interrupt for two files: whoever loses, the first goes on. */
CASE(static_bind_of_another_files_port_leaves_that_one_working)
{
	struct loop l = loop_open_two();
	int thief = evt_open(O_NONBLOCK), rc;

	if (evt_is_in_tree())
		SKIP("the in-tree driver brings the kernel down");
	loop_fire(&l);
	evt_expect(l.fd, l.b);
	rc = evt_bind_static(thief, l.b);
	OBSERVE("errno", "%s", rc < 0 ? tap_errno(errno) : "bound");
	CHECK(rc == 0 || errno != ENOSYS);
	close(thief);
	CHECK_EQ(xen_port_state(l.b), XEN_PORT_INTERDOMAIN);
	evt_unmask(l.fd, l.b);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_EQ(xen_port_state(l.b), XEN_PORT_CLOSED);
}
