// SPDX-License-Identifier: GPL-2.0
/*
 * A spinlock around the tail: how the in-tree driver does it. The lock is the
 * cheapest there is: one compare-and-swap to take it, a plain store to give it
 * back, no queue.
 */
#include "rings.h"

struct spin {
	/* publishers' */
	int locked __attribute__((aligned(CACHE_LINE)));
	uint32_t prod;
	/* the taker's */
	uint32_t cons __attribute__((aligned(CACHE_LINE)));
	/* Nobody's: which size is known at run time only, as of all the others. */
	uint32_t size __attribute__((aligned(CACHE_LINE)));
	uint32_t *port;
};

static void *spin_open(void)
{
	struct spin *s = ring_memory(sizeof(*s));

	s->size = RING_SLOTS;
	s->port = ring_memory(RING_SLOTS * sizeof(*s->port));
	return s;
}

static void spin_close(void *ring)
{
	struct spin *s = ring;

	free(s->port);
	free(s);
}

static inline void spin_lock(struct spin *s)
{
	int free = 0;

	while (!__atomic_compare_exchange_n(&s->locked, &free, 1, false,
					    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		while (__atomic_load_n(&s->locked, __ATOMIC_RELAXED))
			__builtin_ia32_pause();
		free = 0;
	}
}

static bool spin_publish(void *ring, uint32_t port)
{
	struct spin *s = ring;
	bool room;

	spin_lock(s);
	room = s->prod - __atomic_load_n(&s->cons, __ATOMIC_ACQUIRE) < s->size;
	if (room) {
		s->port[s->prod & (s->size - 1)] = port;
		__atomic_store_n(&s->prod, s->prod + 1, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&s->locked, 0, __ATOMIC_RELEASE);
	return room;
}

static bool spin_take(void *ring, uint32_t *port)
{
	struct spin *s = ring;
	uint32_t cons = s->cons;

	if (__atomic_load_n(&s->prod, __ATOMIC_ACQUIRE) == cons)
		return false;
	*port = s->port[cons & (s->size - 1)];
	__atomic_store_n(&s->cons, cons + 1, __ATOMIC_RELEASE);
	return true;
}

static uint32_t spin_take_all(void *ring, uint32_t *ports, uint32_t most)
{
	struct spin *s = ring;
	uint32_t cons = s->cons;
	uint32_t n = __atomic_load_n(&s->prod, __ATOMIC_ACQUIRE) - cons, i;

	n = n < most ? n : most;
	for (i = 0; i < n; i++)
		ports[i] = s->port[(cons + i) & (s->size - 1)];
	__atomic_store_n(&s->cons, cons + n, __ATOMIC_RELEASE);
	return n;
}

const struct ring_ops ring_spin = {
	.name = "spinlock ring",
	.open = spin_open,
	.close = spin_close,
	.publish = spin_publish,
	.take = spin_take,
	.take_all = spin_take_all,
};
