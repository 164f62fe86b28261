// SPDX-License-Identifier: GPL-2.0
/*
 * UNBIND beside somebody who uses the port and stops: it comes back when they are
 * done, and not before, since the interrupt and the number are then another's.
 * The users are requests on a registered file of io_uring, whose descriptor is
 * closed: they hold no reference to the file, and nothing else does.
 */
#include <sched.h>

#include "../mapped/bundle.h"
#include "hold.h"
#include "uring.h"

#define POINT	'u'
#define RETURN_S 1.0	/* an UNBIND that waits for nobody is back by then */

static struct loop l;
static struct uring u;
static int fd_in_ring;		/* of the ring's table of files */

static void workers_on(int first, int last)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	for (; first <= last; first++)
		CPU_SET(first, &cpus);
	CHECK_OK(uring_register(&u, IORING_REGISTER_IOWQ_AFF, &cpus, sizeof(cpus)));
}

static void submit(struct io_uring_sqe sqe)
{
	sqe.flags = IOSQE_FIXED_FILE | IOSQE_ASYNC;
	uring_submit(&u, &sqe);
}

static struct io_uring_sqe request(uint8_t opcode, void *buffer)
{
	return (struct io_uring_sqe){
		.opcode = opcode, .fd = fd_in_ring, .addr = (uintptr_t)buffer,
		.len = sizeof(uint32_t), .off = -1ULL,
	};
}

/* A ring that has the file, and nobody else who does. */
static void open_ring(void)
{
	if (!uring_open(&u))
		SKIP("io_uring: %s", tap_errno(errno));
	hold_run_elsewhere();
	workers_on(0, 0);
	CHECK_OK(uring_register(&u, IORING_REGISTER_FILES, &l.fd, 1));
	close(l.fd);
	fd_in_ring = 0;
	workers_on(HOLD_CPU, HOLD_CPU);
	hold_arm(POINT);
}

static void unbind_waits_for(struct io_uring_sqe user)
{
	double end;
	int result;

	open_ring();
	submit(user);
	hold_await(POINT);
	workers_on(0, HOLD_CPU - 1);
	submit(uring_command(fd_in_ring, EVT_UNBIND, l.b, 0));
	for (end = seconds() + RETURN_S; seconds() < end; usleep(1000)) {
		if (!uring_done(&u, &result))
			continue;
		hold_release();
		tap_fail(__FILE__, __LINE__, "UNBIND returned %d while a user is held",
			 result);
	}
	CHECK(hold_is_at(POINT));
	hold_release();
	result = uring_wait(&u);
	CHECK_GE(result, 0);
	CHECK_GE(uring_wait(&u), 0);
	/* Nothing is left of it: the number can be another's. */
	CHECK_EQ(evt_notify(l.fd_a, l.a), 0);
	uring_close(&u);
}

CASE_LIMIT(unbind_waits_for_a_rearm_that_stopped, 30)
{
	l = loop_open_two();
	loop_fire_wait(&l);
	unbind_waits_for(uring_command(0, EVTMMAP_IOC_REARM, l.b, 0));
}

CASE_LIMIT(unbind_waits_for_a_notify_that_stopped, 30)
{
	l = loop_open_two();
	unbind_waits_for(uring_command(0, EVT_NOTIFY, l.b, 0));
}

CASE_LIMIT(unbind_waits_for_a_write_that_stopped, 30)
{
	l = loop_open_two();
	loop_fire_wait(&l);
	unbind_waits_for(request(IORING_OP_WRITE, &l.b));
}

/* It queues a port again that fired behind the entry it takes. */
CASE_LIMIT(unbind_waits_for_a_read_that_stopped, 30)
{
	static uint32_t port;

	l = loop_open_two();
	loop_fire_wait(&l);
	evt_unmask(l.fd, l.b);
	loop_fire(&l);
	usleep(EVT_SETTLE_MS * 1000);
	unbind_waits_for(request(IORING_OP_READ, &port));
}
