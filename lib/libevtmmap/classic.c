// SPDX-License-Identifier: MIT
/*
 * Events by read() and write(): what read() returns is put into slots of our
 * own, so that event.c takes it out as it would from a mapped ring.
 */
#include <errno.h>
#include <poll.h>
#include <unistd.h>
#include "handle.h"

/* Replaces the slots, all of them taken, by @n ports. Returns how many count. */
static int fill(struct evtmmap *h, const __u32 *ports, __u32 n)
{
	const struct evtmmap_segment seg = { 0, h->ring.cons, CLASSIC_PORTS };
	__u32 i, live = 0;

	for (i = 0; i < n; i++)
		/* The in-tree driver returns ports it has unbound. */
		if (!user_is_unbound(h, ports[i])) {
			h->buffer[live] = EVTMMAP_SLOT(live, ports[i]);
			live++;
		}
	/* The tag of a slot that is free: that of the lap before. */
	h->buffer[live] = EVTMMAP_SLOT(live - CLASSIC_PORTS, 0);
	ring_enter(&h->ring, h->buffer, &seg, h->ring.cons);
	return (int)live;
}

void classic_open(struct evtmmap *h)
{
	h->quiet = false;
	h->ring.page = &h->local;
	fill(h, NULL, 0);
}

/* Ports to make up events for, after the driver dropped some. */
static __u32 resend(struct evtmmap *h, __u32 *ports)
{
	__u32 n = 0;

	while (h->resend < EVTMMAP_PORT_LIMIT && n < CLASSIC_PORTS) {
		if (user_is_bound(h, h->resend))
			ports[n++] = h->resend;
		h->resend++;
	}
	if (h->resend == EVTMMAP_PORT_LIMIT)
		h->resend = 0;
	return n;
}

static int read_ports(struct evtmmap *h, __u32 *ports)
{
	ssize_t got;

	do
		got = read(h->fd, ports, CLASSIC_PORTS * sizeof(*ports));
	while (got < 0 && errno == EINTR);
	if (got >= 0)
		return (int)((size_t)got / sizeof(*ports));
	if (errno == EAGAIN)
		return 0;
	return errno == EFBIG ? -EOVERFLOW : -errno;
}

/* Returns 1 if there may be more to see, 0 if there is nothing, -errno. */
int classic_refill(struct evtmmap *h)
{
	__u32 ports[CLASSIC_PORTS];
	int n = 0;

	if (h->resend)
		n = (int)resend(h, ports);
	if (n == 0)
		n = read_ports(h, ports);
	if (n <= 0)
		return n;
	fill(h, ports, (__u32)n);
	return 1;
}

/* The port was unbound: what was read of it before is no event any more. */
void classic_forget(struct evtmmap *h, __u32 port)
{
	__u32 i;

	for (i = 0; i < CLASSIC_PORTS; i++)
		if (EVTMMAP_SLOT_PORT(h->buffer[i]) == port)
			h->buffer[i] = EVTMMAP_SLOT(i, EVTMMAP_PORT_DEAD);
}

bool classic_is_lost(const struct evtmmap *h)
{
	struct pollfd p = { .fd = h->fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0 && p.revents & POLLERR;
}

/*
 * Which ports' events were dropped nobody knows. Arm every port there can be,
 * since an adopted device may have some we never heard of, and make up an
 * event for each that we do know.
 */
int classic_begin_again(struct evtmmap *h)
{
	__u32 ports[CLASSIC_PORTS], first, i;
	int ret;

	for (first = 0; first < EVTMMAP_PORT_LIMIT; first += CLASSIC_PORTS) {
		for (i = 0; i < CLASSIC_PORTS; i++)
			ports[i] = first + i;
		ret = evtmmap_rearm_many(h, ports, CLASSIC_PORTS);
		if (ret < 0)
			return ret;
	}
	fill(h, NULL, 0);
	h->resend = 1;
	return 0;
}
