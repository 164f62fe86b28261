// SPDX-License-Identifier: GPL-2.0
/*
 * A port is unbound under a write() of it: M, matches N. Nobody holds the file, as
 * io_uring's requests on a registered file do not.
 */
#include "file.h"
#include "mapped.h"

#define SLOTS 8

static const struct origin origin = { 0, 0 };
static bool unbound;

static void begin(void)
{
	unbound = false;
	file_start(SLOTS, &origin, 1);
	file_expect(0, 1);
}

static void begin_mapped(void)
{
	begin();
	file_map(false);
}

static void begin_twice(void)
{
	begin();
	file_expect(0, 2);
	file_may_replay();
}

static void write_once(void)
{
	file_write(0);
}

static void unbind(void)
{
	CHECK_EQ(evtchn_unbind(&file, 0), 0);
	unbound = true;
}

/* What was taken by a call that began before may still come; nothing else. */
static void read_and_write_once(void)
{
	bool before = unbound;
	u32 port;

	filp.f_flags = O_NONBLOCK;
	if (file_read(&port, 1) != sizeof(port))
		return;
	CHECK(!before);
	file_write(port);
}

static void end(void)
{
	u32 port;

	CHECK_EQ(evtchn_unbind(&file, 0), -ENOTCONN);
	if (file.consumer)
		CHECK(!mapped_take(&port));
	else
		CHECK(!ring_take(&file.ring, &port));
	file_close();
}

CASE_LIMIT(orders_of_unbind_and_two_writes, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin,
		.thread = { vcpu_0, write_once, write_once, unbind },
		.end = end, .preemptions = 2 });
}

CASE_LIMIT(orders_of_unbind_and_a_write_preempted_more, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_twice,
		.thread = { vcpu_0_twice, write_once, unbind },
		.end = end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_unbind_and_a_reader, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin,
		.thread = { vcpu_0, read_and_write_once, unbind },
		.end = end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_unbind_and_two_mapped_writes, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_mapped,
		.thread = { vcpu_0, write_once, write_once, unbind },
		.end = end, .preemptions = 2 });
}
