// SPDX-License-Identifier: GPL-2.0
/*
 * IORING_OP_URING_CMD: the ioctls, and to wait, through io_uring.
 *
 * What may have to wait for a lock is handed to io_uring's worker. Waiting for
 * events parks the command on the file's wait queue, where kernels can cancel
 * it; a publisher takes it off there and has it completed by its task.
 */
#include <linux/slab.h>

#include "evtchn.h"

#ifdef EVTCHN_URING_WAIT

/**
 * struct evtchn_parked - a command that waits
 * @waiter: for what; its entry is on the queue until somebody completes it
 * @cmd: the command
 * @result: what it completes with; whoever takes it off the queue
 */
struct evtchn_parked {
	struct evtchn_waiter waiter;
	struct io_uring_cmd *cmd;
	int result;
};

static struct evtchn_parked **evtchn_parked_of(struct io_uring_cmd *cmd)
{
	return io_uring_cmd_to_pdu(cmd, struct evtchn_parked *);
}

/* Cancelling looks at it, under a lock, until the command is done. */
static void evtchn_complete(struct io_uring_cmd *cmd, int ret,
			    unsigned int issue_flags)
{
	struct evtchn_parked *parked = *evtchn_parked_of(cmd);

	io_uring_cmd_done(cmd, ret, 0, issue_flags);
	kfree(parked);
}

static void evtchn_complete_reached(struct io_uring_cmd *cmd,
				    unsigned int issue_flags)
{
	evtchn_complete(cmd, (*evtchn_parked_of(cmd))->result, issue_flags);
}

/* Context: under the wait queue's lock, while it is on the queue. */
static void evtchn_unpark(struct evtchn_parked *parked)
{
	list_del_init(&parked->waiter.entry.entry);
	parked->waiter.file->nparked--;
}

/* Called by publishers, under the wait queue's lock. */
static int evtchn_wake_parked(struct wait_queue_entry *entry, unsigned int mode,
			      int sync, void *key)
{
	struct evtchn_parked *parked =
		container_of(entry, struct evtchn_parked, waiter.entry);
	int reached = evtchn_reached(&parked->waiter);

	if (!reached)
		return 0;
	parked->result = min(reached, 0);
	evtchn_unpark(parked);
	io_uring_cmd_complete_in_task(parked->cmd, evtchn_complete_reached);
	return 1;
}

/* Return: EIOCBQUEUED; otherwise it is on no queue, and this is its result. */
static int evtchn_queue_up(struct evtchn_parked *parked, struct evtchn_file *file,
			   u32 n)
{
	int ret = -EBUSY;
	unsigned long flags;
	int reached;

	spin_lock_irqsave(&file->wait.lock, flags);
	/* A publisher walks over all that wait, in its interrupt. */
	if (file->nparked < EVTMMAP_URING_WAITS) {
		evtchn_wait_for(&parked->waiter, file, n);
		__add_wait_queue(&file->wait, &parked->waiter.entry);
		file->nparked++;
		reached = evtchn_reached(&parked->waiter);
		ret = reached ? min(reached, 0) : -EIOCBQUEUED;
		if (reached)
			evtchn_unpark(parked);
	}
	spin_unlock_irqrestore(&file->wait.lock, flags);
	return ret;
}

static int evtchn_park(struct evtchn_file *file, struct io_uring_cmd *cmd, u32 n,
		       unsigned int issue_flags)
{
	struct evtchn_parked *parked = kzalloc(sizeof(*parked), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!parked)
		return -ENOMEM;
	parked->waiter.file = file;
	init_waitqueue_func_entry(&parked->waiter.entry, evtchn_wake_parked);
	INIT_LIST_HEAD(&parked->waiter.entry.entry);
	parked->cmd = cmd;
	*evtchn_parked_of(cmd) = parked;
	/* Before it can be completed, since it may be gone then. */
	io_uring_cmd_mark_cancelable(cmd, issue_flags);
	ret = evtchn_queue_up(parked, file, n);
	if (ret != -EIOCBQUEUED)
		evtchn_complete(cmd, ret, issue_flags);
	return -EIOCBQUEUED;
}

/* The ring goes away, or its task, or somebody asked for it. */
static int evtchn_cancel(struct io_uring_cmd *cmd, unsigned int issue_flags)
{
	struct evtchn_parked *parked = *evtchn_parked_of(cmd);
	spinlock_t *lock = &parked->waiter.file->wait.lock;
	unsigned long flags;
	bool was_there;

	spin_lock_irqsave(lock, flags);
	was_there = !list_empty(&parked->waiter.entry.entry);
	if (was_there)
		evtchn_unpark(parked);
	spin_unlock_irqrestore(lock, flags);
	if (was_there)
		evtchn_complete(cmd, -ECANCELED, issue_flags);
	return 0;
}

static int evtchn_uring_wait(struct evtchn_file *file, struct io_uring_cmd *cmd,
			     unsigned int issue_flags)
{
	u32 n = READ_ONCE(*(const u32 *)evtchn_uring_arg(cmd));

	if (!evtchn_consumer(file))
		return -ENXIO;
	if (n > EVTCHN_MAX_SLOTS)
		return -EINVAL;
	return n ? evtchn_park(file, cmd, n, issue_flags) : 0;
}

#endif

/**
 * evtchn_uring_cmd() - IORING_OP_URING_CMD
 * @cmd: the command; its argument is in memory that user space may write
 * @issue_flags: io_uring's
 *
 * Return: see EVTMMAP_URING_WAIT and evtchn_ioctl().
 */
int evtchn_uring_cmd(struct io_uring_cmd *cmd, unsigned int issue_flags)
{
	struct evtchn_file *file = evtchn_file_of(cmd->file);
	u32 op = READ_ONCE(cmd->cmd_op);
	int ret;

#ifdef EVTCHN_URING_WAIT
	if (issue_flags & IO_URING_F_CANCEL)
		return evtchn_cancel(cmd, issue_flags);
	if (op == EVTMMAP_URING_WAIT)
		return evtchn_uring_wait(file, cmd, issue_flags);
#else
	if (op == EVTMMAP_URING_WAIT)
		return -EOPNOTSUPP;
#endif
	ret = evtchn_run(file, op, evtchn_uring_arg(cmd),
			 issue_flags & IO_URING_F_NONBLOCK);
	if (ret <= 0)
		return ret;
	/* A port that a worker returns is not passed on by 6.1. */
	io_uring_cmd_done(cmd, ret, 0, issue_flags);
	return -EIOCBQUEUED;
}
