// SPDX-License-Identifier: GPL-2.0
/*
 * T5: user space gives a port back.
 *
 * Only the one that clears EVTCHN_MASKED sends the EOI, so two writers cannot
 * send two; and it is cleared first, so that an event which comes with the EOI
 * finds a port that is armed. With the same compare-and-swap it begins to use the
 * port, and unbind does not let the interrupt go before that use is over.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "evtchn.h"

#define EVTCHN_FEW	64	/* ports that write() takes without allocating */
#define EVTCHN_RESTARTS	64

/*
 * Do what one of the ways back of credit.h asked for, and give up the use that
 * came with it; @eoi_flags are those of xen_irq_lateeoi(). Context: under RCU.
 */
void evtchn_settle(struct evtchn_port *port, enum evtchn_verdict verdict,
		   unsigned int eoi_flags)
{
	u32 entry = port->port;

	if (verdict == EVTCHN_NOTHING)
		return;
	evtchn_hold(EVTCHN_HOLD_U);
	if (verdict == EVTCHN_EOI) {
		xen_irq_lateeoi(READ_ONCE(port->irq), eoi_flags);
	} else {
		if (READ_ONCE(port->early) &&
		    (atomic_read(&port->credit) & EVTCHN_MASKED))
			entry |= EVTMMAP_PORT_MASKED;
		evtchn_publish(port, entry);
	}
	evtchn_port_put(port);
}

static noinline void evtchn_rearm_otherwise(struct evtchn_port *port, bool mapped,
					    unsigned int eoi_flags)
{
	enum evtchn_verdict verdict;

	if (READ_ONCE(port->early))
		verdict = evtchn_credit_rearm_early(&port->credit);
	else if (mapped)
		verdict = evtchn_credit_rearm_mapped(&port->credit);
	else
		verdict = evtchn_credit_rearm(&port->credit);
	evtchn_settle(port, verdict, eoi_flags);
}

/*
 * Let the port fire again. Context: under RCU. The port was found in @file, and
 * may be gone by now.
 */
void evtchn_rearm(struct evtchn_file *file, struct evtchn_port *port,
		  unsigned int eoi_flags)
{
	bool mapped = evtchn_consumer(file);
	int clear = mapped && !READ_ONCE(port->early) ? EVTCHN_CREDIT : EVTCHN_MASKED;

	if (unlikely(READ_ONCE(port->cpu) & EVTCHN_FOLLOWS))
		evtchn_follow(port);
	if (unlikely(!evtchn_credit_rearm_plain(&port->credit, clear))) {
		evtchn_rearm_otherwise(port, mapped, eoi_flags);
		return;
	}
	evtchn_hold(EVTCHN_HOLD_U);
	xen_irq_lateeoi(READ_ONCE(port->irq), eoi_flags);
	evtchn_port_put(port);
}

static void evtchn_rearm_ports(struct evtchn_file *file, const u32 *ports, size_t n)
{
	struct evtchn_port *port;

	rcu_read_lock();
	for (; n; n--) {
		port = evtchn_table_find(&file->ports, *ports++);
		if (port)
			evtchn_rearm(file, port, 0);
	}
	rcu_read_unlock();
}

/* One that is not this file's is passed over. */
void evtchn_rearm_port(struct evtchn_file *file, u32 number, unsigned int eoi_flags)
{
	struct evtchn_port *port;

	rcu_read_lock();
	port = evtchn_table_find(&file->ports, number);
	if (port)
		evtchn_rearm(file, port, eoi_flags);
	rcu_read_unlock();
}

/* All of them or none. With @nowait, only if their pages are there. */
static bool evtchn_copy_ports(u32 *ports, size_t count, struct iov_iter *from,
			      bool nowait)
{
	bool all;

	if (nowait)
		pagefault_disable();
	all = copy_from_iter_full(ports, count, from);
	if (nowait)
		pagefault_enable();
	return all;
}

/* Context: apart from write() so that a single port pays for no array. */
static noinline ssize_t evtchn_write_many(struct evtchn_file *file,
					  struct iov_iter *from, size_t count,
					  bool nowait)
{
	u32 few[EVTCHN_FEW], *ports = few;
	/* Whoever may wait tells what is wrong. */
	ssize_t ret = nowait ? -EAGAIN : -EFAULT;

	if (count > sizeof(few))
		ports = kmalloc(count, nowait ? GFP_NOWAIT | __GFP_NOWARN : GFP_KERNEL);
	if (!ports)
		return nowait ? -EAGAIN : -ENOMEM;
	if (evtchn_copy_ports(ports, count, from, nowait)) {
		evtchn_rearm_ports(file, ports, count / sizeof(u32));
		ret = count;
	}
	if (ports != few)
		kfree(ports);
	return ret;
}

/**
 * evtchn_write_iter() - rearm ports
 * @iocb: the file; with IOCB_NOWAIT it waits neither for memory nor for a page
 * @from: the ports, 4 bytes each; rounded down to whole ones, a page at the most
 *
 * A port that is armed already, or is not one of this file's, is passed over.
 *
 * Return: bytes taken; EFAULT, ENOMEM or EAGAIN, and then nothing was done.
 */
ssize_t evtchn_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	return evtchn_write_many(iocb->ki_filp->private_data, from,
				 min_t(size_t, PAGE_SIZE,
				       round_down(iov_iter_count(from), sizeof(u32))),
				 iocb->ki_flags & IOCB_NOWAIT);
}

/*
 * The same by write(). Nearly all who call it have one port, and need none of
 * what io_uring and writev() need.
 */
ssize_t evtchn_write(struct file *filp, const char __user *buf, size_t count,
		     loff_t *ppos)
{
	struct iov_iter from;
	u32 port;

	count = min_t(size_t, round_down(count, sizeof(u32)), PAGE_SIZE);
	if (count != sizeof(u32)) {
		iov_iter_ubuf(&from, ITER_SOURCE, (void __user *)buf, count);
		return evtchn_write_many(filp->private_data, &from, count, false);
	}
	if (get_user(port, (const u32 __user *)buf))
		return -EFAULT;
	evtchn_rearm_port(filp->private_data, port, 0);
	return count;
}

/*
 * Segments that a restart leaves behind wait for a grace period. Once in
 * EVTCHN_RESTARTS times it waits, too, for one that began as many times ago: unless
 * somebody restarts in a loop that is long over.
 */
static void evtchn_pace(struct evtchn_ring *ring)
{
	if (++ring->restarts % EVTCHN_RESTARTS)
		return;
	cond_synchronize_rcu(ring->grace);
	ring->grace = get_state_synchronize_rcu();
}

/*
 * Begin again in a fresh segment, with every port dropped or requeued as
 * @verdict_of says. Segments before it go away. A port that fires while this
 * runs may come twice; none is left masked without an entry.
 */
static int evtchn_restart(struct evtchn_file *file,
			  enum evtchn_verdict (*verdict_of)(atomic_t *credit))
{
	struct evtchn_ring *ring = &file->ring;
	struct evtchn_port *port;
	int ret;
	u32 i;

	evtchn_pace(ring);
	ret = evtchn_ring_grow(ring, READ_ONCE(ring->newest)->nslots);
	if (ret)
		return ret;
	mutex_lock(&file->taker_lock);
	evtchn_ring_trim(ring);
	mutex_unlock(&file->taker_lock);
	WRITE_ONCE(evtchn_consumer(file)->cons, READ_ONCE(ring->newest)->base);
	WRITE_ONCE(ring->header->flags, 0);
	atomic64_inc((atomic64_t *)&ring->header->resyncs);
	evtchn_table_for_each(&file->ports, i, port) {
		rcu_read_lock();
		evtchn_settle(port, verdict_of(&port->credit), 0);
		rcu_read_unlock();
		cond_resched();
	}
	return 0;
}

/**
 * evtchn_reset() - RESET: an empty ring, and no port masked because of it
 * @file: the file
 *
 * What was queued is thrown away and its ports are armed again. A mapped
 * consumer's ports are all armed, since only it knows which it has taken.
 *
 * Return: 0 or ENOMEM.
 */
int evtchn_reset(struct evtchn_file *file)
{
	int ret = 0;

	mutex_lock(&file->bind_lock);
	if (evtchn_consumer(file))
		ret = evtchn_restart(file, evtchn_credit_drop);
	else
		evtchn_discard(file);
	mutex_unlock(&file->bind_lock);
	return ret;
}

/**
 * evtchn_resync() - EVTMMAP_IOC_RESYNC
 * @file: the file
 *
 * Return: 0, ENXIO if the ring has no mapped consumer, ENOMEM.
 */
int evtchn_resync(struct evtchn_file *file)
{
	int ret = -ENXIO;

	mutex_lock(&file->bind_lock);
	if (evtchn_consumer(file))
		ret = evtchn_restart(file, evtchn_credit_requeue);
	mutex_unlock(&file->bind_lock);
	return ret;
}
