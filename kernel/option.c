// SPDX-License-Identifier: GPL-2.0
/* How a port works: early EOI, which CPU, which priority. */
#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/sched.h>

#include "evtchn.h"

#define EVTCHN_PRIORITIES	16
#define EVTCHN_NO_CPU		(EVTCHN_FOLLOWS - 1)
#define EVTCHN_MOVES		8	/* tries to move an interrupt that others move */

/*
 * Interrupts on a CPU that is not the caller's take its time from others. One
 * that does not exist is nobody's. io_uring's workers may run in more places than
 * whom they work for.
 */
static bool evtchn_may_use_cpu(u32 cpu)
{
	const struct task_struct *task = current->flags & PF_IO_WORKER ?
					 current->group_leader : current;

	return cpu >= nr_cpu_ids || cpumask_test_cpu(cpu, task->cpus_ptr) ||
	       capable(CAP_SYS_NICE);
}

/* Before others', and before the kernel's own. */
static bool evtchn_may_use_priority(u32 priority)
{
	return priority >= EVTCHN_FIFO_PRIORITY_DEFAULT || capable(CAP_SYS_NICE);
}

/**
 * evtchn_early_eoi() - EVTMMAP_IOC_EARLY_EOI
 * @file: the file
 * @number: any number
 * @value: 0
 *
 * The port may then have two entries: one that is not taken, and the one that
 * says that it is masked.
 *
 * Context: process, under bind_lock.
 * Return: see EVTMMAP_IOC_EARLY_EOI.
 */
int evtchn_early_eoi(struct evtchn_file *file, u32 number, u32 value)
{
	struct evtchn_port *port = evtchn_port_of(file, number);
	int ret;

	if (value)
		return -EINVAL;
	if (!evtchn_consumer(file))
		return -ENXIO;
	if (!port)
		return -ENOTCONN;
	if (port->early)
		return 0;
	file->nearly++;
	ret = evtchn_reserve(file);
	if (ret) {
		file->nearly--;
		return ret;
	}
	WRITE_ONCE(port->early, true);
	/* What fired before, or does just now, may have left it masked unsaid. */
	synchronize_irq(port->irq);
	rcu_read_lock();
	evtchn_rearm(file, port, 0);
	rcu_read_unlock();
	return 0;
}

/*
 * Have the port handled where it says. Whoever changes that comes here next and
 * looks again after it has moved the interrupt: the last one to move it has seen
 * the last word, in whatever order they come. (The interrupt's own lock keeps each
 * store before, and each load after the move.) One that loses every time has moved
 * it after the last of them, maybe: the next rearm moves a port that follows again.
 *
 * Context: under bind_lock, or with a use of the port.
 */
static int evtchn_move(struct evtchn_port *port)
{
	u16 cpu = READ_ONCE(port->cpu) & ~EVTCHN_FOLLOWS, now;
	int tries, ret = 0;

	for (tries = EVTCHN_MOVES; tries && cpu != EVTCHN_NO_CPU; tries--) {
		ret = irq_set_affinity(READ_ONCE(port->irq), cpumask_of(cpu));
		now = READ_ONCE(port->cpu);
		if ((now & ~EVTCHN_FOLLOWS) == cpu)
			return ret;
		cpu = now & ~EVTCHN_FOLLOWS;
	}
	if (!tries && (now & EVTCHN_FOLLOWS))
		cmpxchg_relaxed(&port->cpu, now, EVTCHN_FOLLOWS | EVTCHN_NO_CPU);
	return ret;
}

/**
 * evtchn_set_affinity() - EVTMMAP_IOC_AFFINITY
 * @file: the file
 * @number: any number
 * @value: a CPU, or EVTMMAP_CPU_CONSUMER
 *
 * Context: process, under bind_lock.
 * Return: see EVTMMAP_IOC_AFFINITY.
 */
int evtchn_set_affinity(struct evtchn_file *file, u32 number, u32 value)
{
	struct evtchn_port *port = evtchn_port_of(file, number);

	BUILD_BUG_ON(CONFIG_NR_CPUS > EVTCHN_NO_CPU);
	if (!evtchn_may_use_cpu(value))
		return -EPERM;
	if (!port)
		return -ENOTCONN;
	if (value == EVTMMAP_CPU_CONSUMER) {
		WRITE_ONCE(port->cpu, EVTCHN_FOLLOWS | EVTCHN_NO_CPU);
		return 0;
	}
	if (value >= nr_cpu_ids || !cpu_online(value))
		return -EINVAL;
	WRITE_ONCE(port->cpu, value);
	return evtchn_move(port) ? -EOPNOTSUPP : 0;
}

/* A poller's thread of either kind; io_uring's do what a consumer asked for. */
static bool evtchn_is_poller(void)
{
#ifdef PF_USER_WORKER
	if ((current->flags & (PF_USER_WORKER | PF_IO_WORKER)) == PF_USER_WORKER)
		return true;
#endif
	return current->flags & PF_KTHREAD;
}

/* Its consumer rearms it here, so have it handled here. Context: under RCU. */
void evtchn_follow(struct evtchn_port *port)
{
	u16 here = EVTCHN_FOLLOWS | raw_smp_processor_id();
	u16 cpu = READ_ONCE(port->cpu);

	if (cpu == here || evtchn_is_poller() || !evtchn_use(&port->credit))
		return;
	if ((cpu & EVTCHN_FOLLOWS) && cmpxchg_relaxed(&port->cpu, cpu, here) == cpu)
		evtchn_move(port);
	evtchn_port_put(port);
}

/**
 * evtchn_set_priority() - EVTMMAP_IOC_PRIORITY
 * @file: the file
 * @number: any number
 * @value: 0 to 15
 *
 * Context: process, under bind_lock.
 * Return: see EVTMMAP_IOC_PRIORITY.
 */
int evtchn_set_priority(struct evtchn_file *file, u32 number, u32 value)
{
	struct evtchn_port *port = evtchn_port_of(file, number);
	int ret;

	if (!evtchn_may_use_priority(value))
		return -EPERM;
	if (!port)
		return -ENOTCONN;
	if (value >= EVTCHN_PRIORITIES)
		return -EINVAL;
	ret = xen_set_irq_priority(port->irq, value);
	if (ret && ret != -EINVAL)
		return -EOPNOTSUPP;
	return ret;
}
