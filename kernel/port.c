// SPDX-License-Identifier: GPL-2.0
/* Ports come and go: bind, look up, unbind. */
#include <linux/slab.h>

#include "evtchn.h"

DECLARE_RWSEM(evtchn_binders);

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
static void evtchn_port_stop(struct evtchn_port *port)
{
	if (port->handled)
		evtchn_irq_release(port->irq, port, port->is_static);
	else if (port->irq)
		evtchn_irq_drop(port->port, port->is_static);
	else
		evtchn_close_port(port->port, port->is_static);
}

/*
 * Its handler is gone: make what it published unreadable. Of a mapped file only
 * its consumer knows whether there is anything left.
 */
static void evtchn_port_forget(struct evtchn_file *file,
			       struct evtchn_port *port)
{
	bool mapped = evtchn_consumer(file);

	if (!mapped && !atomic_read(&port->credit))
		return;
	mutex_lock(&file->taker_lock);
	evtchn_ring_forget(&file->ring, port->port, mapped);
	mutex_unlock(&file->taker_lock);
}

/*
 * Wait for whoever may have found a port before it was erased. They are inside
 * a system call on this file and hold a reference to it, so with no reference
 * but the only descriptor's there is nobody, as in the usual client of one
 * thread. (epoll asks for readiness without one: evtchn_poll() looks no port
 * up.) A poller has none: the file takes it along.
 */
static void evtchn_wait_for_finders(struct evtchn_file *file)
{
	if (rcu_access_pointer(file->poller) || file_count(file->filp) > 1)
		synchronize_rcu_expedited();	/* an ioctl is waiting */
}

/* Stop finding the port, wait for those that did, and free it. */
static void evtchn_port_remove(struct evtchn_file *file,
			       struct evtchn_port *port)
{
	ASSERT_EXCLUSIVE_ACCESS(file->nports);
	evtchn_table_erase(&file->ports, port->port);
	file->nports--;
	file->nearly -= port->early;
	evtchn_wait_for_finders(file);
	evtchn_port_stop(port);
	evtchn_port_forget(file, port);
	kfree(port);
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
	if (!ret)
		ret = request_irq(irq, evtchn_upcall, EVTCHN_IRQF,
				  port->file->name, port);
	port->handled = !ret;
	return ret;
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
		evtchn_port_stop(port);
		kfree(port);
		return ret;
	}
	file->nports++;
	ret = evtchn_port_start(port);
	if (ret) {
		evtchn_port_remove(file, port);
		return ret;
	}
	return number;
}

static bool evtchn_is_open(u32 number)
{
	struct evtchn_status status = { .dom = DOMID_SELF, .port = number };

	return !HYPERVISOR_event_channel_op(EVTCHNOP_status, &status) &&
	       status.status != EVTCHNSTAT_closed;
}

/**
 * evtchn_bind_static() - BIND_STATIC
 * @file: the file
 * @number: an event channel that somebody else has made
 *
 * One that is in use in this kernel, by a driver or by another file, is left
 * alone: the interrupt core would warn, and close it under its owner. So is one
 * that is closed: Xen would soon give it to somebody, with our interrupt on it.
 *
 * Context: process, under bind_lock and, for writing, evtchn_binders.
 * Return: 0; EISCONN if this file has it already, EBUSY if somebody else does,
 * EINVAL if nobody has made it, and as for evtchn_bind().
 */
int evtchn_bind_static(struct evtchn_file *file, u32 number)
{
	int irq, ret;

	if (number >= xen_evtchn_nr_channels())
		return -EINVAL;
	if (evtchn_port_of(file, number))
		return -EISCONN;
	irq = irq_from_evtchn(number);
	if (irq > 0 && irq_has_action(irq))
		return -EBUSY;
	if (!evtchn_is_open(number))
		return -EINVAL;
	ret = evtchn_bind(file, number, true);
	return ret < 0 ? ret : 0;
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
		down_read(&evtchn_binders);
		evtchn_port_remove(file, port);
		up_read(&evtchn_binders);
		ret = 0;
	}
	mutex_unlock(&file->bind_lock);
	return ret;
}

/*
 * The file is closed. Whoever could look a port up held a reference to it, but
 * for its poller, which looks no more; and nobody will read its ring.
 */
void evtchn_unbind_all(struct evtchn_file *file)
{
	struct evtchn_port *port;
	u32 i;

	if (rcu_access_pointer(file->poller))
		synchronize_rcu_expedited();
	down_read(&evtchn_binders);
	evtchn_table_for_each(&file->ports, i, port) {
		evtchn_irq_release(port->irq, port, port->is_static);
		kfree(port);
	}
	up_read(&evtchn_binders);
}
