// SPDX-License-Identifier: GPL-2.0
/*
 * liburcu's wait-free queue. It is a list and not a ring: an entry is a node of
 * 8 bytes that belongs to the port, and the port is told from its address.
 */
#define _LGPL_SOURCE		/* all of it inline */
#include <urcu/wfcqueue.h>

#include "rings.h"

/* Ports are apart, as a driver's are. */
struct port {
	struct cds_wfcq_node node;
} __attribute__((aligned(CACHE_LINE)));

struct urcu {
	struct cds_wfcq_tail tail __attribute__((aligned(CACHE_LINE)));
	struct __cds_wfcq_head head __attribute__((aligned(CACHE_LINE)));
	struct port port[RING_PORTS] __attribute__((aligned(CACHE_LINE)));
};

static void *urcu_open(void)
{
	struct urcu *u = ring_memory(sizeof(*u));

	__cds_wfcq_init(&u->head, &u->tail);
	return u;
}

static bool urcu_publish(void *ring, uint32_t port)
{
	struct urcu *u = ring;
	struct cds_wfcq_node *node = &u->port[port].node;

	cds_wfcq_node_init(node);
	cds_wfcq_enqueue(&u->head, &u->tail, node);
	return true;
}

/* One consumer takes no lock; non-blocking, or it would sleep for 10 ms. */
static bool urcu_take(void *ring, uint32_t *port)
{
	struct urcu *u = ring;
	struct cds_wfcq_node *node = __cds_wfcq_dequeue_nonblocking(&u->head, &u->tail);

	if (!node || node == CDS_WFCQ_WOULDBLOCK)
		return false;
	*port = caa_container_of(node, struct port, node) - u->port;
	return true;
}

/* To splice the list off first would take as many locked instructions: one. */
static uint32_t urcu_take_all(void *ring, uint32_t *ports, uint32_t most)
{
	uint32_t n;

	for (n = 0; n < most && urcu_take(ring, &ports[n]); n++)
		;
	return n;
}

const struct ring_ops ring_urcu = {
	.name = "liburcu wfcqueue",
	.open = urcu_open,
	.close = free,
	.publish = urcu_publish,
	.take = urcu_take,
	.take_all = urcu_take_all,
};
