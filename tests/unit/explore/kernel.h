/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel does with an open file, for the explorer's threads. */
#ifndef KERNEL_H
#define KERNEL_H

#include "evtchn.h"
#include "explore.h"

/* Before an order begins. */
void kernel_begin(void);

/* Sleep until the file is readable. */
void poll_readable(struct file *filp);
/* Until something new came: edge-triggered, on the queue since epoll_add(). */
void epoll_add(struct file *filp);
void epoll_readable(struct file *filp);

/* Sleep until a SIGIO is pending; it is no more. */
void wait_for_sigio(void);

#endif
