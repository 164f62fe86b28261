// SPDX-License-Identifier: GPL-2.0
#include "loops.h"

#define PORTS	64	/* as many as the largest burst */

const unsigned int bursts[BURSTS] = { 1, 8, 64 };

static bool loop_one(const struct ring_ops *ops, void *ring, unsigned int events)
{
	bool (*publish)(void *ring, uint32_t port) = ops->publish;
	bool (*take)(void *ring, uint32_t *port) = ops->take;
	bool fine = true;
	uint32_t port;
	unsigned int i;

	for (i = 0; i < events; i++) {
		fine &= publish(ring, i % PORTS);
		fine &= take(ring, &port);
	}
	return fine;
}

static bool loop_many(const struct ring_ops *ops, void *ring, unsigned int burst,
		      unsigned int events)
{
	bool (*publish)(void *ring, uint32_t port) = ops->publish;
	uint32_t (*take_all)(void *ring, uint32_t *ports, uint32_t most) = ops->take_all;
	uint32_t ports[RING_SLOTS];
	bool fine = true;
	unsigned int i;

	for (; events; events -= burst) {
		for (i = 0; i < burst; i++)
			fine &= publish(ring, i);
		fine &= take_all(ring, ports, RING_SLOTS) == burst;
	}
	return fine;
}

/* callgrind collects while this runs, and goes by its name. */
bool loop(const struct ring_ops *ops, void *ring, unsigned int burst,
	  unsigned int events)
{
	return burst == 1 ? loop_one(ops, ring, events) :
			    loop_many(ops, ring, burst, events);
}

static bool check_burst(const struct ring_ops *ops, void *ring, uint32_t first)
{
	uint32_t ports[RING_SLOTS], n, i;

	n = 1 + first % PORTS;
	for (i = 0; i < n; i++)
		if (!ops->publish(ring, (first + i) % RING_PORTS))
			return false;
	if (!ops->take(ring, &ports[0]))
		return false;
	if (ops->take_all(ring, ports + 1, RING_SLOTS - 1) != n - 1)
		return false;
	for (i = 0; i < n; i++)
		if (ports[i] != (first + i) % RING_PORTS)
			return false;
	return !ops->take(ring, &ports[0]) && !ops->take_all(ring, ports, RING_SLOTS);
}

bool loop_check(const struct ring_ops *ops)
{
	void *ring = ops->open();
	bool fine = true;
	uint32_t i;

	for (i = 0; i < 4 * RING_SLOTS && fine; i++)
		fine = check_burst(ops, ring, i);
	ops->close(ring);
	return fine;
}
