// SPDX-License-Identifier: GPL-2.0
/*
 * One end of ports whose other end is in another domain: each event is taken,
 * its port rearmed, and answered. Both domains run this, so that with n ports
 * n events are under way between them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <xen/xen.h>	/* the next one lacks domid_t */
#include <xen/sys/evtchn.h>

#include <evtmmap.h>

#include "guest.h"

#define PORT_LIMIT	(1 << 17)

/* The mapped ring; rearm, notify and sleep in one ENTER. */

static bool enter_open(struct stream *s)
{
	return way_mapped.open(s);
}

static unsigned int enter_take(struct stream *s, unsigned int max)
{
	const struct evtmmap_event *ev;
	unsigned int i, n = mapped_peek(s, &ev, max);

	for (i = 0; i < n; i++)
		stream_got(s, ev[i].port);
	mapped_release(s, n);
	return n;
}

static void enter_wait(struct stream *s, int milliseconds)
{
	int ret = evtmmap_submit_wait(s->handle, 1, milliseconds * 1000000LL);

	if (ret < 0)
		die("evtmmap_submit_wait: %s", evtmmap_strerror(ret));
}

static void enter_close(struct stream *s)
{
	way_mapped.close(s);
}

static const struct way way_enter = {
	.key = "enter", .title = "mapped ring, answers in ENTER",
	.open = enter_open, .take = enter_take, .wait = enter_wait, .close = enter_close,
};

static void arrived(void *arg, unsigned int pair)
{
	struct end *e = arg;
	unsigned int what = EVTMMAP_REARM;

	if (e->answer && pair == e->s.n - 1)
		e->over = true;
	else if (e->answer)
		what |= EVTMMAP_NOTIFY;
	if (what & EVTMMAP_NOTIFY)
		e->s.sent[pair]++;
	if (e->s.way != &way_enter) {
		if (what & EVTMMAP_NOTIFY)
			evtchn_notify(e->s.rx, e->s.port[pair]);
	} else if (evtmmap_queue(e->s.handle, e->s.port[pair], what) < 0) {
		die("evtmmap_queue");
	}
}

static const struct way *way_named(const char *name)
{
	static const struct way *const ways[] = { &way_lib, &way_batch, &way_enter };
	unsigned int i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i]->key, name))
			return ways[i];
	return NULL;
}

static void *zeroed(size_t n)
{
	void *p = calloc(n, sizeof(uint32_t));

	if (!p)
		die("no memory");
	return p;
}

bool end_open(struct end *e, const char *way, unsigned int ports)
{
	struct stream *s = &e->s;

	memset(e, 0, sizeof(*e));
	s->way = way_named(way);
	if (!s->way || !s->way->open(s))
		return false;
	/* The last one ends the game. */
	s->n = ports + 1;
	s->on_got = arrived;
	s->arg = e;
	s->port = zeroed(s->n);
	s->sent = zeroed(s->n);
	s->got = zeroed(s->n);
	s->index = zeroed(PORT_LIMIT);
	return true;
}

void end_close(struct end *e)
{
	e->s.way->close(&e->s);
	free(e->s.port);
	free(e->s.sent);
	free(e->s.got);
	free(e->s.index);
}

void end_bind(struct end *e, unsigned int i, unsigned int domid, unsigned int remote)
{
	struct ioctl_evtchn_bind_unbound_port offer = { .remote_domain = domid };
	struct ioctl_evtchn_bind_interdomain connect = { domid, remote };
	int port;

	if (remote)
		port = ioctl(e->s.rx, IOCTL_EVTCHN_BIND_INTERDOMAIN, &connect);
	else
		port = ioctl(e->s.rx, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &offer);
	if (port <= 0 || port >= PORT_LIMIT)
		die("binding a port with domain %u", domid);
	e->s.port[i] = port;
	e->s.index[port] = i + 1;
}

void end_turn(struct end *e)
{
	e->s.way->wait(&e->s, -1);
	e->s.way->take(&e->s, GUEST_PORTS);
}

void end_send(struct end *e, unsigned int i)
{
	e->s.sent[i]++;
	evtchn_notify(e->s.rx, e->s.port[i]);
}

void end_flush(struct end *e)
{
	if (e->s.way == &way_enter && evtmmap_submit(e->s.handle) < 0)
		die("evtmmap_submit");
}
