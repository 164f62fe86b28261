/* SPDX-License-Identifier: MIT */
/*
 * The classic ioctls, with what some versions of the system's header lack.
 */
#ifndef EVTMMAP_DEVICE_H
#define EVTMMAP_DEVICE_H

#include <linux/ioctl.h>
#include <linux/types.h>

typedef __u16 domid_t;
#include <xen/evtchn.h>

#ifndef IOCTL_EVTCHN_BIND_STATIC
#define IOCTL_EVTCHN_BIND_STATIC	_IOC(_IOC_NONE, 'E', 7, sizeof(__u32))
#endif

#define DEVICE_PATH	"/dev/xen/evtchn"

#endif
