/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings that are compared: many publishers, one taker, an entry is the
 * number of a port.
 */
#ifndef EVTBENCH_RINGS_H
#define EVTBENCH_RINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define RING_SLOTS	512	/* of each; what our ring begins with */
#define RING_PORTS	256	/* port numbers are below it */
#define CACHE_LINE	64

/**
 * struct ring_ops - a kind of ring
 * @name: for people and for JSON
 * @open: makes an empty one
 * @publish: puts a port in, from any thread; false: there was no room. A port
 *	is never published again before it was taken: that holds for whoever uses
 *	these rings, since an event channel is masked until it is rearmed
 * @take: takes one entry, if there is any
 * @take_all: takes up to @most entries at once, by the best means it has
 */
struct ring_ops {
	const char *name;
	void *(*open)(void);
	void (*close)(void *ring);
	bool (*publish)(void *ring, uint32_t port);
	bool (*take)(void *ring, uint32_t *port);
	uint32_t (*take_all)(void *ring, uint32_t *ports, uint32_t most);
};

extern const struct ring_ops ring_ours, ring_ours_credit;
extern const struct ring_ops ring_ck;
extern const struct ring_ops ring_dpdk_mp, ring_dpdk_rts, ring_dpdk_hts;
extern const struct ring_ops ring_urcu;
extern const struct ring_ops ring_spin, ring_ticket;
extern const struct ring_ops ring_none;		/* what the loops themselves cost */

/* All of them, ours first; ends with NULL. */
extern const struct ring_ops *const rings[];

static inline void *ring_memory(size_t size)
{
	/* Whole pages, so that no ring is luckier than another. */
	size_t whole = (size + 4095) & ~(size_t)4095;
	char *p = aligned_alloc(4096, whole);
	size_t i;

	if (!p)
		abort();
	for (i = 0; i < whole; i++)
		p[i] = 0;
	return p;
}

#endif
