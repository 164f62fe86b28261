// SPDX-License-Identifier: GPL-2.0
/*
 * A ticket ring: the tail is a counter, whoever adds one to it owns that slot,
 * fills it when it comes to it, and marks it by a tag as ours are marked. The
 * cheapest way there is to share a tail; the slot that is owned and not yet
 * filled is the price.
 */
#include "rings.h"

struct ticket {
	uint32_t prod __attribute__((aligned(CACHE_LINE)));	/* publishers' */
	uint32_t cons __attribute__((aligned(CACHE_LINE)));	/* the taker's */
	/* Nobody's: which size is known at run time only, as of all the others. */
	uint32_t size __attribute__((aligned(CACHE_LINE)));
	uint64_t *slot;		/* tag above, port below */
};

static inline uint64_t entry(uint32_t tag, uint32_t port)
{
	return (uint64_t)tag << 32 | port;
}

static void *ticket_open(void)
{
	struct ticket *t = ring_memory(sizeof(*t));
	uint32_t i;

	t->size = RING_SLOTS;
	t->slot = ring_memory(RING_SLOTS * sizeof(*t->slot));
	for (i = 0; i < RING_SLOTS; i++)
		t->slot[i] = entry(i - RING_SLOTS, 0);
	return t;
}

static void ticket_close(void *ring)
{
	struct ticket *t = ring;

	free(t->slot);
	free(t);
}

/* A ticket cannot be handed back: one that comes too early waits for its slot. */
static bool ticket_publish(void *ring, uint32_t port)
{
	struct ticket *t = ring;
	uint32_t pos = __atomic_fetch_add(&t->prod, 1, __ATOMIC_ACQ_REL);

	while (pos - __atomic_load_n(&t->cons, __ATOMIC_ACQUIRE) >= t->size)
		__builtin_ia32_pause();
	__atomic_store_n(&t->slot[pos & (t->size - 1)], entry(pos, port),
			 __ATOMIC_RELEASE);
	return true;
}

static bool ticket_take(void *ring, uint32_t *port)
{
	struct ticket *t = ring;
	uint32_t cons = t->cons;
	uint64_t slot = __atomic_load_n(&t->slot[cons & (t->size - 1)], __ATOMIC_ACQUIRE);

	if ((uint32_t)(slot >> 32) != cons)
		return false;
	*port = slot;
	__atomic_store_n(&t->cons, cons + 1, __ATOMIC_RELEASE);
	return true;
}

static uint32_t ticket_take_all(void *ring, uint32_t *ports, uint32_t most)
{
	struct ticket *t = ring;
	uint32_t cons = t->cons, n;
	uint64_t slot;

	for (n = 0; n < most; n++, cons++) {
		slot = __atomic_load_n(&t->slot[cons & (t->size - 1)], __ATOMIC_ACQUIRE);
		if ((uint32_t)(slot >> 32) != cons)
			break;
		ports[n] = slot;
	}
	__atomic_store_n(&t->cons, cons, __ATOMIC_RELEASE);
	return n;
}

const struct ring_ops ring_ticket = {
	.name = "ticket ring",
	.open = ticket_open,
	.close = ticket_close,
	.publish = ticket_publish,
	.take = ticket_take,
	.take_all = ticket_take_all,
};
