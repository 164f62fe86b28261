// SPDX-License-Identifier: GPL-2.0
/*
 * DPDK's rte_ring with elements of 4 bytes: each of its three ways to have
 * many producers, called directly, and its single consumer.
 */
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "rings.h"

#define SIZE	sizeof(uint32_t)

/* Its calls go by no type: the one that is used says which it is. */
static void *dpdk_open(unsigned int flags)
{
	struct rte_ring *r = ring_memory(rte_ring_get_memsize_elem(SIZE, RING_SLOTS));

	if (rte_ring_init(r, "evtbench", RING_SLOTS,
			  flags | RING_F_SC_DEQ))
		abort();
	return r;
}

static void *dpdk_mp_open(void)
{
	return dpdk_open(0);
}

static void *dpdk_rts_open(void)
{
	return dpdk_open(RING_F_MP_RTS_ENQ);
}

static void *dpdk_hts_open(void)
{
	return dpdk_open(RING_F_MP_HTS_ENQ);
}

static bool dpdk_mp_publish(void *ring, uint32_t port)
{
	return rte_ring_mp_enqueue_bulk_elem(ring, &port, SIZE, 1, NULL);
}

static bool dpdk_rts_publish(void *ring, uint32_t port)
{
	return rte_ring_mp_rts_enqueue_bulk_elem(ring, &port, SIZE, 1, NULL);
}

static bool dpdk_hts_publish(void *ring, uint32_t port)
{
	return rte_ring_mp_hts_enqueue_bulk_elem(ring, &port, SIZE, 1, NULL);
}

static bool dpdk_take(void *ring, uint32_t *port)
{
	return rte_ring_sc_dequeue_bulk_elem(ring, port, SIZE, 1, NULL);
}

static uint32_t dpdk_take_all(void *ring, uint32_t *ports, uint32_t most)
{
	return rte_ring_sc_dequeue_burst_elem(ring, ports, SIZE, most, NULL);
}

const struct ring_ops ring_dpdk_mp = {
	.name = "rte_ring MP",
	.open = dpdk_mp_open,
	.close = free,
	.publish = dpdk_mp_publish,
	.take = dpdk_take,
	.take_all = dpdk_take_all,
};

const struct ring_ops ring_dpdk_rts = {
	.name = "rte_ring RTS",
	.open = dpdk_rts_open,
	.close = free,
	.publish = dpdk_rts_publish,
	.take = dpdk_take,
	.take_all = dpdk_take_all,
};

const struct ring_ops ring_dpdk_hts = {
	.name = "rte_ring HTS",
	.open = dpdk_hts_open,
	.close = free,
	.publish = dpdk_hts_publish,
	.take = dpdk_take,
	.take_all = dpdk_take_all,
};
