// SPDX-License-Identifier: GPL-2.0
/* How a port works: early EOI, which CPU, which priority. */
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/sched.h>

#include "evtchn.h"

#define EVTCHN_PRIORITIES	16

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
	synchronize_hardirq(port->irq);
	rcu_read_lock();
	evtchn_rearm(port, 0);
	rcu_read_unlock();
	return 0;
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
	bool follows = value == EVTMMAP_CPU_CONSUMER, followed;

	if (!port)
		return -ENOTCONN;
	if (!follows && (value >= nr_cpu_ids || !cpu_online(value)))
		return -EINVAL;
	followed = port->follows;
	WRITE_ONCE(port->cpu, nr_cpu_ids);
	WRITE_ONCE(port->follows, follows);
	if (follows)
		return 0;
	/* Whoever rearms it just now may still take it along. */
	if (followed)
		synchronize_rcu_expedited();
	return irq_set_affinity(port->irq, cpumask_of(value)) ? -EOPNOTSUPP : 0;
}

/* Its consumer rearms it here, so have it handled here. Context: under RCU. */
void evtchn_follow(struct evtchn_port *port)
{
	u32 cpu = raw_smp_processor_id();

	if (READ_ONCE(port->cpu) == cpu || evtchn_is_poller())
		return;
	WRITE_ONCE(port->cpu, cpu);
	irq_set_affinity(READ_ONCE(port->irq), cpumask_of(cpu));
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

	if (!port)
		return -ENOTCONN;
	if (value >= EVTCHN_PRIORITIES)
		return -EINVAL;
	ret = xen_set_irq_priority(port->irq, value);
	if (ret && ret != -EINVAL)
		return -EOPNOTSUPP;
	return ret;
}
