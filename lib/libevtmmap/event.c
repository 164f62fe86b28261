// SPDX-License-Identifier: MIT
/*
 * Taking events: the same for a mapped ring and for one that read() fills.
 */
#include <errno.h>
#include "handle.h"

/* No event, nothing to skip: is that all? */
static int look_further(struct evtmmap *h)
{
	if (!h->header)
		return classic_refill(h);
	return map_is_lost(h) ? -EOVERFLOW : map_restored(h);
}

int event_look(struct evtmmap *h)
{
	int ret;

	for (;;) {
		switch (ring_state(&h->ring)) {
		case RING_EVENT:
			return 1;
		case RING_DEAD:
			ring_advance(&h->ring, 1);
			continue;
		case RING_OVERRUN:
			/* Or the slot that a child finds. */
			return h->ours ? -EOVERFLOW : -EBADF;
		case RING_CLOSED:
			ret = map_follow(h);
			if (ret < 0)
				return ret;
			continue;
		case RING_EMPTY:
			ret = look_further(h);
			if (ret <= 0)
				return ret;
		}
	}
}

/* Not inlined: evtmmap_next() is to stay a leaf without a stack. */
static __attribute__((noinline)) int next_slowly(struct evtmmap *h)
{
	__u32 port;
	int ret;

	do {
		ret = event_look(h);
		if (ret <= 0)
			return ret;
		/* Another thread may unbind its port just now. */
	} while (!ring_take(&h->ring, &port));
	return (int)port;
}

int evtmmap_next(struct evtmmap *h)
{
	__u32 port;

	return ring_take(&h->ring, &port) ? (int)port : next_slowly(h);
}

int evtmmap_peek(struct evtmmap *h, const struct evtmmap_event **events)
{
	struct ring *r = &h->ring;
	__u32 n;
	int ret;

	while (!(n = ring_span(r))) {
		ret = event_look(h);
		if (ret <= 0)
			return ret;
	}
	*events = (const void *)ring_here(r);
	return (int)n;
}

int evtmmap_release(struct evtmmap *h, unsigned int n)
{
	struct ring *r = &h->ring;
	__s32 held = (__s32)(r->peeked - r->cons);

	/* evtmmap_next() may have gone past what was peeked at. */
	if (!n || held < 0 || n > (__u32)held)
		return !h->ours ? -EBADF : n ? -EINVAL : 0;
	ring_advance(r, n);
	return 0;
}

int evtmmap_overrun(const struct evtmmap *h)
{
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	return h->header ? map_is_lost(h) : classic_is_lost(h);
}
