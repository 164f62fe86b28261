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
#include <linux/uio.h>

#include "evtchn.h"

#define EVTCHN_HANDFUL	64	/* ports that are copied at once */

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

/* Up to @max ports from @at on. Context: under taker_lock. */
static u32 evtchn_pop_many(struct evtchn_cursor *at, u32 *ports, u32 max)
{
	u32 n = 0;

	while (n < max && evtchn_pop(at, &ports[n]))
		n++;
	return n;
}

/*
 * The entries of these ports were taken: @verdict_of says what becomes of each.
 * Context: under taker_lock.
 */
static __always_inline void
evtchn_settle_ports(struct evtchn_file *file, const u32 *ports, u32 n,
		    enum evtchn_verdict (*verdict_of)(atomic_t *credit))
{
	struct evtchn_port *port;

	rcu_read_lock();
	for (; n; n--) {
		port = evtchn_table_find(&file->ports, *ports++);
		if (port)
			evtchn_settle(port, verdict_of(&port->credit), 0);
	}
	rcu_read_unlock();
}

/* Copy to a buffer as far as it is there. Return: how many ports. */
static u32 evtchn_copy(const u32 *ports, u32 n, struct iov_iter *to)
{
	size_t done;

	pagefault_disable();
	done = copy_to_iter(ports, n * sizeof(u32), to);
	pagefault_enable();
	iov_iter_revert(to, done % sizeof(u32));
	return done / sizeof(u32);
}

/*
 * Hand out a handful: they are copied first, so that a bad buffer takes none,
 * and taken then; one that fired again in between is queued again. With none,
 * what is only to be skipped is taken, so that a sleeper can sleep.
 *
 * Context: under taker_lock.
 * Return: how many; EFAULT if the first cannot be copied as things stand.
 */
static int evtchn_hand_out_few(struct evtchn_file *file, struct iov_iter *to,
			       u32 max)
{
	struct evtchn_cursor at = file->ring.taker;
	u32 ports[EVTCHN_HANDFUL];
	u32 n = evtchn_pop_many(&at, ports, min_t(u32, max, EVTCHN_HANDFUL));
	u32 copied = n ? evtchn_copy(ports, n, to) : 0;

	if (copied < n) {
		at = file->ring.taker;
		n = evtchn_pop_many(&at, ports, copied);
		if (!n)
			return -EFAULT;
	}
	evtchn_ring_taken(&file->ring, &at);
	evtchn_settle_ports(file, ports, n, evtchn_credit_take);
	return n;
}

/*
 * Hand out up to @max ports.
 * Context: under taker_lock.
 * Return: how many; EFAULT if there is no room for the first, EBUSY.
 */
static int evtchn_hand_out(struct evtchn_file *file, struct iov_iter *to, u32 max)
{
	u32 done = 0;
	int n;

	if (evtchn_consumer(file))
		return -EBUSY;
	do {
		n = evtchn_hand_out_few(file, to, max - done);
		if (n <= 0)
			return done ? done : n;
		done += n;
	} while (done < max && n == EVTCHN_HANDFUL);
	return done;
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

/* Other takers, and unbind, hold it for a short while; io_uring comes again. */
static int evtchn_lock_taker(struct evtchn_file *file, bool nowait)
{
	if (!nowait)
		mutex_lock(&file->taker_lock);
	else if (!mutex_trylock(&file->taker_lock))
		return -EAGAIN;
	return 0;
}

/**
 * evtchn_read_iter() - take ports that fired
 * @iocb: the file; with IOCB_NOWAIT it waits for nobody
 * @to: where to put them, 4 bytes each; room is rounded down to whole ports, a
 *	page at the most
 *
 * Return: bytes read; EAGAIN with O_NONBLOCK, EFAULT, or EBUSY once the ring
 * has a mapped consumer. A buffer that goes bad after some ports were stored
 * gives those ports.
 */
ssize_t evtchn_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct evtchn_file *file = iocb->ki_filp->private_data;
	bool nowait = iocb->ki_flags & IOCB_NOWAIT;
	bool nonblock = nowait || (READ_ONCE(iocb->ki_filp->f_flags) & O_NONBLOCK);
	u32 max = min_t(size_t, iov_iter_count(to), PAGE_SIZE) / sizeof(u32);
	int ret;

	if (!max)
		return 0;
	/* So that it need not stop half-way at a page that is not there. */
	if (max > EVTCHN_HANDFUL)
		fault_in_iov_iter_writeable(to, max * sizeof(u32));
	for (;;) {
		ret = evtchn_wait(file, nonblock);
		if (!ret)
			ret = evtchn_lock_taker(file, nowait);
		if (ret)
			return ret;
		ret = evtchn_hand_out(file, to, max);
		mutex_unlock(&file->taker_lock);
		if (ret > 0)
			return ret * sizeof(u32);
		/* Another was quicker, or the page was not there. */
		if (signal_pending(current))
			return -ERESTARTSYS;
		if (ret == -EFAULT && fault_in_iov_iter_writeable(to, sizeof(u32)))
			return ret;
		if (ret == -EBUSY)
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
 * overrun is an error, as overflow was, and so is a restore that it does not know
 * of; classic files have none. Never another
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
	    ((READ_ONCE(file->ring.header->flags) & EVTMMAP_F_OVERRUN) ||
	     evtchn_restored(file)))
		mask |= EPOLLERR;
	return mask;
}

/* Throw away what is queued and arm its ports again. RESET of a classic file. */
void evtchn_discard(struct evtchn_file *file)
{
	u32 end = READ_ONCE(file->ring.header->prod);
	struct evtchn_cursor at;
	u32 port;

	mutex_lock(&file->taker_lock);
	at = file->ring.taker;
	while ((s32)(at.pos - end) < 0 && evtchn_pop(&at, &port)) {
		evtchn_ring_taken(&file->ring, &at);
		evtchn_settle_ports(file, &port, 1, evtchn_credit_drop);
	}
	evtchn_ring_taken(&file->ring, &at);
	mutex_unlock(&file->taker_lock);
}
