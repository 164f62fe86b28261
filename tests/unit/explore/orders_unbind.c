// SPDX-License-Identifier: GPL-2.0
/*
 * A port is unbound under a write() of it: M, matches N. The table and write()
 * are the module's; for what unbind does between there are these few lines,
 * as the rest of kernel/port.c is about interrupts.
 */
#include "file.h"

#define SLOTS 8

static const struct origin origin = { 0, 0 };
static int holders;	/* of the open file */

static void begin(void)
{
	file_start(SLOTS, &origin, 1);
	holders = 1;
}

/* A system call, with the reference to the file that it takes first. */
static void write_once(void)
{
	shim_rmw(&holders, ++holders);
	file_write(0);
	shim_rmw(&holders, --holders);
}

static void unbind(void)
{
	mutex_lock(&file.bind_lock);
	evtchn_table_erase(&file.ports, 0);
	if (READ_ONCE(holders) > 1)
		synchronize_rcu_expedited();
	file_unplug(0);
	mutex_unlock(&file.bind_lock);
}

CASE_LIMIT(orders_of_unbind_and_two_writes, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin,
		.thread = { vcpu_0, write_once, write_once, unbind },
		.end = file_close, .preemptions = 2 });
}
