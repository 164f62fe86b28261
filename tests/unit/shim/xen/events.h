/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_EVENTS_H
#define SHIM_XEN_EVENTS_H

#include <linux/interrupt.h>
#include <xen/interface/event_channel.h>

/* The port is armed: if it is pending, its handler is called again. */
void xen_irq_lateeoi(int irq, unsigned int flags);

/* The port is unbound: waits for its handler, which is no more called or EOId. */
void unbind_from_irqhandler(unsigned int irq, void *dev);

/* Ports are there from the beginning: for kernel/compat.h and kernel/port.c. */
#define xen_evtchn_nr_channels()	EVTCHN_FIFO_NR_CHANNELS
#define evtchn_make_refcounted(port, is_static)	(-ENOSYS)
#define evtchn_put(port)		((void)(port))
#define bind_evtchn_to_irq_lateeoi(port)	(-ENOSYS)
#define request_irq(irq, handler, flags, name, dev)	(-ENOSYS)
#define HYPERVISOR_event_channel_op(op, arg)	shim_hypercall(arg)
#define EVTCHNOP_close			0

static inline int shim_hypercall(void *arg)
{
	return -ENOSYS;
}

struct evtchn_close {
	evtchn_port_t port;
};

#endif
