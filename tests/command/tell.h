/* SPDX-License-Identifier: GPL-2.0 */
/* The ways in which the driver is told of a rearm or a notification. */
#ifndef TELL_H
#define TELL_H

#include "enter.h"

/**
 * struct tell - one way
 * @open: prepares it, or skips the case where the driver does not have it
 * @tell: has a command done; 0, or its errno
 */
struct tell {
	void (*open)(struct commander *k);
	int (*tell)(struct commander *k, uint32_t op, uint32_t port);
};

extern const struct tell by_write;		/* write() and ioctl() */
extern const struct tell by_ioctl;		/* ioctl() for both */
extern const struct tell by_enter;
extern const struct tell by_poller;
extern const struct tell by_sleeping_poller;
extern const struct tell by_uring;

#endif
