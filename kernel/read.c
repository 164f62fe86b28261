// SPDX-License-Identifier: GPL-2.0
/* T4a: a classic client takes ports out: read() and poll(). */
#include <linux/pagemap.h>
#include <linux/uaccess.h>

#include "evtchn.h"

#define EVTCHN_CHUNK	32	/* ports that are copied at once */

/* Collect up to @max ports, moving @at. Context: under taker_lock. */
static u32 evtchn_gather(struct evtchn_cursor *at, u32 *ports, u32 max)
{
	u32 n;

	for (n = 0; n < max && evtchn_ring_peek(at, &ports[n]); n++)
		at->pos++;
	return n;
}

/*
 * The ports were copied out: give their slots back, and queue those again that
 * have fired a second time in between.
 */
static void evtchn_take(struct evtchn_file *file, const u32 *ports, u32 n)
{
	struct evtchn_port *port;

	rcu_read_lock();
	for (; n; n--, ports++) {
		port = evtchn_find(file, *ports);
		if (port)
			evtchn_settle(port, evtchn_credit_take(&port->credit));
	}
	rcu_read_unlock();
}

/*
 * Copy up to @max ports out, EVTCHN_CHUNK at the most. The copy must not fault, since unbind may
 * wait for the lock and a fault may take as long as a hostile user likes: the
 * caller makes the page present and tries again.
 *
 * Return: bytes copied, EAGAIN if there are none, EFAULT if the page is not
 * there; nothing is taken then.
 */
static ssize_t evtchn_read_chunk(struct evtchn_file *file, char __user *buf,
				 u32 max)
{
	u32 ports[EVTCHN_CHUNK];
	struct evtchn_cursor at;
	ssize_t ret = -EBUSY;
	u32 n;

	mutex_lock(&file->taker_lock);
	if (evtchn_consumer(file))
		goto out;
	at = file->ring.taker;
	n = evtchn_gather(&at, ports, max);
	ret = -EFAULT;
	if (n && copy_to_user_nofault(buf, ports, n * sizeof(u32)))
		goto out;
	evtchn_ring_taken(&file->ring, &at);
	evtchn_take(file, ports, n);
	ret = n ? n * sizeof(u32) : -EAGAIN;
out:
	mutex_unlock(&file->taker_lock);
	return ret;
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
	size_t done = 0, max = EVTCHN_CHUNK;
	ssize_t ret;

	count = min_t(size_t, round_down(count, sizeof(u32)), PAGE_SIZE);
	while (done < count) {
		max = min_t(size_t, max, (count - done) / sizeof(u32));
		ret = evtchn_read_chunk(file, buf + done, max);
		if (ret > 0) {
			done += ret;
			max = EVTCHN_CHUNK;
			continue;
		}
		/* Port by port over the place that was not there. */
		max = 1;
		if (ret == -EFAULT &&
		    !fault_in_safe_writeable(buf + done, sizeof(u32)))
			continue;
		if (done)
			break;
		if (ret != -EAGAIN || (filp->f_flags & O_NONBLOCK))
			return ret;
		ret = wait_event_interruptible(file->wait,
					       evtchn_consumer(file) ||
					       evtchn_ready(file));
		if (ret)
			return ret;
	}
	return done;
}

/* Is there a port to read, and not only entries to be skipped? */
static bool evtchn_readable(struct evtchn_file *file)
{
	struct evtchn_cursor at;
	u32 port;
	bool any;

	mutex_lock(&file->taker_lock);
	at = file->ring.taker;
	any = evtchn_ring_peek(&at, &port);
	evtchn_ring_taken(&file->ring, &at);
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
	if (evtchn_ready(file) &&
	    (evtchn_consumer(file) || evtchn_readable(file)))
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
	struct evtchn_cursor at;
	struct evtchn_port *port;
	u32 n;

	mutex_lock(&file->taker_lock);
	at = file->ring.taker;
	while (evtchn_gather(&at, &n, 1) && (s32)(at.pos - end) <= 0) {
		evtchn_ring_taken(&file->ring, &at);
		rcu_read_lock();
		port = evtchn_find(file, n);
		if (port)
			evtchn_settle(port, evtchn_credit_drop(&port->credit));
		rcu_read_unlock();
	}
	mutex_unlock(&file->taker_lock);
}
