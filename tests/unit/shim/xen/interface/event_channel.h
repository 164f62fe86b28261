/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_EVENT_CHANNEL_H
#define SHIM_XEN_EVENT_CHANNEL_H

#include <linux/types.h>

typedef u32 evtchn_port_t;

/* One leaf of the table, which is walked millions of times. */
#define EVTCHN_FIFO_NR_CHANNELS	512U

#endif
