// SPDX-License-Identifier: GPL-2.0
/* What can be set for a port: early EOI, where it is handled, how soon. */
#include <errno.h>
#include <sched.h>

#include "enter.h"
#include "xencall.h"

static int set(int fd, unsigned long cmd, uint32_t port, uint32_t value)
{
	struct evtmmap_port_option arg = { port, value };

	return ioctl(fd, cmd, &arg);
}

/* 0, or what it must say where Xen has no priorities. */
static int priority(struct commander *k, uint32_t value)
{
	int rc = set(k->fd, EVTMMAP_IOC_PRIORITY, k->s.b[0], value);

	if (xen_has_fifo())
		return rc;
	CHECK_ERR(rc, EOPNOTSUPP);
	return 0;
}

/* One file, one port with early EOI, on one CPU. */
static struct commander early_open(void)
{
	struct commander k;

	commander_open(&k, 1);
	commander_settle(&k);
	CHECK_OK(set(k.fd, EVTMMAP_IOC_EARLY_EOI, k.s.b[0], 0));
	return k;
}

static uint32_t take(struct commander *k)
{
	uint32_t port = 0;

	CHECK(consumer_take(&k->c, &port));
	store(&k->c.page->cons, k->c.pos);
	return port;
}

CASE(early_event_needs_no_rearm)
{
	struct commander k = early_open();
	int i;

	for (i = 0; i < 100; i++) {
		CHECK_OK(evt_notify(k.fd, k.s.a[0]));
		CHECK_EQ(take(&k), k.s.b[0]);
	}
	commander_close(&k);
}

CASE(early_event_on_one_untaken_is_masked_and_says_so)
{
	struct commander k = early_open();
	uint32_t port;

	CHECK_OK(evt_notify(k.fd, k.s.a[0]));
	CHECK_OK(evt_notify(k.fd, k.s.a[0]));
	CHECK_EQ(take(&k), k.s.b[0]);
	CHECK_EQ(take(&k), k.s.b[0] | EVTMMAP_PORT_MASKED);
	CHECK_OK(evt_notify(k.fd, k.s.a[0]));
	CHECK(!consumer_peek(&k.c, &port));
	evt_unmask(k.fd, k.s.b[0]);
	CHECK_EQ(take(&k), k.s.b[0]);
	commander_close(&k);
}

CASE(early_storm_is_two_interrupts)
{
	struct commander k = early_open();
	uint32_t prod = load_acquire(&k.c.header->prod);
	int i;

	for (i = 0; i < 1000; i++)
		CHECK_OK(evt_notify(k.fd, k.s.a[0]));
	CHECK_EQ(load_acquire(&k.c.header->prod), prod + 2);
	/* Nor does a consumer that claims to be ahead get more. */
	store(&k.c.page->cons, prod + 1000);
	evt_unmask(k.fd, k.s.b[0]);
	for (i = 0; i < 1000; i++)
		CHECK_OK(evt_notify(k.fd, k.s.a[0]));
	CHECK_LE(load_acquire(&k.c.header->prod) - prod, 4);
	commander_close(&k);
}

CASE(early_eoi_of_a_port_that_has_fired)
{
	struct commander k;

	commander_open(&k, 1);
	commander_settle(&k);
	CHECK_OK(evt_notify(k.fd, k.s.a[0]));
	CHECK_OK(set(k.fd, EVTMMAP_IOC_EARLY_EOI, k.s.b[0], 0));
	CHECK_EQ(take(&k), k.s.b[0]);
	CHECK_OK(evt_notify(k.fd, k.s.a[0]));
	CHECK_EQ(take(&k), k.s.b[0]);
	commander_close(&k);
}

CASE(options_that_make_no_sense)
{
	struct commander k;
	uint32_t port;

	commander_open(&k, 1);
	port = k.s.b[0];
	CHECK_ERR(set(k.fd, EVTMMAP_IOC_EARLY_EOI, port, 1), EINVAL);
	CHECK_ERR(set(k.fd, EVTMMAP_IOC_EARLY_EOI, 0x1ffff, 0), ENOTCONN);
	CHECK_ERR(set(k.fd, EVTMMAP_IOC_PRIORITY, port, 16), EINVAL);
	CHECK_ERR(set(k.fd, EVTMMAP_IOC_PRIORITY, 0x1ffff, 1), ENOTCONN);
	CHECK_ERR(set(k.fd, EVTMMAP_IOC_AFFINITY, port, 1000), EINVAL);
	CHECK_ERR(set(k.fd, EVTMMAP_IOC_AFFINITY, 0x1ffff, 0), ENOTCONN);
	CHECK_EQ(priority(&k, 0), 0);
	CHECK_OK(set(k.fd, EVTMMAP_IOC_AFFINITY, port, 1));
	CHECK_OK(set(k.fd, EVTMMAP_IOC_AFFINITY, port, EVTMMAP_CPU_CONSUMER));
	mapped_all_alive(&k.c, &k.s);
	commander_close(&k);
}

/* A user may put no more on others than his own CPU and the usual priority. */
static void as_nobody(struct commander *k)
{
	uint32_t port = k->s.b[0];
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	CHECK_OK(sched_setaffinity(0, sizeof(cpus), &cpus));
	/* Still root, who may. */
	CHECK_OK(set(k->fd, EVTMMAP_IOC_AFFINITY, port, 1));
	CHECK_EQ(priority(k, 6), 0);
	CHECK_OK(setresuid(65534, 65534, 65534));
	CHECK_ERR(set(k->fd, EVTMMAP_IOC_AFFINITY, port, 1), EPERM);
	CHECK_ERR(set(k->fd, EVTMMAP_IOC_AFFINITY, port, 1000), EINVAL);
	CHECK_OK(set(k->fd, EVTMMAP_IOC_AFFINITY, port, 0));
	CHECK_OK(set(k->fd, EVTMMAP_IOC_AFFINITY, port, EVTMMAP_CPU_CONSUMER));
	CHECK_ERR(set(k->fd, EVTMMAP_IOC_PRIORITY, port, 0), EPERM);
	CHECK_ERR(set(k->fd, EVTMMAP_IOC_PRIORITY, port, 6), EPERM);
	CHECK_EQ(priority(k, 7), 0);
	CHECK_EQ(priority(k, 15), 0);
}

CASE(options_that_harm_others_take_a_capability)
{
	struct commander k;
	pid_t pid;

	commander_open(&k, 1);
	pid = CHECK_OK(fork());
	if (!pid) {
		as_nobody(&k);
		_exit(0);
	}
	tap_reap(pid);
	mapped_all_alive(&k.c, &k.s);
}
