/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The way back on /dev/xen/evtchn: commands in the consumer's page of
 * <xen/evtchn_mmap.h>, which also has the argument for their order; who takes
 * them; what can be set for a port; and the same through io_uring.
 */
#ifndef _UAPI_XEN_EVTCHN_COMMAND_H
#define _UAPI_XEN_EVTCHN_COMMAND_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* A command: the low half is the port, the high half what to do with it. */
#define EVTMMAP_COMMAND(op, port)	((__u64)(__u32)(op) << 32 | (__u32)(port))
#define EVTMMAP_COMMAND_PORT(command)	((__u32)(command))
#define EVTMMAP_COMMAND_OP(command)	((__u32)((command) >> 32))

#define EVTMMAP_CMD_REARM	(1U << 0)	/* as write() of the port does */
#define EVTMMAP_CMD_NOTIFY	(1U << 1)	/* as IOCTL_EVTCHN_NOTIFY does */
/*
 * With REARM: there was nothing to do for the event. Xen's storm protection
 * counts that, and lets a peer that does it again and again wait for its EOI.
 */
#define EVTMMAP_CMD_SPURIOUS	(1U << 2)

/* enter.flags */
#define EVTMMAP_ENTER_TIMEOUT	(1U << 0)	/* wait until enter.timeout only */
#define EVTMMAP_ENTER_ABSTIME	(1U << 1)	/* which is a time, not a duration */
#define EVTMMAP_ENTER_WAKEUP	(1U << 2)	/* wake the poller */

/**
 * struct evtmmap_enter - for EVTMMAP_IOC_ENTER
 * @to_submit: take at most that many commands, and one ring's worth
 * @min_complete: then wait until that many slots from consumer.cons on are
 *	filled; 0 does not wait
 * @flags: EVTMMAP_ENTER_*
 * @sigset_size: 0, or bytes of what @sigset points to, as the kernel has it: 8
 * @timeout: nanoseconds of CLOCK_MONOTONIC; with %EVTMMAP_ENTER_ABSTIME as the
 *	initial time namespace has it, whichever the caller is in
 * @sigset: while it waits, these signals are blocked instead of the thread's,
 *	as in ppoll()
 */
struct evtmmap_enter {
	__u32 to_submit;
	__u32 min_complete;
	__u32 flags;
	__u32 sigset_size;
	__u64 timeout;
	__u64 sigset;
};

/**
 * EVTMMAP_IOC_ENTER - give ports back in a batch, and wait for the next events
 *
 * Takes the commands of the consumer's page in their order: first the ports of
 * up to 32 of them are rearmed, then their notifications are sent, and so on.
 * A command that cannot be done ends it: the ones before are done, and their
 * number is returned; the next call finds it first, throws it away, and returns
 * its error. Only a call that takes all of @to_submit waits. Slots of closed
 * segments and of ports that were unbound count as events: look at the ring.
 *
 * With %EVTMMAP_C_WAKE_AT, stores the position it waits for in consumer.wake: of
 * several that wait only one is sure to be woken.
 *
 * Any thread may call it; several at once share the commands out, and what one
 * has taken may be done before or after what another has.
 *
 * A signal ends the sleep as it ends ppoll()'s: what is left of @to_submit, and of
 * @timeout if that is a duration, is stored in the structure. With a handler, EINTR
 * follows. Without one (SIGCONT, a debugger, the freezer) the kernel calls again
 * with what is left, and the result is that call's. So what was taken is what
 * @to_submit has become less, and the result if it is a number. A structure that
 * cannot be written ends it: the number of commands taken, or EINTR.
 *
 * Returns the number of commands taken, whether events came or the time was
 * over; EINVAL for a command, a command_tail or an argument that makes no sense,
 * ENOTCONN for NOTIFY of a port that is not bound to the file (REARM passes over
 * it, as write() does), EINTR if a signal came, ESTALE if the ports are gone (see
 * consumer.restores) and no command was taken, ENXIO if the consumer's page was
 * never mapped, EFAULT.
 */
#define EVTMMAP_IOC_ENTER	_IOWR('E', 0x41, struct evtmmap_enter)

#define EVTMMAP_POLLER_CPU	(1U << 0)	/* begin on poller.cpu only */
#define EVTMMAP_POLLER_SHARE	(1U << 1)	/* use the poller of poller.fd */
#define EVTMMAP_POLLER_FILES	1024		/* that share one, at most */

/**
 * struct evtmmap_poller - for EVTMMAP_IOC_POLLER
 * @flags: EVTMMAP_POLLER_*
 * @cpu: with EVTMMAP_POLLER_CPU, the CPU: one of those that the caller may use
 * @idle_us: microseconds without a command after which it sleeps, at most a
 *	second
 * @fd: with EVTMMAP_POLLER_SHARE, another open file that has a poller; @cpu and
 *	@idle_us are then its
 */
struct evtmmap_poller {
	__u32 flags;
	__u32 cpu;
	__u32 idle_us;
	__s32 fd;
};

/**
 * EVTMMAP_IOC_POLLER - have a thread take the commands
 *
 * It takes them as they come, and throws away those that cannot be done (see
 * header.command_errors). Without any for a while it says
 * EVTMMAP_P_NEED_WAKEUP in header.poller and sleeps. So: store the command and
 * the tail, full barrier (S), look at header.poller, and if it sleeps ENTER with
 * EVTMMAP_ENTER_WAKEUP. It says so from the beginning, until the thread has taken
 * the file on.
 *
 * It goes with the last file that uses it, and close() does not wait for it. It
 * has the caller's nice value and scheduling class, but SCHED_OTHER for a
 * real-time one. It may run where the caller may, or begins on @cpu; a change of
 * its cpuset or of its affinity moves it as it would any thread, and takes it from
 * @cpu.
 *
 * From Linux 6.10 on (with CONFIG_VHOST_TASK) it is a thread of the caller's
 * process, "evtchn-poll": pids.max, RLIMIT_NPROC and the memory cgroup count it;
 * it is frozen, stopped and moved with the process, and ends with it, by exec and
 * by whatever kills the process, also where other processes use it. While it is
 * stopped it says EVTMMAP_P_NEED_WAKEUP, and when it has ended: ENTER takes commands
 * as without a poller, and the file can be given another one. The process has a thread more, which
 * unshare(CLONE_NEWUSER) and the like refuse, and which _exit() ends, but not
 * SYS_exit of the last other thread.
 *
 * On older kernels it is a kernel thread, "evtchn-poll/PID". It is in the cgroup
 * that the caller is in, for its CPU time and its cpuset, and stays there: that
 * never says "frozen 1" (suspend freezes it), and cannot be removed before the thread goes. Neither
 * pids.max nor RLIMIT_NPROC counts it, and its stack and task_struct are charged
 * to nobody. It outlives the caller; a SIGKILL to it ends its work as above.
 *
 * There are at most max_pollers of them, and max_user_pollers of one real user
 * without CAP_SYS_RESOURCE: parameters of the module. It keeps a CPU busy, so it
 * takes CAP_SYS_NICE, or the owner of the device's node, who must be of the
 * initial user namespace.
 *
 * Returns 0; EBUSY if the file has one, EPERM, EAGAIN beyond a limit (of pollers,
 * or of files that share one), EINVAL, EBADF and ENXIO for @fd (no open file of this
 * device; it has no poller, or one that was killed), ENXIO if the consumer's page was
 * never mapped, ENOMEM, EFAULT.
 */
#define EVTMMAP_IOC_POLLER	_IOW('E', 0x42, struct evtmmap_poller)

/**
 * struct evtmmap_port_option - for the ioctls that change how a port works
 * @port: a port that is bound to this file
 * @value: see there
 */
struct evtmmap_port_option {
	__u32 port;
	__u32 value;
};

/**
 * EVTMMAP_IOC_EARLY_EOI - let a port fire again before its event was taken
 *
 * The port (@value is 0) is then rearmed by the interrupt itself. Only an event
 * that comes while the one before is not taken (by consumer.cons, which must be
 * stored with release (U)) leaves it masked, and says EVTMMAP_PORT_MASKED in its
 * entry: the consumer rearms that one. However fast the other end sends, there
 * are at most two interrupts for each time the consumer takes. Holds until the
 * port is unbound.
 *
 * Returns 0; ENOTCONN, EINVAL, ENOMEM, ENOSPC, ENXIO if the consumer's page was
 * never mapped.
 */
#define EVTMMAP_IOC_EARLY_EOI	_IOW('E', 0x43, struct evtmmap_port_option)

/**
 * EVTMMAP_IOC_AFFINITY - have a port's events handled on one CPU
 *
 * @value is the CPU's number, or EVTMMAP_CPU_CONSUMER: the one that whoever
 * rearms the port runs on, and it follows. A poller it does not follow.
 *
 * Returns 0; EPERM without CAP_SYS_NICE for a CPU that the caller may not run on,
 * ENOTCONN, EINVAL if there is no such CPU online, EOPNOTSUPP.
 */
#define EVTMMAP_IOC_AFFINITY	_IOW('E', 0x44, struct evtmmap_port_option)
#define EVTMMAP_CPU_CONSUMER	0xffffffffU

/**
 * EVTMMAP_IOC_PRIORITY - set a port's priority among those that are pending
 *
 * @value is 0 (first) to 15 (last); 7 when nobody has set it.
 *
 * Returns 0; EPERM without CAP_SYS_NICE for one before 7, ENOTCONN, EINVAL,
 * EOPNOTSUPP where Xen has no such thing.
 */
#define EVTMMAP_IOC_PRIORITY	_IOW('E', 0x45, struct evtmmap_port_option)

/**
 * struct evtmmap_bind_virq - for EVTMMAP_IOC_BIND_VIRQ
 * @virq: Xen's VIRQ_*
 * @vcpu: the vCPU whose it is
 */
struct evtmmap_bind_virq {
	__u32 virq;
	__u32 vcpu;
};

/**
 * EVTMMAP_IOC_BIND_VIRQ - IOCTL_EVTCHN_BIND_VIRQ, on any vCPU
 *
 * Returns the port; EINVAL if there is no such VIRQ, or it is the domain's and
 * not a vCPU's, ENOENT if there is no such vCPU, EEXIST, EACCES as there,
 * EOPNOTSUPP for another vCPU than the first under Xen's 2-level event ABI, where
 * Linux would never see it.
 */
#define EVTMMAP_IOC_BIND_VIRQ	_IOW('E', 0x46, struct evtmmap_bind_virq)

/**
 * EVTMMAP_IOC_REARM - rearm one port: what write() does, for io_uring
 *
 * @value is 0, or EVTMMAP_CMD_SPURIOUS. Returns 0, EINVAL.
 */
#define EVTMMAP_IOC_REARM	_IOW('E', 0x47, struct evtmmap_port_option)

/*
 * IORING_OP_URING_CMD: sqe->cmd_op is one of the ioctls above but
 * EVTMMAP_IOC_ENTER and EVTMMAP_IOC_POLLER, or one of <xen/evtchn.h>; what its
 * argument would point to is in sqe->cmd; cqe->res is what it would return.
 *
 * EVTMMAP_URING_WAIT: sqe->cmd is a __u32, completes with 0 when that many slots
 * from consumer.cons on are filled; ESTALE as for EVTMMAP_IOC_ENTER, EBUSY if
 * EVTMMAP_URING_WAITS of the file wait already, EOPNOTSUPP on a kernel that could not
 * cancel it, ENXIO if the consumer's page was never mapped. With %EVTMMAP_C_WAKE_AT
 * it stores the position it waits for in consumer.wake, as EVTMMAP_IOC_ENTER does: of
 * several that wait only the last is sure to be woken, and one that is called off
 * leaves its position there.
 */
#define EVTMMAP_URING_WAIT	_IOW('E', 0x50, __u32)
#define EVTMMAP_URING_WAITS	64

#endif
