// SPDX-License-Identifier: GPL-2.0
/* One call, again and again, from many threads, while events flow. */
#include <fcntl.h>
#include <stdlib.h>

#include "frame.h"

#define THREADS 4

static void storm_of(void (*fn)(void *), void *arg)
{
	int i;

	for (i = 0; i < THREADS; i++)
		meanwhile(fn, arg);
}

/* Events that may be thrown away by it, in segments that are gone: read on. */
static void fire_and_rearm(void)
{
	uint32_t pos;

	for (pos = 0; going(); pos++) {
		bundle_fire_all(&mine);
		consumer_slot(&ring, pos);
		bundle_rearm_all(&mine);
	}
}

static void reset(void *arg)
{
	CHECK_OK(evt_reset(*(int *)arg));
}

static void resync(void *arg)
{
	CHECK_OK(ioctl(*(int *)arg, EVTMMAP_IOC_RESYNC));
}

/* Between a fire and its take, and once more: none stays masked for ever. */
HOSTILE(reset_in_mid_stream)
{
	while (going()) {
		flow();
		bundle_fire_all(&mine);
		CHECK_OK(evt_reset(mine.rx));
		consumer_seek(&ring);
		settle();
	}
}

HOSTILE(resync_in_mid_stream)
{
	uint32_t i;

	while (going()) {
		flow();
		bundle_fire_all(&mine);
		ring_reaches(ring.header, ring.pos + mine.n);
		for (i = random() % mine.n; i; i--)
			mapped_take(&ring);
		CHECK_OK(ioctl(mine.rx, EVTMMAP_IOC_RESYNC));
		consumer_seek(&ring);
		/* Taken or not, none was given back: each comes again. */
		mapped_take_each(&ring, &mine);
		bundle_rearm_all(&mine);
	}
}

/* Given away for good: what is bound stays bound. */
HOSTILE(restrict_in_mid_stream)
{
	CHECK_OK(evt_restrict(mine.rx, 1));
	while (going()) {
		CHECK_ERR(evt_restrict(mine.rx, 1), EACCES);
		CHECK_ERR(evt_bind_unbound(mine.rx, 0), EACCES);
		CHECK_ERR(evt_bind_virq(mine.rx, EVT_VIRQ_TBUF), EACCES);
		CHECK_ERR(evt_bind_interdomain(mine.rx, 0, mine.a[0]), EACCES);
		flow();
	}
}

HOSTILE(resets_in_a_tight_loop)
{
	storm_of(reset, &mine.rx);
	fire_and_rearm();
	end_threads();
}

HOSTILE(resyncs_in_a_tight_loop)
{
	storm_of(resync, &mine.rx);
	fire_and_rearm();
	end_threads();
}

HOSTILE(resets_and_resyncs_in_a_tight_loop)
{
	storm_of(reset, &mine.rx);
	storm_of(resync, &mine.rx);
	fire_and_rearm();
	end_threads();
}

static void restrict_anew(void *arg)
{
	int fd = evt_open(0);

	(void)arg;
	CHECK_OK(evt_restrict(fd, 1 + random() % 1000));
	CHECK_ERR(evt_restrict(fd, 1), EACCES);
	close(fd);
	evt_restrict(mine.tx, 0);
	evt_restrict(mine.tx, EVT_DOMID_FIRST_RESERVED);
}

HOSTILE(restricts_in_a_tight_loop)
{
	storm_of(restrict_anew, NULL);
	while (going())
		flow();
	end_threads();
}

static void bind_and_unbind(void *arg)
{
	int port = evt_bind_unbound(*(int *)arg, 0);

	CHECK_OK(port);
	CHECK_OK(evt_unbind(*(int *)arg, port));
}

HOSTILE(binds_and_unbinds_in_a_tight_loop)
{
	storm_of(bind_and_unbind, &mine.rx);
	while (going())
		flow();
	end_threads();
}

static void open_and_close(void *arg)
{
	struct loop l = loop_bind(evt_open(0), evt_open(0));

	(void)arg;
	CHECK_OK(evt_notify(l.fd_a, l.a));
	close(l.fd_a);
	close(l.fd);
}

HOSTILE(opens_and_closes_in_a_tight_loop)
{
	storm_of(open_and_close, NULL);
	while (going())
		flow();
	end_threads();
}

static void fire(void *arg)
{
	(void)arg;
	bundle_fire_all(&mine);
}

HOSTILE(notifies_in_a_tight_loop)
{
	storm_of(fire, NULL);
	while (going())
		evt_unmask(mine.rx, mapped_take(&ring));
	end_threads();
	CHECK_EQ(ring.header->flags, 0);
}

/* Many more ports than it began with, all of them firing all the time. */
HOSTILE(ring_that_grows_while_all_of_it_fires)
{
	uint32_t n = mine.n;

	meanwhile(fire, NULL);
	while (mine.n < 300 && going()) {
		bundle_add(&mine);
		bundle_rearm_all(&mine);
	}
	end_threads();
	tap_note("%u ports", mine.n);
	CHECK_LE(n + 1, mine.n);
}

static void unbind_any(void *arg)
{
	uint32_t port = evt_bind_unbound(mine.rx, 0);

	(void)arg;
	CHECK_OK(evt_unbind(mine.rx, port));
	/* Its number may be somebody's again by now; not this file's, though. */
	evt_unmask(mine.rx, port);
	evt_notify(mine.rx, port);
}

HOSTILE(unbinds_while_others_write_the_same_port)
{
	storm_of(unbind_any, NULL);
	meanwhile(resync, &mine.rx);
	fire_and_rearm();
	end_threads();
}

static void toggle_async(void *arg)
{
	int fd = *(int *)arg;

	fcntl(fd, F_SETFL, O_NONBLOCK | (random() % 2 ? O_ASYNC : 0));
}

HOSTILE(fasync_in_a_tight_loop)
{
	/* No owner is set: nobody is signalled. */
	storm_of(toggle_async, &mine.rx);
	while (going())
		flow();
	end_threads();
	CHECK_OK(fcntl(mine.rx, F_SETFL, O_NONBLOCK));
}

static void read_fdinfo(void *arg)
{
	char path[64], buf[4096];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", *(int *)arg);
	fd = CHECK_OK(open(path, O_RDONLY));
	CHECK_OK(read(fd, buf, sizeof(buf)));
	close(fd);
}

HOSTILE(fdinfo_read_while_all_changes)
{
	storm_of(read_fdinfo, &mine.rx);
	meanwhile(resync, &mine.rx);
	meanwhile(bind_and_unbind, &mine.rx);
	fire_and_rearm();
	end_threads();
}
