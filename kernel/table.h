/* SPDX-License-Identifier: GPL-2.0 */
/* A file's ports by number: found by RCU in two loads, however many there are. */
#ifndef EVTCHN_TABLE_H
#define EVTCHN_TABLE_H

#include <linux/nospec.h>
#include <linux/rcupdate.h>
#include <xen/interface/xen.h>
#include <xen/interface/event_channel.h>

struct evtchn_port;

#define EVTCHN_LEAF_PORTS	((u32)(PAGE_SIZE / sizeof(void *)))
#define EVTCHN_LEAVES		(EVTCHN_FIFO_NR_CHANNELS / EVTCHN_LEAF_PORTS)

/**
 * struct evtchn_leaf - a page of ports
 * @port: changed under the file's bind_lock, read under RCU
 */
struct evtchn_leaf {
	struct evtchn_port __rcu *port[EVTCHN_LEAF_PORTS];
};

/**
 * struct evtchn_table - the ports
 * @leaf: made when a port of that range is first bound, there until the file
 *	goes; stored under bind_lock, read under RCU
 */
struct evtchn_table {
	struct evtchn_leaf __rcu *leaf[EVTCHN_LEAVES];
};

/*
 * Any number may be asked for. Context: under RCU for as long as the port is looked
 * at; to use it takes evtchn_port_get().
 */
static inline struct evtchn_port *evtchn_table_find(struct evtchn_table *table,
						    u32 number)
{
	struct evtchn_leaf *leaf;

	if (unlikely(number >= EVTCHN_FIFO_NR_CHANNELS))
		return NULL;
	number = array_index_nospec(number, EVTCHN_FIFO_NR_CHANNELS);
	leaf = rcu_dereference(table->leaf[number / EVTCHN_LEAF_PORTS]);
	if (!leaf)
		return NULL;
	return rcu_dereference(leaf->port[number % EVTCHN_LEAF_PORTS]);
}

int evtchn_table_insert(struct evtchn_table *table, u32 number,
			struct evtchn_port *port);
void evtchn_table_erase(struct evtchn_table *table, u32 number);
struct evtchn_port *evtchn_table_next(struct evtchn_table *table, u32 *number);
void evtchn_table_destroy(struct evtchn_table *table);

/* All ports in order. Context: under RCU, or where none can come or go. */
#define evtchn_table_for_each(table, number, port)			\
	for ((number) = 0;						\
	     ((port) = evtchn_table_next(table, &(number)));		\
	     (number)++)

#endif
