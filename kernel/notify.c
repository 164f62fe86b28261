// SPDX-License-Identifier: GPL-2.0
/* T5: user space signals the other end. */
#include "evtchn.h"

/**
 * evtchn_notify() - send an event
 * @file: the file
 * @port: a port bound to it
 *
 * Takes no lock; unbind waits for us before it closes the port.
 *
 * Return: 0 or ENOTCONN.
 */
int evtchn_notify(struct evtchn_file *file, u32 port)
{
	int ret = -ENOTCONN;

	rcu_read_lock();
	if (evtchn_table_find(&file->ports, port)) {
		notify_remote_via_evtchn(port);
		ret = 0;
	}
	rcu_read_unlock();
	return ret;
}
