// SPDX-License-Identifier: GPL-2.0
/*
 * The mapped ring, through libevtmmap.  Its fallback on a driver without one
 * is of no interest here: that is what the classic ways measure.
 */
#include <evtmmap.h>

#include "bench.h"

bool mapped_open(struct stream *s)
{
	struct evtmmap *h;
	int ret = evtmmap_open(&h, NULL);

	if (ret < 0)
		die("evtmmap_open: %s", evtmmap_strerror(ret));
	if (!evtmmap_is_mapped(h)) {
		evtmmap_close(h);
		return false;
	}
	s->handle = h;
	s->rx = evtmmap_fd(h);
	return true;
}

unsigned int mapped_bind(struct stream *s, unsigned int peer)
{
	int port = evtmmap_bind_interdomain(s->handle, 0, peer);

	if (port < 0)
		die("evtmmap_bind_interdomain: %s", evtmmap_strerror(port));
	return port;
}

unsigned int mapped_peek(struct stream *s, const struct evtmmap_event **ev,
			 unsigned int max)
{
	int n = evtmmap_peek(s->handle, ev);

	if (n < 0)
		die("evtmmap_peek: %s", evtmmap_strerror(n));
	return (unsigned int)n < max ? (unsigned int)n : max;
}

void mapped_release(struct stream *s, unsigned int n)
{
	int ret = evtmmap_release(s->handle, n);

	if (ret < 0)
		die("evtmmap_release: %s", evtmmap_strerror(ret));
}

void mapped_rearm(struct stream *s, const uint32_t *ports, unsigned int n)
{
	int ret = evtmmap_rearm_many(s->handle, ports, n);

	if (ret != (int)n)
		die("evtmmap_rearm_many: %d of %u", ret, n);
}

unsigned int mapped_take(struct stream *s, unsigned int max)
{
	const struct evtmmap_event *ev;
	unsigned int i, n = mapped_peek(s, &ev, max);

	if (!n)
		return 0;
	for (i = 0; i < n; i++)
		s->buf[i] = ev[i].port;
	mapped_release(s, n);
	mapped_rearm(s, s->buf, n);
	for (i = 0; i < n; i++)
		stream_got(s, s->buf[i]);
	return n;
}

static void mapped_wait(struct stream *s, int milliseconds)
{
	evtmmap_wait(s->handle, milliseconds * 1000000LL);
}

void mapped_close(struct stream *s)
{
	evtmmap_close(s->handle);
}

const struct way way_mapped = {
	.key = "mapped", .title = "mapped ring, up to 64 events at a time",
	.open = mapped_open, .bind = mapped_bind, .take = mapped_take,
	.wait = mapped_wait, .close = mapped_close,
};
