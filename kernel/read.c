// SPDX-License-Identifier: GPL-2.0
/*
 * T4a: a classic client takes ports out: read() and poll().
 *
 * Takers inside the kernel come one after another, under taker_lock; publishers
 * know nothing of it. Nothing that may wait for user space is done under it,
 * since unbind needs it too.
 */
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "evtchn.h"

/*
 * The next port, if there is one, with @at behind it.
 * Context: under taker_lock.
 */
static bool evtchn_pop(struct evtchn_cursor *at, u32 *port)
{
	if (!evtchn_ring_peek(at, port))
		return false;
	at->pos++;
	return true;
}

/*
 * Take one port, if there is one: its slot is given back, and @verdict_of says
 * what becomes of the port. Context: under taker_lock and RCU.
 */
static __always_inline bool
evtchn_take(struct evtchn_file *file,
	    enum evtchn_verdict (*verdict_of)(atomic_t *credit))
{
	struct evtchn_cursor at = file->ring.taker;
	struct evtchn_port *port;
	u32 number;
	bool any = evtchn_pop(&at, &number);

	evtchn_ring_taken(&file->ring, &at);
	if (!any)
		return false;
	port = evtchn_table_find(&file->ports, number);
	if (port)
		evtchn_settle(port, verdict_of(&port->credit));
	return true;
}

/*
 * Store up to @max ports in pages that are there; how many were stored? With
 * none, what is only to be skipped is taken, so that a sleeper can sleep.
 */
static int evtchn_store(struct evtchn_file *file, u32 __user *to, u32 max)
{
	struct evtchn_cursor at = file->ring.taker;
	int n = 0;
	u32 port;

	pagefault_disable();
	while (n < max && evtchn_pop(&at, &port)) {
		if (__put_user(port, to + n)) {
			n = n ? n : -EFAULT;
			break;
		}
		n++;
	}
	pagefault_enable();
	if (!n)
		evtchn_ring_taken(&file->ring, &at);
	return n;
}

/*
 * Hand out up to @max ports: they are stored first, so that a bad buffer takes
 * none, and taken then; one that fired again in between is queued again.
 *
 * Return: how many; EFAULT if the first cannot be stored as things stand, EBUSY.
 */
static int evtchn_hand_out(struct evtchn_file *file, u32 __user *to, u32 max)
{
	int i, n = -EBUSY;

	mutex_lock(&file->taker_lock);
	if (!evtchn_consumer(file)) {
		n = evtchn_store(file, to, max);
		rcu_read_lock();
		for (i = 0; i < n; i++)
			evtchn_take(file, evtchn_credit_take);
		rcu_read_unlock();
	}
	mutex_unlock(&file->taker_lock);
	return n;
}

/* Until there may be a port to hand out, or a reason not to. */
static int evtchn_wait(struct evtchn_file *file, bool nonblock)
{
	if (evtchn_consumer(file) || evtchn_ready(file))
		return 0;
	if (nonblock)
		return -EAGAIN;
	return wait_event_interruptible(file->wait, evtchn_consumer(file) ||
						    evtchn_ready(file));
}

/* Make the buffer present, as far as it goes. */
static int evtchn_fault_in(char __user *buf, size_t count)
{
	if (fault_in_safe_writeable(buf, count) > count - sizeof(u32))
		return -EFAULT;
	return 0;
}

/**
 * evtchn_read() - take ports that fired
 * @filp: the file
 * @buf: where to put them, 4 bytes each
 * @count: room in bytes; rounded down to whole ports, a page at the most
 * @ppos: unused, the file is a stream
 *
 * Return: bytes read; EAGAIN with O_NONBLOCK, EFAULT, or EBUSY once the ring
 * has a mapped consumer. A buffer that goes bad after some ports were stored
 * gives those ports.
 */
ssize_t evtchn_read(struct file *filp, char __user *buf, size_t count,
		    loff_t *ppos)
{
	struct evtchn_file *file = filp->private_data;
	int ret;

	count = min_t(size_t, round_down(count, sizeof(u32)), PAGE_SIZE);
	if (!count)
		return 0;
	if (!access_ok(buf, count))
		return -EFAULT;
	for (;;) {
		ret = evtchn_wait(file, READ_ONCE(filp->f_flags) & O_NONBLOCK);
		if (ret)
			return ret;
		ret = evtchn_hand_out(file, (u32 __user *)buf,
				      count / sizeof(u32));
		if (ret > 0)
			return ret * sizeof(u32);
		/* Another was quicker, or the page was not there. */
		if (signal_pending(current))
			return -ERESTARTSYS;
		if (ret == -EFAULT)
			ret = evtchn_fault_in(buf, count);
		if (ret)
			return ret;
	}
}

/*
 * Is there a port to read, and not only entries to be skipped? A mapped
 * consumer skips them itself.
 */
static bool evtchn_readable(struct evtchn_file *file)
{
	struct evtchn_cursor at;
	u32 port;
	bool any;

	mutex_lock(&file->taker_lock);
	any = evtchn_consumer(file);
	if (!any) {
		at = file->ring.taker;
		any = evtchn_ring_peek(&at, &port);
		evtchn_ring_taken(&file->ring, &at);
	}
	mutex_unlock(&file->taker_lock);
	return any;
}

/**
 * evtchn_poll() - readiness of the file
 * @filp: the file
 * @table: the poll table
 *
 * Return: always writable; readable if an event is queued. A mapped consumer's
 * overrun is an error, as overflow was; classic files have none. Never another
 * bit: some clients take any as a disaster.
 */
__poll_t evtchn_poll(struct file *filp, poll_table *table)
{
	struct evtchn_file *file = filp->private_data;
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;

	poll_wait(filp, &file->wait, table);
	if (evtchn_ready(file) && evtchn_readable(file))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (evtchn_consumer(file) &&
	    (READ_ONCE(file->ring.header->flags) & EVTMMAP_F_OVERRUN))
		mask |= EPOLLERR;
	return mask;
}

/* Throw away what is queued and arm its ports again. RESET of a classic file. */
void evtchn_discard(struct evtchn_file *file)
{
	u32 end = READ_ONCE(file->ring.header->prod);

	mutex_lock(&file->taker_lock);
	rcu_read_lock();
	while ((s32)(file->ring.taker.pos - end) < 0)
		if (!evtchn_take(file, evtchn_credit_drop))
			break;
	rcu_read_unlock();
	mutex_unlock(&file->taker_lock);
}
