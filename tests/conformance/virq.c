// SPDX-License-Identifier: GPL-2.0
/* BIND_VIRQ. */
#include <fcntl.h>
#include <unistd.h>

#include "loop.h"
#include "tap.h"
#include "xencall.h"

CASE(virq_bind_returns_the_port)
{
	int fd = evt_open(0);
	int port = CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_TBUF));

	CHECK_GE(port, 1);
	CHECK_EQ(xen_port_state(port), XEN_PORT_VIRQ);
}

CASE(virq_bound_already_is_eexist)
{
	int fd = evt_open(0), other = evt_open(0);

	CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_TBUF));
	CHECK_ERR(evt_bind_virq(fd, EVT_VIRQ_TBUF), EEXIST);
	CHECK_ERR(evt_bind_virq(other, EVT_VIRQ_TBUF), EEXIST);
}

CASE(virq_of_the_kernel_is_eexist)
{
	int fd = evt_open(0);

	CHECK_ERR(evt_bind_virq(fd, EVT_VIRQ_TIMER), EEXIST);
}

CASE(virq_out_of_range_is_einval)
{
	int fd = evt_open(0);

	CHECK_ERR(evt_bind_virq(fd, EVT_NR_VIRQS), EINVAL);
	CHECK_ERR(evt_bind_virq(fd, 0x7fffffff), EINVAL);
	CHECK_ERR(evt_bind_virq(fd, 0xffffffff), EINVAL);
}

CASE(virq_can_be_bound_again_after_unbind)
{
	int fd = evt_open(0), i;

	for (i = 0; i < 3; i++)
		CHECK_OK(evt_unbind(fd, CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_TBUF))));
}

CASE(virq_can_be_bound_again_after_close)
{
	int i, fd;

	for (i = 0; i < 3; i++) {
		fd = evt_open(0);
		CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_TBUF));
		close(fd);
	}
}

CASE(virq_delivers_no_event_at_bind)
{
	int fd = evt_open(O_NONBLOCK);

	CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_TBUF));
	evt_silent(fd);
}

CASE(virq_event_is_read_and_masks_its_port)
{
	int fd = evt_open(O_NONBLOCK);
	int port = CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_CON_RING));

	xen_print_something();
	evt_expect(fd, port);
	xen_print_something();
	evt_silent(fd);
	evt_unmask(fd, port);
	evt_expect(fd, port);
}

/* Xen refuses to send on such a port, and nobody is told. */
CASE(virq_port_may_be_notified_in_vain)
{
	int fd = evt_open(O_NONBLOCK);
	int port = CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_TBUF));

	CHECK_EQ(evt_notify(fd, port), 0);
	evt_silent(fd);
}
