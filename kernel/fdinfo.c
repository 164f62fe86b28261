// SPDX-License-Identifier: GPL-2.0
/* /proc/PID/fdinfo/FD: what an operator wants to know of a file. */
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "evtchn.h"

#define EVTCHN_SHOWN	256	/* ports in one RCU section */

static void evtchn_show_port(struct seq_file *m, struct evtchn_port *port)
{
	int credit = atomic_read(&port->credit);

	seq_printf(m, "evtchn-port:\t%u irq %d%s%s%s\n", port->port,
		   READ_ONCE(port->irq),
		   port->is_static ? " static" : "",
		   credit & EVTCHN_MASKED ? " masked" : "",
		   credit & EVTCHN_QUEUED ? " queued" : "");
}

/* From *@number on. Return: whether there may be more to show. */
static bool evtchn_show_some(struct seq_file *m, struct evtchn_table *table,
			     u32 *number)
{
	struct evtchn_port *port;
	bool more = true;
	u32 n;

	rcu_read_lock();
	for (n = 0; n < EVTCHN_SHOWN && more; n++) {
		port = evtchn_table_next(table, number);
		more = port;
		if (more) {
			evtchn_show_port(m, port);
			++*number;
		}
	}
	rcu_read_unlock();
	/* What does not fit is shown anew in a larger buffer. */
	return more && !seq_has_overflowed(m);
}

/* A look from beside: nothing is locked, and the figures may not fit. */
void evtchn_show_fdinfo(struct seq_file *m, struct file *filp)
{
	struct evtchn_file *file = filp->private_data;
	struct evtmmap_consumer *consumer = evtchn_consumer(file);
	struct evtmmap_header *header = file->ring.header;
	u32 number = 0;

	seq_printf(m, "evtchn-taker:\t%s\n", consumer ? "mapped" : "read");
	seq_printf(m, "evtchn-prod:\t%u\n", READ_ONCE(header->prod));
	seq_printf(m, "evtchn-cons:\t%u\n",
		   consumer ? READ_ONCE(consumer->cons) :
			      READ_ONCE(file->ring.taker.pos));
	seq_printf(m, "evtchn-generation:\t%u\n", READ_ONCE(header->generation));
	seq_printf(m, "evtchn-spurious:\t%llu\n", READ_ONCE(header->spurious));
	seq_printf(m, "evtchn-overruns:\t%llu\n", READ_ONCE(header->overruns));
	seq_printf(m, "evtchn-resyncs:\t%llu\n", READ_ONCE(header->resyncs));
	seq_printf(m, "evtchn-restores:\t%u\n", READ_ONCE(header->restores));

	while (evtchn_show_some(m, &file->ports, &number))
		cond_resched();
}
