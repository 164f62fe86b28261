/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls past the driver, through /dev/xen/privcmd: a witness for what a
 * bind did, and a way to a port that nobody bound. A case that needs one is
 * skipped where that device is missing.
 */
#ifndef XENCALL_H
#define XENCALL_H

#include <stdbool.h>
#include <stdint.h>

enum xen_port_state {
	XEN_PORT_CLOSED,
	XEN_PORT_UNBOUND,
	XEN_PORT_INTERDOMAIN,
	XEN_PORT_PIRQ,
	XEN_PORT_VIRQ,
	XEN_PORT_IPI,
};

enum xen_port_state xen_port_state(uint32_t port);
uint32_t xen_port_vcpu(uint32_t port);	/* the one its events go to */
/* Of n ports from first on; what Xen has no room for yet is closed. */
void xen_port_states(uint8_t *states, uint32_t first, uint32_t n);
uint32_t xen_alloc_unbound(uint16_t remote);
void xen_close_port(uint32_t port);
/* Makes Xen print a few lines: dom0 is told by VIRQ_CON_RING. */
void xen_print_something(void);
/* Makes Xen tell each vCPU by VIRQ_DEBUG. */
void xen_send_virq_debug(void);

/* False: this kernel was told to do with Xen's 2-level event ABI. */
bool xen_has_fifo(void);

#endif
