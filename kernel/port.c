// SPDX-License-Identifier: GPL-2.0
/* Ports come and go: bind, look up, unbind. */
#include <linux/sched.h>
#include <linux/slab.h>

#include "evtchn.h"

/* Looks at the users of a port before unbind leaves them to a grace period. */
#define EVTCHN_LOOKS	100

/* For whoever holds bind_lock, under which none can go. */
struct evtchn_port *evtchn_port_of(struct evtchn_file *file, u32 number)
{
	struct evtchn_port *port;

	rcu_read_lock();
	port = evtchn_table_find(&file->ports, number);
	rcu_read_unlock();
	return port;
}

static void evtchn_close_port(u32 port, bool is_static)
{
	struct evtchn_close close = { .port = port };

	if (!is_static)
		HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
}

/*
 * How many slots the ring must have for one port more. Each port has one entry;
 * twice that leaves room for a RESYNC that runs while they all fire. With early
 * EOI it has one more. The rest is for CLOSED, and for the entry that is being
 * taken.
 */
static u32 evtchn_slots_needed(struct evtchn_file *file)
{
	return 2 * (file->nports + 1) + file->nearly + file->ring.dead + 2;
}

/* Get dead entries out of the way, or at least count them anew. */
static void evtchn_clear_dead(struct evtchn_file *file)
{
	struct evtchn_ring *ring = &file->ring;
	struct evtmmap_consumer *consumer;

	mutex_lock(&file->taker_lock);
	consumer = evtchn_consumer(file);
	if (consumer) {
		ring->dead = evtchn_ring_count_dead(ring,
						    READ_ONCE(consumer->cons));
	} else {
		evtchn_ring_sweep(ring);
		rcu_read_lock();
		evtchn_wake(file, READ_ONCE(ring->header->prod) - 1);
		rcu_read_unlock();
	}
	mutex_unlock(&file->taker_lock);
}

/* Make room in the ring before a port can fire. Context: under bind_lock. */
int evtchn_reserve(struct evtchn_file *file)
{
	struct evtchn_ring *ring = &file->ring;
	u32 nslots = READ_ONCE(ring->newest)->nslots;

	if (evtchn_slots_needed(file) <= nslots)
		return 0;
	if (ring->dead)
		evtchn_clear_dead(file);
	if (evtchn_slots_needed(file) <= nslots)
		return 0;
	return evtchn_ring_grow(ring, 2 * nslots);
}

/* Take the port's interrupt away, and with it the port. */
static void evtchn_port_stop(struct evtchn_port *port, bool handled)
{
	struct evtchn_number n = { .number = port->port };

	evtchn_number_note(&n);
	if (port->is_static)
		evtchn_number_left(port->port);
	if (handled)
		evtchn_irq_release(port->irq, port, port->is_static);
	else if (port->irq)
		evtchn_irq_drop(port->port, port->is_static);
	else
		evtchn_close_port(port->port, port->is_static);
	evtchn_number_done(&n);
}

/*
 * Its handler is gone: make what it published unreadable. Only where a mapped
 * consumer gave the port back untaken, or read() had its entry moved, is the
 * newest place not all there is. An entry that was moved is still there as well,
 * where read() has been: that one is not what is looked for.
 */
static void evtchn_port_forget(struct evtchn_file *file,
			       struct evtchn_port *port)
{
	u32 how = upper_32_bits(port->place), pos = lower_32_bits(port->place);
	bool mapped = evtchn_consumer(file), found;

	if (how == EVTCHN_NOWHERE)
		return;
	if (!mapped && !(atomic_read(&port->credit) & EVTCHN_QUEUED))
		return;
	mutex_lock(&file->taker_lock);
	found = (mapped || (s32)(pos - file->ring.taker.pos) >= 0) &&
		evtchn_ring_forget_at(&file->ring, port->port, pos);
	if (mapped ? how == EVTCHN_ABOUT : !found)
		evtchn_ring_forget(&file->ring, port->port, mapped);
	mutex_unlock(&file->taker_lock);
}

/*
 * Let nobody use the port any more, and wait for those who do. They are inside a
 * few instructions that cannot sleep, and under RCU: most times there is nobody,
 * and if one of them stopped there (a vCPU may), a grace period ends it.
 */
static void evtchn_port_end(struct evtchn_port *port)
{
	int i;

	evtchn_credit_end(&port->credit);
	for (i = 0; i < EVTCHN_LOOKS; i++) {
		if (!evtchn_in_use(&port->credit))
			return;
		cpu_relax();
	}
	synchronize_rcu_expedited();		/* an ioctl is waiting */
}

/* Stop finding the port, stop using it, and leave its memory to RCU. */
void evtchn_port_remove(struct evtchn_file *file, struct evtchn_port *port,
			bool handled)
{
	ASSERT_EXCLUSIVE_ACCESS(file->nports);
	evtchn_table_erase(&file->ports, port->port);
	file->nports--;
	file->nearly -= port->early;
	evtchn_port_end(port);
	evtchn_port_stop(port, handled);
	evtchn_port_forget(file, port);
	kfree_rcu(port, rcu);
}

/*
 * Bring the port's interrupt up. It can fire before this returns.
 *
 * In steps, and the handler last: bind_evtchn_to_irqhandler() would close the
 * port when it fails half-way, a static one too, and one that is not would be
 * closed again by us when it may be another's already. (It is so still where
 * the interrupt core has no room for the first port of a thousand.)
 */
static int evtchn_port_start(struct evtchn_port *port)
{
	int irq = bind_evtchn_to_irq_lateeoi(port->port);
	int ret;

	if (irq < 0)
		return irq;
	WRITE_ONCE(port->irq, irq);
	ret = evtchn_irq_refcount(port->port, port->is_static);
	if (ret)
		return ret;
	return request_irq(irq, evtchn_upcall, EVTCHN_IRQF, port->file->name, port);
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
 * Context: process, under bind_lock; the number is one of evtchn_numbers.
 * Return: the port; EINVAL, ENOMEM, ENOSPC, or what the interrupt core says.
 * After an error a port that is not static is closed.
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
		ret = evtchn_table_insert(&file->ports, number, port);
	if (ret) {
		evtchn_port_stop(port, false);
		kfree(port);
		return ret;
	}
	file->nports++;
	ret = evtchn_port_start(port);
	if (ret) {
		evtchn_port_remove(file, port, false);
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
	port = evtchn_port_of(file, number);
	if (port) {
		evtchn_port_remove(file, port, true);
		ret = 0;
	}
	mutex_unlock(&file->bind_lock);
	return ret;
}

/* The file is closed, and nobody will read its ring. A poller may be in there. */
void evtchn_unbind_all(struct evtchn_file *file)
{
	struct evtchn_port *port;
	u32 i;

	evtchn_table_for_each(&file->ports, i, port) {
		evtchn_table_erase(&file->ports, i);
		evtchn_port_end(port);
		evtchn_port_stop(port, true);
		kfree_rcu(port, rcu);
		cond_resched();
	}
}
