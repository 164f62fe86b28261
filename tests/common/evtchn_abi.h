/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The classic interface of /dev/xen/evtchn, by its numbers: what distributions
 * install as <xen/evtchn.h> is not complete everywhere.
 */
#ifndef EVTCHN_ABI_H
#define EVTCHN_ABI_H

#include <linux/ioctl.h>
#include <stdint.h>

#define EVT_NODE	"/dev/xen/evtchn"
#define EVT_MODULE	"xen_evtchn"

#define EVT_IOC(nr, size) _IOC(_IOC_NONE, 'E', nr, size)

/* Where nothing else is said the argument points to one uint32_t. */
#define EVT_BIND_VIRQ		EVT_IOC(0, 4)
#define EVT_BIND_INTERDOMAIN	EVT_IOC(1, 8)	/* struct evt_interdomain */
#define EVT_BIND_UNBOUND	EVT_IOC(2, 4)
#define EVT_UNBIND		EVT_IOC(3, 4)
#define EVT_NOTIFY		EVT_IOC(4, 4)
#define EVT_RESET		EVT_IOC(5, 0)	/* no argument */
#define EVT_RESTRICT		EVT_IOC(6, 2)	/* uint16_t */
#define EVT_BIND_STATIC		EVT_IOC(7, 4)

struct evt_interdomain {
	uint32_t domain;
	uint32_t port;
};

/*
 * The FIFO ABI has that many ports at most. The kernel's own limit is lower: it
 * grows with the ports in use, in these steps.
 */
#define EVT_NR_CHANNELS		(1U << 17)
#define EVT_CHANNELS_STEP	1024U

#define EVT_DOMID_FIRST_RESERVED 0x7ff0
#define EVT_DOMID_SELF		0x7ff0

#define EVT_VIRQ_TIMER		0	/* the kernel's own */
#define EVT_VIRQ_TBUF		4
#define EVT_VIRQ_CON_RING	8
#define EVT_NR_VIRQS		24

#endif
