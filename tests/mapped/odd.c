// SPDX-License-Identifier: GPL-2.0
/* Calls that make no sense, and calls that fail. */
#include "bundle.h"
#include "proc.h"

static bool is_known(unsigned int cmd)
{
	static const unsigned int known[] = {
		EVT_BIND_VIRQ, EVT_BIND_INTERDOMAIN, EVT_BIND_UNBOUND,
		EVT_UNBIND, EVT_NOTIFY, EVT_RESET, EVT_RESTRICT,
		EVT_BIND_STATIC, EVTMMAP_IOC_RESYNC, EVTMMAP_IOC_ENTER,
		EVTMMAP_IOC_POLLER, EVTMMAP_IOC_EARLY_EOI, EVTMMAP_IOC_AFFINITY,
		EVTMMAP_IOC_PRIORITY, EVTMMAP_IOC_BIND_VIRQ, EVTMMAP_IOC_REARM,
	};
	unsigned int i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i] == cmd)
			return true;
	return false;
}

CASE(unknown_ioctls_of_every_number)
{
	static const unsigned int size[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 64, 128, 4096, 16383,
	};
	struct loop l = loop_open();
	struct consumer c = consumer_open(l.fd);
	unsigned int nr, i, dir, cmd;
	char arg[16384] = { 0 };

	for (nr = 0; nr < 256; nr++)
		for (i = 0; i < sizeof(size) / sizeof(*size); i++)
			for (dir = 0; dir < 4; dir++) {
				cmd = _IOC(dir, 'E', nr, size[i]);
				if (is_known(cmd))
					continue;
				CHECK_ERR(ioctl(l.fd, cmd, arg), ENOSYS);
				CHECK_ERR(ioctl(l.fd, cmd, NULL), ENOSYS);
				CHECK_ERR(ioctl(l.fd, cmd, -1L), ENOSYS);
			}
	loop_fire(&l);
	mapped_expect(&c, l.b);
}

CASE(resync_ignores_its_argument)
{
	struct consumer c = consumer_open(evt_open(0));

	CHECK_OK(ioctl(c.fd, EVTMMAP_IOC_RESYNC, NULL));
	CHECK_OK(ioctl(c.fd, EVTMMAP_IOC_RESYNC, -1L));
	CHECK_EQ(c.header->resyncs, 2);
}

static int bound_here(void)
{
	return proc_count("/proc/interrupts", "evtchn:unwind");
}

CASE_LIMIT(failing_binds_leave_nothing, 60)
{
	int fd, i, before, after, irqs;

	proc_set_name("unwind");
	fd = evt_open(O_NONBLOCK);
	before = CHECK_OK(evt_bind_unbound(fd, 0));
	irqs = bound_here();
	CHECK_EQ(irqs, 1);
	for (i = 0; i < 1000; i++) {
		CHECK_ERR(evt_bind_interdomain(fd, 999, 1), ESRCH);
		CHECK_ERR(evt_bind_interdomain(fd, 0, 100000), EINVAL);
		CHECK_ERR(evt_bind_virq(fd, EVT_NR_VIRQS), EINVAL);
		CHECK(evt_bind_virq(fd, EVT_VIRQ_TIMER) < 0);
	}
	CHECK_EQ(bound_here(), irqs);
	/* Xen gives the lowest free one: none of those was kept. */
	after = CHECK_OK(evt_bind_unbound(fd, 0));
	CHECK_LE(after, before + 1);
	close(fd);
	CHECK_EQ(bound_here(), 0);
}

CASE_LIMIT(close_leaves_nothing, 60)
{
	struct bundle s;
	struct consumer c;
	int i;

	proc_set_name("unwind");
	for (i = 0; i < 5; i++) {
		bundle_open(&s, 50);
		c = consumer_open(s.rx);
		bundle_fire_all(&s);
		CHECK_EQ(bound_here(), 100);
		/* A mapping is a reference to the file like any other. */
		bundle_close(&s);
		CHECK_EQ(bound_here(), 50);
		consumer_close(&c);
		CHECK_EQ(bound_here(), 0);
	}
}
