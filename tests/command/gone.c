// SPDX-License-Identifier: GPL-2.0
/* Requests that wait, and a ring or a process that goes away under them. */
#include <sys/mman.h>
#include <sys/wait.h>

#include "enter.h"
#include "request.h"

#define NAME	"uring-gone"

#define READ_MULTISHOT	49	/* IORING_OP_READ_MULTISHOT, since 6.7 */
#define BUFFERS		8
#define GROUP		3

/* The file is released: its ports' interrupts are gone. */
static void interrupts_go(void)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (proc_count("/proc/interrupts", "evtchn:" NAME)) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "the file is held");
		usleep(10000);
	}
}

static int park_read(struct io_uring *r)
{
	static uint32_t port;
	struct loop l;

	proc_set_name(NAME);
	l = loop_open();
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:" NAME), 2);
	io_uring_prep_read(ring_sqe(r, 0), l.fd, &port, sizeof(port), 0);
	ring_submit(r, 1);
	ring_silent(r);
	CHECK_EQ(workers(), 0);
	return l.fd;
}

static int park_poll(struct io_uring *r)
{
	struct loop l;

	proc_set_name(NAME);
	l = loop_open();
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:" NAME), 2);
	io_uring_prep_poll_multishot(ring_sqe(r, 0), l.fd, POLLIN);
	ring_submit(r, 1);
	ring_silent(r);
	return l.fd;
}

static void need_wait(void)
{
	int fd = evt_open(0);

	if (!(map_header(fd)->features & EVTMMAP_FEAT_URING_WAIT))
		SKIP("the driver has no EVTMMAP_FEAT_URING_WAIT");
	close(fd);
}

static int park_wait(struct io_uring *r)
{
	struct commander k;

	proc_set_name(NAME);
	commander_open(&k, 1);
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:" NAME), 2);
	ring_prep_command(ring_sqe(r, 0), k.fd, EVTMMAP_URING_WAIT, 1, 0);
	ring_submit(r, 1);
	ring_silent(r);
	CHECK_EQ(workers(), 0);
	/* The pages hold the file as well. */
	consumer_close(&k.c);
	return k.fd;
}

static void ring_goes(int (*park)(struct io_uring *r))
{
	struct io_uring r;
	int fd;

	ring_open(&r);
	fd = park(&r);
	/* The request holds the file without its descriptor. */
	close(fd);
	usleep(EVT_QUIET_MS * 1000);
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:" NAME), 2);
	ring_close(&r);
	interrupts_go();
}

CASE(ring_that_goes_lets_a_read_go)
{
	ring_goes(park_read);
}

CASE(ring_that_goes_lets_a_poll_go)
{
	ring_goes(park_poll);
}

CASE(ring_that_goes_lets_a_wait_go)
{
	need_wait();
	ring_goes(park_wait);
}

/* IORING_OP_ASYNC_CANCEL does not find it, see uring_wait.c; the ring's end does. */
static int park_wait_and_call_it_off(struct io_uring *r)
{
	int fd = park_wait(r);

	io_uring_prep_cancel64(ring_sqe(r, 1), 0, 0);
	ring_submit(r, 1);
	CHECK_EQ(ring_any(r).res, -ENOENT);
	ring_silent(r);
	return fd;
}

CASE(ring_that_goes_lets_a_wait_go_that_was_called_off)
{
	need_wait();
	ring_goes(park_wait_and_call_it_off);
}

static void process_is_killed(int (*park)(struct io_uring *r))
{
	struct io_uring r;
	int parked[2];
	pid_t pid;
	char c;

	CHECK_OK(pipe(parked));
	pid = CHECK_OK(fork());
	if (!pid) {
		ring_open(&r);
		park(&r);
		CHECK_EQ(write(parked[1], "", 1), 1);
		pause();
	}
	close(parked[1]);
	CHECK_EQ(read(parked[0], &c, 1), 1);
	CHECK_OK(kill(pid, SIGKILL));
	tap_reap_signal(pid, SIGKILL);
	interrupts_go();
}

CASE(process_killed_with_a_read_parked)
{
	process_is_killed(park_read);
}

CASE(process_killed_with_a_poll_parked)
{
	process_is_killed(park_poll);
}

CASE(process_killed_with_a_wait_parked)
{
	need_wait();
	process_is_killed(park_wait);
}

/*
 * Room for two ports each. Not by a ring of buffers: io_uring would vmap() that
 * page, and give it back to be a page table before it is unmapped, which a PV
 * guest does not survive.
 */
static void provide(struct io_uring *r, uint32_t *room)
{
	struct io_uring_sqe *sqe = ring_sqe(r, 0);

	io_uring_prep_provide_buffers(sqe, room, 2 * sizeof(*room), BUFFERS, GROUP, 0);
	sqe->user_data = 99;
	ring_submit(r, 1);
	CHECK_EQ(ring_result(r, 99), 0);
}

CASE(uring_read_goes_on_in_provided_buffers)
{
	uint32_t room[2 * BUFFERS] = { 0 }, id;
	struct io_uring_sqe *sqe;
	struct io_uring_cqe cqe;
	struct io_uring r;
	struct loop l;
	int i;

	ring_open(&r);
	if (!ring_knows(&r, READ_MULTISHOT))
		SKIP("the kernel has no IORING_OP_READ_MULTISHOT");
	l = loop_open();
	provide(&r, room);
	sqe = ring_sqe(&r, 1);
	sqe->opcode = READ_MULTISHOT;
	sqe->fd = l.fd;
	sqe->flags = IOSQE_BUFFER_SELECT;
	sqe->buf_group = GROUP;
	ring_submit(&r, 1);
	for (i = 0; i < BUFFERS; i++) {
		ring_silent(&r);
		loop_fire(&l);
		cqe = ring_next(&r, 1);
		CHECK_EQ(cqe.res, 4);
		CHECK(cqe.flags & IORING_CQE_F_BUFFER);
		CHECK(cqe.flags & IORING_CQE_F_MORE);
		id = cqe.flags >> IORING_CQE_BUFFER_SHIFT;
		CHECK_LE(id, BUFFERS - 1);
		CHECK_EQ(room[2 * id], l.b);
		room[2 * id] = 0;
		evt_unmask(l.fd, l.b);
	}
	/* Without another buffer it ends, and the event is still there. */
	loop_fire(&l);
	CHECK_EQ(ring_result(&r, 1), -ENOBUFS);
	evt_cycle(l.fd, l.b);
	ring_close(&r);
}
