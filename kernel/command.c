// SPDX-License-Identifier: GPL-2.0
/*
 * T5: user space gives back many ports at once, and waits for the next events,
 * in one system call: EVTMMAP_IOC_ENTER.
 *
 * Commands stand in the consumer's page, so each is loaded once and believed in
 * nothing. Whoever takes some claims them by a compare-and-swap of command_head
 * after it has loaded them, and does them then: several may take at once, and
 * one that is stopped keeps no other from going on.
 */
#include <linux/hrtimer.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "debug.h"
#include "evtchn.h"

#define EVTCHN_BATCH	32	/* commands that are taken at once */

/* Understand a command; *@port may be NULL: then there is nothing to do. */
static int evtchn_decode(struct evtchn_file *file, u64 command,
			 struct evtchn_port **port)
{
	const u32 op = EVTMMAP_COMMAND_OP(command);

	if (!(op & (EVTMMAP_CMD_REARM | EVTMMAP_CMD_NOTIFY)) ||
	    (op & ~(EVTMMAP_CMD_REARM | EVTMMAP_CMD_NOTIFY | EVTMMAP_CMD_SPURIOUS)) ||
	    (op & (EVTMMAP_CMD_SPURIOUS | EVTMMAP_CMD_REARM)) == EVTMMAP_CMD_SPURIOUS)
		return -EINVAL;
	*port = evtchn_table_find(&file->ports, EVTMMAP_COMMAND_PORT(command));
	return *port || !(op & EVTMMAP_CMD_NOTIFY) ? 0 : -ENOTCONN;
}

static void evtchn_note_error(struct evtmmap_header *header, int err)
{
	WRITE_ONCE(header->command_error, -err);
	atomic64_inc((atomic64_t *)&header->command_errors);
}

/* What a claim takes: @n commands that can be done, or one that cannot. */
struct evtchn_claim {
	u32 n;
	int err;
};

/*
 * Load up to @max commands, understand them, and claim them. A bad one that
 * others are before is left for the next call; as the first one it is claimed
 * to be thrown away, but only if @report says so.
 *
 * Context: under RCU, for as long as @port is looked at.
 */
static __always_inline struct evtchn_claim
evtchn_claim(struct evtchn_file *file, const struct evtmmap_consumer *consumer,
	     u32 max, bool report, u64 *command, struct evtchn_port **port)
{
	struct evtmmap_header *header = file->ring.header;
	struct evtchn_claim claim;
	u32 head, waiting;

	do {
		claim = (struct evtchn_claim){ 0 };
		do {
			head = READ_ONCE(header->command_head);
			waiting = evtchn_ring_commands(consumer, head);
			/* Others may have taken some, and room be used again. */
		} while (waiting > EVTMMAP_COMMANDS &&
			 head != READ_ONCE(header->command_head));
		if (waiting > EVTMMAP_COMMANDS) {
			claim.err = report ? -EINVAL : 0;
			return claim;
		}
		for (; claim.n < min(waiting, max); claim.n++) {
			u32 i = (head + claim.n) % EVTMMAP_COMMANDS;

			command[claim.n] = READ_ONCE(consumer->command[i]);
			claim.err = evtchn_decode(file, command[claim.n],
						  &port[claim.n]);
			if (claim.err)
				break;
		}
		if (claim.n)
			claim.err = 0;
		else if (!claim.err || !report)
			return (struct evtchn_claim){ 0 };
	} while (!evtchn_ring_claim(header, head, claim.n ?: 1));
	if (claim.err)
		evtchn_note_error(header, claim.err);
	return claim;
}

static void evtchn_do_rearm(struct evtchn_file *file, struct evtchn_port *port,
			    u64 command)
{
	const u32 op = EVTMMAP_COMMAND_OP(command);

	if (port && (op & EVTMMAP_CMD_REARM))
		evtchn_rearm(file, port, op & EVTMMAP_CMD_SPURIOUS ?
					 XEN_EOI_FLAG_SPURIOUS : 0);
}

/* A port that was found may be gone by now: then nobody is at its other end. */
static __always_inline bool evtchn_is_to_notify(struct evtchn_port *port, u64 command)
{
	return (EVTMMAP_COMMAND_OP(command) & EVTMMAP_CMD_NOTIFY) &&
	       evtchn_use(&port->credit);
}

/* The usual case of a ping-pong, without arrays that would have to be zeroed. */
static int evtchn_take_one(struct evtchn_file *file,
			   const struct evtmmap_consumer *consumer)
{
	struct evtchn_claim claim;
	struct evtchn_port *port;
	u64 command;

	rcu_read_lock();
	claim = evtchn_claim(file, consumer, 1, true, &command, &port);
	if (claim.n) {
		evtchn_hold(EVTCHN_HOLD_Q);
		evtchn_do_rearm(file, port, command);
		if (evtchn_is_to_notify(port, command)) {
			notify_remote_via_evtchn(port->port);
			evtchn_port_put(port);
		}
	}
	rcu_read_unlock();
	return claim.err ? claim.err : claim.n;
}

static noinline int evtchn_take_some(struct evtchn_file *file,
				     const struct evtmmap_consumer *consumer,
				     u32 max, bool report)
{
	struct evtchn_port *port[EVTCHN_BATCH];
	u64 command[EVTCHN_BATCH];
	struct evtchn_claim claim;
	u32 i, sends = 0;

	rcu_read_lock();
	claim = evtchn_claim(file, consumer, min_t(u32, max, EVTCHN_BATCH),
			     report, command, port);
	if (claim.n) {
		evtchn_hold(EVTCHN_HOLD_Q);
		for (i = 0; i < claim.n; i++) {
			evtchn_do_rearm(file, port[i], command[i]);
			if (evtchn_is_to_notify(port[i], command[i]))
				port[sends++] = port[i];
		}
	}
	evtchn_notify_ports(port, sends);
	while (sends)
		evtchn_port_put(port[--sends]);
	rcu_read_unlock();
	return claim.err ? claim.err : claim.n;
}

/**
 * evtchn_take_commands() - do what user space has queued
 * @file: the file
 * @consumer: its consumer's page
 * @max: how many at most; never more than one ring's worth
 *
 * Context: process; any number of threads at once.
 * Return: how many were taken, or the error of the first.
 */
int evtchn_take_commands(struct evtchn_file *file,
			 const struct evtmmap_consumer *consumer, u32 max)
{
	u32 done = 0;
	int n = 1;

	if (max == 1)
		return evtchn_take_one(file, consumer);
	max = min_t(u32, max, EVTMMAP_COMMANDS);
	while (done < max && n > 0) {
		n = evtchn_take_some(file, consumer, max - done, !done);
		if (n < 0)
			return n;
		done += n;
	}
	return done;
}

/* Called by publishers, after A: a level, like all that wakes. */
static int evtchn_wake_waiter(struct wait_queue_entry *entry, unsigned int mode,
			      int sync, void *key)
{
	struct evtchn_waiter *waiter =
		container_of(entry, struct evtchn_waiter, entry);

	return evtchn_reached(waiter) ?
	       default_wake_function(entry, mode, sync, key) : 0;
}

/*
 * Wait until @n slots from the consumer's position on are filled.
 * Return: 0, also if the time is over; ERESTARTNOHAND, ESTALE.
 */
static int evtchn_sleep(struct evtchn_file *file, u32 n, ktime_t *expires)
{
	struct evtchn_waiter waiter;
	int ret = 0;

	evtchn_wait_for(&waiter, file, n);
	init_waitqueue_func_entry(&waiter.entry, evtchn_wake_waiter);
	waiter.entry.private = current;
	add_wait_queue(&file->wait, &waiter.entry);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		ret = evtchn_reached(&waiter);
		if (ret)
			break;
		ret = signal_pending(current) ? -ERESTARTNOHAND : 0;
		if (ret || !schedule_hrtimeout_range(expires, current->timer_slack_ns,
						     HRTIMER_MODE_ABS))
			break;
	}
	__set_current_state(TASK_RUNNING);
	remove_wait_queue(&file->wait, &waiter.entry);
	return min(ret, 0);
}

/* As in ppoll(): a signal that the mask lets through is handled with the old one. */
static int evtchn_block_signals(const struct evtmmap_enter *enter)
{
	sigset_t set;

	if (copy_from_user(&set, u64_to_user_ptr(enter->sigset), sizeof(set)))
		return -EFAULT;
	sigdelsetmask(&set, sigmask(SIGKILL) | sigmask(SIGSTOP));
	current->saved_sigmask = current->blocked;
	set_restore_sigmask();
	return sigprocmask(SIG_SETMASK, &set, NULL);
}

/*
 * A signal came, or something that only looks like one to a sleeper: a debugger,
 * the freezer, SIGCONT. Without a handler the kernel calls ENTER again with what
 * @arg says then, so what is left goes there. The time comes first: once
 * @to_submit is stored the commands are not this call's result any more.
 */
static noinline long evtchn_interrupted(struct evtmmap_enter __user *arg,
					const ktime_t *left, u32 taken)
{
	if (left && put_user(max_t(s64, *left, 0), &arg->timeout))
		return taken ? taken : -EINTR;
	if (taken && put_user(0, &arg->to_submit))
		return taken;
	return -ERESTARTNOHAND;
}

static noinline long evtchn_sleep_masked(struct evtchn_file *file,
					 const struct evtmmap_enter *enter,
					 struct evtmmap_enter __user *arg, u32 taken)
{
	bool timed = enter->flags & EVTMMAP_ENTER_TIMEOUT;
	bool relative = timed && !(enter->flags & EVTMMAP_ENTER_ABSTIME);
	ktime_t expires = enter->timeout, left;
	int ret = 0;

	if (relative)
		expires = ktime_add_safe(ktime_get(), expires);
	if (enter->sigset_size)
		ret = evtchn_block_signals(enter);
	if (!ret)
		ret = evtchn_sleep(file, enter->min_complete,
				   timed ? &expires : NULL);
	if (ret == -ERESTARTNOHAND) {
		/* The signals' mask is put back on the way to the handler. */
		left = relative ? ktime_sub(expires, ktime_get()) : 0;
		return evtchn_interrupted(arg, relative ? &left : NULL, taken);
	}
	if (enter->sigset_size && test_and_clear_restore_sigmask())
		sigprocmask(SIG_SETMASK, &current->saved_sigmask, NULL);
	return taken ? taken : ret;
}

static int evtchn_get_enter(struct evtmmap_enter *enter,
			    const struct evtmmap_enter __user *from)
{
	if (!user_access_begin(from, sizeof(*from)))
		return -EFAULT;
	unsafe_get_user(enter->to_submit, &from->to_submit, fault);
	unsafe_get_user(enter->min_complete, &from->min_complete, fault);
	unsafe_get_user(enter->flags, &from->flags, fault);
	unsafe_get_user(enter->sigset_size, &from->sigset_size, fault);
	unsafe_get_user(enter->timeout, &from->timeout, fault);
	unsafe_get_user(enter->sigset, &from->sigset, fault);
	user_access_end();
	if ((enter->flags & ~(EVTMMAP_ENTER_TIMEOUT | EVTMMAP_ENTER_ABSTIME |
			      EVTMMAP_ENTER_WAKEUP)) ||
	    (enter->sigset_size && enter->sigset_size != sizeof(sigset_t)) ||
	    enter->min_complete > EVTCHN_MAX_SLOTS || enter->timeout > KTIME_MAX)
		return -EINVAL;
	return 0;
fault:
	user_access_end();
	return -EFAULT;
}

/**
 * evtchn_enter() - EVTMMAP_IOC_ENTER
 * @file: the file
 * @arg: what to take, and what to wait for
 *
 * Return: see EVTMMAP_IOC_ENTER.
 */
long evtchn_enter(struct evtchn_file *file, struct evtmmap_enter __user *arg)
{
	struct evtmmap_consumer *consumer = evtchn_consumer(file);
	struct evtmmap_enter enter;
	int ret, taken;

	ret = evtchn_get_enter(&enter, arg);
	if (ret)
		return ret;
	if (!consumer)
		return -ENXIO;
	if (enter.flags & EVTMMAP_ENTER_WAKEUP)
		evtchn_poller_wake(file);
	taken = evtchn_take_commands(file, consumer, enter.to_submit);
	if (taken < 0 || taken != enter.to_submit || !enter.min_complete)
		return taken;
	/* With one event at a time, the answer may be there already. */
	if (evtchn_ring_filled(&file->ring, READ_ONCE(consumer->cons) +
					    enter.min_complete - 1))
		return taken;
	return evtchn_sleep_masked(file, &enter, arg, taken);
}
