// SPDX-License-Identifier: GPL-2.0
#include "rings.h"

const struct ring_ops *const rings[] = {
	&ring_ours, &ring_ours_credit,
	&ring_ck,
	&ring_dpdk_mp, &ring_dpdk_rts, &ring_dpdk_hts,
	&ring_urcu,
	&ring_spin, &ring_ticket,
	&ring_none,
	NULL
};

/* As an empty ring would: what is published is what is taken. */
struct none {
	uint32_t ports;
};

static void *none_open(void)
{
	return ring_memory(sizeof(struct none));
}

static bool none_publish(void *ring, uint32_t port)
{
	struct none *n = ring;

	(void)port;
	n->ports++;
	return true;
}

static bool none_take(void *ring, uint32_t *port)
{
	struct none *n = ring;

	*port = 0;
	n->ports--;
	return true;
}

static uint32_t none_take_all(void *ring, uint32_t *ports, uint32_t most)
{
	struct none *n = ring;
	uint32_t took = n->ports;

	(void)ports;
	(void)most;
	n->ports = 0;
	return took;
}

const struct ring_ops ring_none = {
	.name = "(no ring)",
	.open = none_open,
	.close = free,
	.publish = none_publish,
	.take = none_take,
	.take_all = none_take_all,
};
