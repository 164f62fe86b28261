// SPDX-License-Identifier: GPL-2.0
/*
 * The module's ring and its credit, kernel/ring.[ch], with libevtmmap's mapped
 * consumer, ring.h: the sources themselves. ring.c is included, so that all of
 * it is inline here as the others' is.
 *
 * Twice: the ring by itself, in which there is room since no port is published
 * again before it was taken; and with the credit that makes sure of that in the
 * driver, one compare-and-swap before an entry and one after it was taken.
 */
#include "../../kernel/ring.c"

#include "../../lib/libevtmmap/ring.h"
#include "rings.h"

#define inline_all	__attribute__((__flatten__))

/* Ports are apart, as the driver's are. */
struct port {
	atomic_t credit;
} __attribute__((aligned(CACHE_LINE)));

struct ours {
	struct evtchn_ring kernel;
	struct ring user __attribute__((aligned(CACHE_LINE)));
	const void *slots;	/* as @user has them mapped */
	struct port port[RING_PORTS];
};

static void *ours_open(void)
{
	struct ours *o = ring_memory(sizeof(*o));
	struct evtchn_segment *seg;

	if (evtchn_ring_init(&o->kernel))
		abort();
	seg = o->kernel.oldest;
	if (seg->nslots != RING_SLOTS)
		abort();
	o->user.page = ring_memory(PAGE_SIZE);
	o->slots = shim_map_twice(seg->slots, seg->nslots * sizeof(u64));
	ring_enter(&o->user, o->slots, &o->kernel.header->segment[0], seg->base);
	return o;
}

static void ours_close(void *ring)
{
	struct ours *o = ring;

	shim_unmap_twice(o->slots, RING_SLOTS * sizeof(u64));
	evtchn_ring_destroy(&o->kernel);
	free(o->user.page);
	free(o);
}

static inline_all bool ours_publish(void *ring, uint32_t port)
{
	struct ours *o = ring;

	evtchn_ring_publish(&o->kernel, port);
	return true;
}

/* As evtmmap_next(). */
static bool ours_take(void *ring, uint32_t *port)
{
	struct ours *o = ring;

	return ring_take(&o->user, port);
}

/* As evtmmap_peek() and evtmmap_release(), and what a caller does between. */
static uint32_t ours_take_all(void *ring, uint32_t *ports, uint32_t most)
{
	struct ours *o = ring;
	const __u64 *here = ring_here(&o->user);
	uint32_t n = ring_span(&o->user), i;

	n = n < most ? n : most;
	for (i = 0; i < n; i++)
		ports[i] = EVTMMAP_SLOT_PORT(here[i]);
	ring_advance(&o->user, n);
	return n;
}

static inline_all bool credit_publish(void *ring, uint32_t port)
{
	struct ours *o = ring;

	if (evtchn_credit_upcall(&o->port[port].credit) != EVTCHN_PUBLISH)
		return false;
	evtchn_ring_publish(&o->kernel, port);
	return true;
}

static void rearm(struct ours *o, uint32_t port)
{
	/* There is no Xen here to send the EOI to. */
	if (evtchn_credit_rearm(&o->port[port].credit, true) != EVTCHN_EOI)
		abort();
}

static bool credit_take(void *ring, uint32_t *port)
{
	struct ours *o = ring;

	if (!ring_take(&o->user, port))
		return false;
	rearm(o, *port);
	return true;
}

static uint32_t credit_take_all(void *ring, uint32_t *ports, uint32_t most)
{
	uint32_t n = ours_take_all(ring, ports, most), i;

	for (i = 0; i < n; i++)
		rearm(ring, ports[i]);
	return n;
}

const struct ring_ops ring_ours = {
	.name = "evtmmap",
	.open = ours_open,
	.close = ours_close,
	.publish = ours_publish,
	.take = ours_take,
	.take_all = ours_take_all,
};

const struct ring_ops ring_ours_credit = {
	.name = "evtmmap with credit",
	.open = ours_open,
	.close = ours_close,
	.publish = credit_publish,
	.take = credit_take,
	.take_all = credit_take_all,
};
