/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_EVENTS_H
#define SHIM_XEN_EVENTS_H

#include <linux/interrupt.h>
#include <xen/interface/event_channel.h>

/* The port is armed: if it is pending, its handler is called again. */
void xen_irq_lateeoi(int irq, unsigned int flags);

/* For kernel/compat.h; nothing here calls them. */
int evtchn_make_refcounted(evtchn_port_t port, bool is_static);
void evtchn_put(evtchn_port_t port);
void unbind_from_irqhandler(unsigned int irq, void *dev);

#endif
