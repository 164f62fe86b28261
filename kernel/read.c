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

#include "debug.h"
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
	done = copy_to_iter(ports, evtchn_copy_size(n * sizeof(u32)), to);
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

/*
 * Copy one port. A copy may do less than it could: arm64's stores 8 bytes or none
 * where only 4 fit. A byte is stored or is not.
 */
static bool evtchn_copy_bytes(u32 port, struct iov_iter *to)
{
	const u8 *byte = (const u8 *)&port;
	size_t done = 0;

	while (done < sizeof(port) &&
	       copy_to_iter(byte + done, evtchn_copy_size(1), to))
		done++;
	return done == sizeof(port);
}

/* The next port; *@pos says where it is. Return: false if there is none. */
static bool evtchn_peek_port(struct evtchn_file *file, u32 *port, u32 *pos)
{
	struct evtchn_cursor at;
	bool any = false;

	mutex_lock(&file->taker_lock);
	if (!evtchn_consumer(file)) {
		at = file->ring.taker;
		any = evtchn_pop(&at, port);
		*pos = at.pos;
	}
	mutex_unlock(&file->taker_lock);
	return any;
}

/* Take that port, unless another was quicker or it was unbound. */
static bool evtchn_take_port(struct evtchn_file *file, u32 port, u32 pos)
{
	struct evtchn_cursor at;
	bool same = false;
	u32 next;

	mutex_lock(&file->taker_lock);
	if (!evtchn_consumer(file)) {
		at = file->ring.taker;
		same = evtchn_pop(&at, &next) && next == port && at.pos == pos;
	}
	if (same) {
		evtchn_ring_taken(&file->ring, &at);
		evtchn_settle_ports(file, &port, 1, evtchn_credit_take);
	}
	mutex_unlock(&file->taker_lock);
	return same;
}

/*
 * Hand out one port where a copy that may not wait has failed twice. It is copied
 * while nothing is locked, so its page may come, and is taken afterwards if it is
 * still the next one: what this says is the last word.
 *
 * Return: 1; 0 if it has to be looked at again, EFAULT.
 */
static int evtchn_hand_out_one(struct evtchn_file *file, struct iov_iter *to)
{
	u32 port, pos;

	if (!evtchn_peek_port(file, &port, &pos))
		return 0;
	if (!evtchn_copy_bytes(port, to))
		return -EFAULT;
	if (evtchn_take_port(file, port, pos))
		return 1;
	iov_iter_revert(to, sizeof(port));
	return 0;
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

static int evtchn_fault_in(struct iov_iter *to, bool *done)
{
	*done = true;
	return fault_in_iov_iter_writeable(to, sizeof(u32)) ? -EFAULT : 0;
}

/* Wait for a port, and hand out what is there. Return: see evtchn_hand_out(). */
static int evtchn_await(struct evtchn_file *file, struct kiocb *iocb,
			struct iov_iter *to, u32 max)
{
	bool nowait = iocb->ki_flags & IOCB_NOWAIT;
	int ret;

	ret = evtchn_wait(file, nowait ||
			  (READ_ONCE(iocb->ki_filp->f_flags) & O_NONBLOCK));
	if (!ret)
		ret = evtchn_lock_taker(file, nowait);
	if (ret)
		return ret;
	ret = evtchn_hand_out(file, to, max);
	mutex_unlock(&file->taker_lock);
	/* Whoever may wait tells whether it is a bad one. */
	return ret == -EFAULT && nowait ? -EAGAIN : ret;
}

/**
 * evtchn_read_iter() - take ports that fired
 * @iocb: the file; with IOCB_NOWAIT it waits for nobody, nor for a page
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
	u32 max = min_t(size_t, iov_iter_count(to), PAGE_SIZE) / sizeof(u32);
	bool faulted = false;
	int ret;

	if (!max)
		return 0;
	/* So that it need not stop half-way at a page that is not there. */
	if (max > EVTCHN_HANDFUL && !(iocb->ki_flags & IOCB_NOWAIT))
		fault_in_iov_iter_writeable(to, max * sizeof(u32));
	for (;;) {
		ret = evtchn_await(file, iocb, to, max);
		if (ret == -EFAULT && faulted)
			ret = evtchn_hand_out_one(file, to);
		else if (ret == -EFAULT)
			ret = evtchn_fault_in(to, &faulted);
		if (ret)
			return ret > 0 ? ret * sizeof(u32) : ret;
		/* Another was quicker, or the page was not there. */
		if (signal_pending(current))
			return -ERESTARTSYS;
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
