// SPDX-License-Identifier: GPL-2.0
/*
 * lib/libevtmmap/ring.h is built on the compiler's primitives; these stand in
 * for them, so that each of its accesses is one that the explorer knows.
 */
#include <linux/atomic.h>

#define __atomic_load_n(p, order) ({					\
	shim_step();							\
	__auto_type l_ = *(p) + 0;					\
	if (shim_tso)							\
		tso_load((p), &l_, sizeof(l_));				\
	l_; })
#define __atomic_store_n(p, v, order) do {				\
	__typeof__(*(p)) v_ = (v);					\
	shim_step();							\
	if (shim_tso)							\
		tso_store((p), &v_, sizeof(v_));			\
	else								\
		*(p) = v_;						\
} while (0)
#define __atomic_thread_fence(order)	smp_mb()

#define ring_take lib_ring_take
#include "libevtmmap/ring.h"
#undef ring_take

#include "mapped.h"

static struct ring ring;
static struct evtchn_ring *driver;
static u32 generation;
static bool quiet;

/* What stands for mmap() looks the segment up as the driver does. */
static void enter(u32 gen, u32 cons)
{
	struct evtmmap_segment *entry =
		&driver->header->segment[gen % EVTMMAP_SEGMENTS];
	struct evtmmap_segment seg = {
		.base = ring_read(&entry->base),
		.nslots = ring_read(&entry->nslots),
	};
	struct evtchn_segment *at;

	for (at = driver->oldest; at; at = at->next)
		if (at->generation == gen)
			break;
	CHECK(at);
	CHECK_EQ(seg.nslots, at->nslots);
	generation = gen;
	ring_enter(&ring, (const __u64 *)at->slots, &seg, cons);
}

void mapped_start(struct evtchn_ring *of, struct evtmmap_consumer *page,
		  bool with_wake)
{
	driver = of;
	ring = (struct ring){ .page = page };
	quiet = with_wake;
	page->flags = quiet ? EVTMMAP_C_WAKE_AT : 0;
	page->wake = of->taker.pos + RING_FAR;
	enter(of->newest->generation, of->taker.pos);
}

void mapped_restart(void)
{
	__u32 prod;

	enter(ring_newest(driver->header, &prod), ring_read(&ring.page->cons));
}

/* Past what is no event; true if there is one. */
static bool look(void)
{
	for (;;) {
		switch (ring_state(&ring)) {
		case RING_EVENT:
			return true;
		case RING_DEAD:
			ring_advance(&ring, 1);
			break;
		case RING_CLOSED:
			enter(generation + 1, ring.cons + 1);
			CHECK_EQ(ring.base, ring.cons);
			break;
		case RING_OVERRUN:
			CHECK(!"overrun");
			return false;
		default:
			return false;
		}
	}
}

bool mapped_take(u32 *port)
{
	return look() && lib_ring_take(&ring, port);
}

bool mapped_arm(void)
{
	u32 cons;
	bool any;

	do {
		cons = ring.cons;
		ring_wake_here(&ring, quiet);
		any = look();
	} while (!any && cons != ring.cons);
	if (any && quiet)
		ring_wake_far(&ring);
	return any;
}
