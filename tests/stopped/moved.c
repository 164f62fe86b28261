// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU stops in the handler of an event, after it has published it, and the
 * consumer does not wait: it gives the port back, the port's interrupt moves to
 * another vCPU, and the next event comes there. The interrupt core keeps that one
 * for the handler that is still running, and leaves the port open: the event after
 * it finds a port that is masked by all that we know. It must not be lost.
 */
#include "../mapped/bundle.h"
#include "hold.h"

#define POINT 'C'	/* published, and nobody is woken yet */

static struct loop l;
static struct consumer c;
static bool is_mapped;

static void affinity(uint32_t cpu)
{
	struct evtmmap_port_option arg = { l.b, cpu };

	CHECK_OK(ioctl(l.fd, EVTMMAP_IOC_AFFINITY, &arg));
}

static void open_on_the_victim(bool mapped)
{
	uint32_t ports[4];

	is_mapped = mapped;
	hold_run_elsewhere();
	l = loop_open_two();
	affinity(HOLD_CPU);
	usleep(EVT_SETTLE_MS * 1000);
	if (evt_drain(l.fd, ports, 4))	/* moving it may raise one more */
		evt_unmask(l.fd, l.b);
	evt_silent(l.fd);
	if (is_mapped)
		c = consumer_open(l.fd);
}

static bool comes(int ms)
{
	struct pollfd p = { .fd = l.fd, .events = POLLIN };
	uint32_t port;

	if (!is_mapped) {
		if (CHECK_OK(poll(&p, 1, ms)) != 1)
			return false;
		return read(l.fd, &port, sizeof(port)) == sizeof(port) && port == l.b;
	}
	return consumer_sleep(&c, ms) && consumer_take(&c, &port) && port == l.b;
}

static void rearm(void)
{
	evt_unmask(l.fd, l.b);
}

static void reset(void)
{
	CHECK_OK(evt_reset(l.fd));
	if (is_mapped)
		consumer_seek(&c);
}

static void resync(void)
{
	CHECK_OK(ioctl(l.fd, EVTMMAP_IOC_RESYNC));
	consumer_seek(&c);
	CHECK(comes(EVT_WAIT_MS));
	rearm();
}

static void third_event_is_kept(bool follow, void (*give_back)(void))
{
	if (follow)
		affinity(EVTMMAP_CPU_CONSUMER);
	hold_arm(POINT);
	loop_fire(&l);
	hold_await(POINT);
	if (give_back != reset)		/* which throws it away */
		CHECK(comes(EVT_WAIT_MS));
	give_back();
	if (!follow)
		affinity(0);
	loop_fire(&l);			/* kept for the handler */
	usleep(EVT_SETTLE_MS * 1000);
	CHECK(hold_is_at(POINT));
	hold_release();
	CHECK(comes(EVT_WAIT_MS));
	usleep(EVT_SETTLE_MS * 1000);
	loop_fire(&l);			/* finds it masked */
	usleep(EVT_SETTLE_MS * 1000);
	rearm();
	if (!comes(EVT_WAIT_MS / 4))
		tap_fail(__FILE__, __LINE__, "the third event is lost");
	rearm();
	/* And the port works as before. */
	loop_fire(&l);
	CHECK(comes(EVT_WAIT_MS));
}

#define MOVED(name, mapped, follow, give_back)				\
	CASE_LIMIT(name, 30)						\
	{								\
		open_on_the_victim(mapped);				\
		third_event_is_kept(follow, give_back);			\
	}

MOVED(read_loses_nothing_to_a_port_that_moved, false, false, rearm)
MOVED(read_loses_nothing_to_a_port_that_followed, false, true, rearm)
MOVED(read_loses_nothing_to_a_reset_of_a_port_that_moved, false, false, reset)
MOVED(mapped_loses_nothing_to_a_port_that_moved, true, false, rearm)
MOVED(mapped_loses_nothing_to_a_port_that_followed, true, true, rearm)
MOVED(mapped_loses_nothing_to_a_reset_of_a_port_that_moved, true, false, reset)
MOVED(mapped_loses_nothing_to_a_resync_of_a_port_that_moved, true, false, resync)
