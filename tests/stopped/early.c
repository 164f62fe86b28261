// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU stops in the handler of an event, after it has seen that its port has no
 * early EOI, and the port gets it meanwhile. The consumer of such a port rearms
 * only what says that it is masked, and the entry of this event does not.
 */
#include <pthread.h>

#include "../mapped/bundle.h"
#include "hold.h"

#define POINT 'E'

static struct loop l;

static void option(uint32_t op, uint32_t value)
{
	CHECK_OK(ioctl(l.fd, op, &(struct evtmmap_port_option){ l.b, value }));
}

static void *set_early(void *arg)
{
	option(EVTMMAP_IOC_EARLY_EOI, 0);
	return arg;
}

static void take(struct consumer *c, const char *which)
{
	uint32_t port;

	if (!consumer_sleep(c, EVT_WAIT_MS / 4) || !consumer_take(c, &port))
		tap_fail(__FILE__, __LINE__, "the %s event is lost", which);
	CHECK_EQ(port & ~EVTMMAP_PORT_MASKED, l.b);
	if (port & EVTMMAP_PORT_MASKED)
		evt_unmask(l.fd, l.b);
}

CASE_LIMIT(early_eoi_waits_for_a_handler_that_stopped, 30)
{
	uint32_t ports[4];
	struct consumer c;
	pthread_t thread;

	hold_run_elsewhere();
	l = loop_open_two();
	option(EVTMMAP_IOC_AFFINITY, HOLD_CPU);
	usleep(EVT_SETTLE_MS * 1000);
	if (evt_drain(l.fd, ports, 4))	/* moving it may raise one more */
		evt_unmask(l.fd, l.b);
	evt_silent(l.fd);
	c = consumer_open(l.fd);
	hold_arm(POINT);
	loop_fire(&l);
	hold_await(POINT);
	CHECK_EQ(pthread_create(&thread, NULL, set_early, NULL), 0);
	/* Long enough for who does not wait. */
	usleep(EVT_QUIET_MS * 1000);
	CHECK(hold_is_at(POINT));
	hold_release();
	CHECK_EQ(pthread_join(thread, NULL), 0);
	take(&c, "first");
	loop_fire(&l);
	take(&c, "second");
	loop_fire(&l);
	take(&c, "third");
}
