// SPDX-License-Identifier: GPL-2.0
/* Concurrency Kit's ck_ring with many producers and one consumer. */
#include <ck_ring.h>

#include "rings.h"

struct entry {
	uint32_t port;
};

CK_RING_PROTOTYPE(entry, entry)

struct ck {
	struct ck_ring ring;
	struct entry slot[RING_SLOTS] __attribute__((aligned(CACHE_LINE)));
};

static void *ck_open(void)
{
	struct ck *c = ring_memory(sizeof(*c));

	ck_ring_init(&c->ring, RING_SLOTS);
	return c;
}

static bool ck_publish(void *ring, uint32_t port)
{
	struct ck *c = ring;
	struct entry e = { port };

	return ck_ring_enqueue_mpsc_entry(&c->ring, c->slot, &e);
}

static bool ck_take(void *ring, uint32_t *port)
{
	struct ck *c = ring;
	struct entry e;

	if (!ck_ring_dequeue_mpsc_entry(&c->ring, c->slot, &e))
		return false;
	*port = e.port;
	return true;
}

/* It has nothing for many at once. */
static uint32_t ck_take_all(void *ring, uint32_t *ports, uint32_t most)
{
	struct ck *c = ring;
	struct entry e;
	uint32_t n;

	for (n = 0; n < most && ck_ring_dequeue_mpsc_entry(&c->ring, c->slot, &e); n++)
		ports[n] = e.port;
	return n;
}

const struct ring_ops ring_ck = {
	.name = "ck_ring MP",
	.open = ck_open,
	.close = free,
	.publish = ck_publish,
	.take = ck_take,
	.take_all = ck_take_all,
};
