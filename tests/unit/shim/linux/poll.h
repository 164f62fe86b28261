/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_POLL_H
#define SHIM_POLL_H

#include <sys/epoll.h>

#include <linux/fs.h>
#include <linux/wait.h>

/* poll() asks each file twice; only the first time it puts itself on queues. */
typedef struct poll_table {
	wait_queue_head_t *queued;
	bool again;
} poll_table;

static inline void poll_wait(struct file *filp, wait_queue_head_t *wait,
			     poll_table *table)
{
	if (table->again)
		return;
	table->queued = wait;
	add_wait_queue(wait);
}

#endif
