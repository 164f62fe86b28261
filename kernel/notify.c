// SPDX-License-Identifier: GPL-2.0
/* T5: user space signals the other end. */
#include <linux/percpu.h>
#include <xen/interface/xen.h>
#include <xen/interface/version.h>
#include <asm/xen/hypercall.h>

#include "evtchn.h"

#define EVTCHN_SENDS	32	/* that many in one multicall */

/* One a CPU; used with interrupts off. */
struct evtchn_multicall {
	struct multicall_entry entry[EVTCHN_SENDS];
	struct evtchn_send send[EVTCHN_SENDS];
};

static struct evtchn_multicall __percpu *evtchn_multicalls;

/* Xen may be without, or without it for this kind of domain. */
static bool evtchn_has_multicall __ro_after_init;

/**
 * evtchn_notify() - send an event
 * @file: the file
 * @number: a port bound to it
 *
 * Takes no lock; the port is not closed before it was sent.
 *
 * Return: 0 or ENOTCONN.
 */
int evtchn_notify(struct evtchn_file *file, u32 number)
{
	struct evtchn_port *port;
	int ret = -ENOTCONN;

	rcu_read_lock();
	port = evtchn_port_get(file, number);
	if (port) {
		notify_remote_via_evtchn(number);
		evtchn_port_put(port);
		ret = 0;
	}
	rcu_read_unlock();
	return ret;
}

/*
 * Xen leaves a multicall as soon as an event is there for this very vCPU, and
 * each would then come by an upcall of its own: they are held back until all
 * are sent, which is why there may only be a few.
 */
static void evtchn_notify_few(struct evtchn_port *const *ports, unsigned int n)
{
	struct evtchn_multicall *call;
	unsigned long flags;
	unsigned int i;
	int failed;

	local_irq_save(flags);
	call = this_cpu_ptr(evtchn_multicalls);
	for (i = 0; i < n; i++) {
		call->send[i].port = ports[i]->port;
		call->entry[i].op = __HYPERVISOR_event_channel_op;
		call->entry[i].args[0] = EVTCHNOP_send;
		call->entry[i].args[1] = (unsigned long)&call->send[i];
	}
	failed = HYPERVISOR_multicall(call->entry, n);
	/* One that cannot be sent at all fails once more, and nobody is told. */
	for (i = 0; i < n; i++)
		if (unlikely(failed || (long)call->entry[i].result < 0))
			notify_remote_via_evtchn(ports[i]->port);
	local_irq_restore(flags);
}

/**
 * evtchn_notify_ports() - send many events
 * @ports: ports that the caller uses
 * @n: how many
 *
 * Context: under RCU since they are used.
 */
void evtchn_notify_ports(struct evtchn_port *const *ports, unsigned int n)
{
	unsigned int few;

	if (n == 1 || unlikely(!evtchn_has_multicall)) {
		for (; n; n--)
			notify_remote_via_evtchn((*ports++)->port);
		return;
	}
	for (; n; n -= few, ports += few) {
		few = min_t(unsigned int, n, EVTCHN_SENDS);
		evtchn_notify_few(ports, few);
	}
}

/* Asks for Xen's version, which is never 0. */
static bool __init evtchn_try_multicall(void)
{
	struct multicall_entry entry = {
		.op = __HYPERVISOR_xen_version, .args[0] = XENVER_version,
	};

	return !HYPERVISOR_multicall(&entry, 1) && (long)entry.result > 0;
}

int __init evtchn_notify_init(void)
{
	evtchn_has_multicall = evtchn_try_multicall();
	evtchn_multicalls = alloc_percpu(struct evtchn_multicall);
	return evtchn_multicalls ? 0 : -ENOMEM;
}

void evtchn_notify_exit(void)
{
	free_percpu(evtchn_multicalls);
}
