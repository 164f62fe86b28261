// SPDX-License-Identifier: GPL-2.0
/* Ports come and go: bind, look up, unbind. */
#include <linux/slab.h>

#include "evtchn.h"

/* Context: under RCU. Any number may be asked for. */
struct evtchn_port *evtchn_find(struct evtchn_file *file, u32 port)
{
	return xa_load(&file->ports, port);
}

static void evtchn_close_port(u32 port, bool is_static)
{
	struct evtchn_close close = { .port = port };

	if (!is_static)
		HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
}

/*
 * How many slots the ring must have for one port more. Each port has one entry;
 * twice that leaves room for a RESYNC that runs while they all fire. The rest
 * is for CLOSED, and for the entry that is being taken.
 */
static u32 evtchn_slots_needed(struct evtchn_file *file)
{
	return 2 * (file->nports + 1) + file->ring.dead + 2;
}

/* Make room in the ring before a port can fire. Context: under bind_lock. */
static int evtchn_reserve(struct evtchn_file *file)
{
	struct evtchn_ring *ring = &file->ring;
	struct evtmmap_consumer *consumer = evtchn_consumer(file);

	u32 nslots = READ_ONCE(ring->newest)->nslots;

	if (evtchn_slots_needed(file) <= nslots)
		return 0;
	if (consumer) {
		ring->dead = evtchn_ring_count_dead(ring,
						    READ_ONCE(consumer->cons));
	} else if (ring->dead) {
		mutex_lock(&file->taker_lock);
		evtchn_ring_sweep(ring);
		mutex_unlock(&file->taker_lock);
	}
	if (evtchn_slots_needed(file) <= nslots)
		return 0;
	return evtchn_ring_grow(ring, 2 * nslots);
}

/*
 * Take the ports' interrupts away, and with them the ports. The caller has made
 * sure that nobody finds them any more.
 */
static void evtchn_port_free(struct evtchn_file *file, struct evtchn_port *port)
{
	if (port->irq)
		evtchn_irq_release(port->irq, port, port->is_static);
	else
		evtchn_close_port(port->port, port->is_static);
	if (atomic_read(&port->credit)) {
		mutex_lock(&file->taker_lock);
		evtchn_ring_forget(&file->ring, port->port);
		mutex_unlock(&file->taker_lock);
	}
	kfree(port);
}

/*
 * Stop finding the port, wait for those that did, and free it. Expedited: the
 * caller of an ioctl is waiting.
 */
static void evtchn_port_remove(struct evtchn_file *file,
			       struct evtchn_port *port)
{
	xa_erase(&file->ports, port->port);
	file->nports--;
	synchronize_rcu_expedited();
	evtchn_port_free(file, port);
}

/* Bring the port's interrupt up. It can fire before this returns. */
static int evtchn_port_start(struct evtchn_port *port)
{
	int irq = bind_evtchn_to_irqhandler_lateeoi(port->port, evtchn_upcall,
						    EVTCHN_IRQF,
						    port->file->name, port);

	if (irq < 0)
		return irq;
	WRITE_ONCE(port->irq, irq);
	return evtchn_irq_refcount(port->port, port->is_static);
}

/**
 * evtchn_bind() - make a port this file's
 * @file: the file
 * @number: an event channel that is open in this domain
 * @is_static: leave it open when it is unbound
 *
 * The port is found by write() before it can fire, since whoever reads an event
 * may give it back at once.
 *
 * Context: process, under bind_lock.
 * Return: the port; EISCONN if this file has it, ENOMEM, ENOSPC, or what the
 * interrupt core says. After an error a port that is not static is closed.
 */
int evtchn_bind(struct evtchn_file *file, u32 number, bool is_static)
{
	struct evtchn_port *port;
	int ret;

	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port) {
		evtchn_close_port(number, is_static);
		return -ENOMEM;
	}
	port->port = number;
	port->is_static = is_static;
	port->file = file;

	ret = evtchn_reserve(file);
	if (!ret)
		ret = xa_insert(&file->ports, number, port, GFP_KERNEL_ACCOUNT);
	if (ret) {
		evtchn_port_free(file, port);
		return ret == -EBUSY ? -EISCONN : ret;
	}
	file->nports++;
	ret = evtchn_port_start(port);
	if (ret) {
		evtchn_port_remove(file, port);
		return ret;
	}
	return number;
}

/**
 * evtchn_unbind() - UNBIND
 * @file: the file
 * @number: any number
 *
 * When it returns, the port is closed and no entry of it can be read.
 *
 * Return: 0; EINVAL for what cannot be a port, ENOTCONN for one that is not
 * this file's.
 */
int evtchn_unbind(struct evtchn_file *file, u32 number)
{
	struct evtchn_port *port;
	int ret = -ENOTCONN;

	if (number >= xen_evtchn_nr_channels())
		return -EINVAL;
	mutex_lock(&file->bind_lock);
	port = xa_load(&file->ports, number);
	if (port) {
		evtchn_port_remove(file, port);
		ret = 0;
	}
	mutex_unlock(&file->bind_lock);
	return ret;
}

/*
 * The file is closed. Whoever could look a port up held a reference to it, so
 * there is no grace period to wait for; and nobody will read its ring.
 */
void evtchn_unbind_all(struct evtchn_file *file)
{
	struct evtchn_port *port;
	unsigned long i;

	xa_for_each(&file->ports, i, port) {
		evtchn_irq_release(port->irq, port, port->is_static);
		kfree(port);
	}
	xa_destroy(&file->ports);
}
