// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>

#include "table.h"

static struct evtchn_leaf *leaf_of(struct evtchn_table *table, u32 number)
{
	return rcu_dereference_raw(table->leaf[number / EVTCHN_LEAF_PORTS]);
}

/**
 * evtchn_table_insert() - let a port be found
 * @table: the table
 * @number: its number
 * @port: the port, ready for use
 *
 * Context: process, under the file's bind_lock.
 * Return: 0; EINVAL for what cannot be a port, EISCONN if there is one, ENOMEM.
 */
int evtchn_table_insert(struct evtchn_table *table, u32 number,
			struct evtchn_port *port)
{
	struct evtchn_leaf *leaf;

	if (number >= EVTCHN_FIFO_NR_CHANNELS)
		return -EINVAL;
	leaf = leaf_of(table, number);
	if (!leaf) {
		leaf = kzalloc(sizeof(*leaf), GFP_KERNEL_ACCOUNT);
		if (!leaf)
			return -ENOMEM;
		rcu_assign_pointer(table->leaf[number / EVTCHN_LEAF_PORTS],
				   leaf);
	}
	number %= EVTCHN_LEAF_PORTS;
	if (rcu_access_pointer(leaf->port[number]))
		return -EISCONN;
	rcu_assign_pointer(leaf->port[number], port);
	return 0;
}

/* Let a port be found no more. Context: under the file's bind_lock, or the last. */
void evtchn_table_erase(struct evtchn_table *table, u32 number)
{
	struct evtchn_leaf *leaf = leaf_of(table, number);

	RCU_INIT_POINTER(leaf->port[number % EVTCHN_LEAF_PORTS], NULL);
}

/* The first port from @number on, which becomes its number; NULL if none. */
struct evtchn_port *evtchn_table_next(struct evtchn_table *table, u32 *number)
{
	struct evtchn_leaf *leaf;
	struct evtchn_port *port;
	u32 n = *number;

	while (n < EVTCHN_FIFO_NR_CHANNELS) {
		leaf = leaf_of(table, n);
		if (!leaf) {
			n = round_down(n, EVTCHN_LEAF_PORTS) + EVTCHN_LEAF_PORTS;
			continue;
		}
		port = rcu_dereference_raw(leaf->port[n % EVTCHN_LEAF_PORTS]);
		if (port) {
			*number = n;
			return port;
		}
		n++;
	}
	return NULL;
}

/* Context: nobody looks anything up any more, and no port is left. */
void evtchn_table_destroy(struct evtchn_table *table)
{
	u32 i;

	for (i = 0; i < EVTCHN_LEAVES; i++)
		kfree(rcu_access_pointer(table->leaf[i]));
}
