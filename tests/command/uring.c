// SPDX-License-Identifier: GPL-2.0
/*
 * read(), write() and poll() of the classic file through io_uring: what has to
 * wait is parked, and no thread is made to wait in its place.
 */
#include "enter.h"
#include "request.h"

/* A quiet pair, on a file that blocks or does not. */
static struct loop open_loop(int mode)
{
	struct loop l = loop_open();

	CHECK_OK(fcntl(l.fd, F_SETFL, mode));
	return l;
}

static void prep_read(struct io_uring *r, uint64_t tag, int fd, uint32_t *port)
{
	struct io_uring_sqe *sqe = ring_sqe(r, tag);

	io_uring_prep_read(sqe, fd, port, sizeof(*port), 0);
	sqe->user_data = tag;
}

static void prep_write(struct io_uring *r, uint64_t tag, int fd,
		       const uint32_t *ports, uint32_t n)
{
	struct io_uring_sqe *sqe = ring_sqe(r, tag);

	io_uring_prep_write(sqe, fd, ports, n * sizeof(*ports), 0);
	sqe->user_data = tag;
}

static void prep_poll(struct io_uring *r, uint64_t tag, int fd)
{
	struct io_uring_sqe *sqe = ring_sqe(r, tag);

	io_uring_prep_poll_multishot(sqe, fd, POLLIN);
	sqe->user_data = tag;
}

static void read_parks(int mode)
{
	struct loop l = open_loop(mode);
	struct io_uring r;
	uint32_t port;
	int i;

	ring_open(&r);
	for (i = 0; i < 5; i++) {
		port = 0;
		prep_read(&r, i, l.fd, &port);
		ring_submit(&r, 1);
		ring_silent(&r);
		CHECK_EQ(workers(), 0);
		loop_fire(&l);
		CHECK_EQ(ring_result(&r, i), sizeof(port));
		CHECK_EQ(port, l.b);
		evt_unmask(l.fd, l.b);
	}
	ring_close(&r);
	close(l.fd);
}

CASE(uring_read_waits_for_the_event)
{
	read_parks(0);
}

CASE(uring_read_waits_though_the_file_is_nonblocking)
{
	read_parks(O_NONBLOCK);
}

CASE(uring_read_of_what_is_there)
{
	struct loop l = open_loop(O_NONBLOCK);
	struct io_uring r;
	uint32_t port = 0;

	ring_open(&r);
	loop_fire_wait(&l);
	prep_read(&r, 1, l.fd, &port);
	ring_submit(&r, 1);
	CHECK_EQ(ring_result(&r, 1), sizeof(port));
	CHECK_EQ(port, l.b);
	ring_close(&r);
}

/* The check itself: such a thread is made, and is seen. */
CASE(uring_worker_is_seen_when_there_is_one)
{
	struct loop l = open_loop(0);
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	struct io_uring r;
	uint32_t port;

	ring_open(&r);
	prep_read(&r, 1, l.fd, &port);
	/* The last that was prepared. */
	r.sq.sqes[(r.sq.sqe_tail - 1) & *r.sq.kring_mask].flags |= IOSQE_ASYNC;
	ring_submit(&r, 1);
	while (!workers() && seconds() < end)
		usleep(1000);
	CHECK_GE(workers(), 1);
	loop_fire(&l);
	CHECK_EQ(ring_result(&r, 1), sizeof(port));
}

CASE(uring_write_rearms)
{
	uint32_t i, ports[100], taken[100];
	struct loop l[100];
	struct io_uring r;
	int fd = evt_open(O_NONBLOCK);

	ring_open(&r);
	for (i = 0; i < 100; i++) {
		l[i] = loop_bind(fd, fd);
		ports[i] = l[i].b;
	}
	evt_take_all(fd, taken, 100);
	for (i = 0; i < 100; i++)
		loop_fire(&l[i]);
	evt_silent(fd);
	prep_write(&r, 1, fd, ports, 1);
	ring_submit(&r, 1);
	CHECK_EQ(ring_result(&r, 1), 4);
	evt_expect(fd, ports[0]);
	evt_silent(fd);
	/* More than fit on the driver's stack. */
	prep_write(&r, 2, fd, ports + 1, 99);
	ring_submit(&r, 1);
	CHECK_EQ(ring_result(&r, 2), 99 * 4);
	evt_take_all(fd, taken, 99);
	evt_silent(fd);
	ring_close(&r);
}

CASE(uring_write_and_then_read)
{
	struct loop l = open_loop(0);
	struct io_uring r;
	uint32_t port;
	int i;

	ring_open(&r);
	loop_fire(&l);
	evt_expect(l.fd, l.b);
	for (i = 0; i < 5; i++) {
		port = 0;
		prep_write(&r, 1, l.fd, &l.b, 1);
		r.sq.sqes[(r.sq.sqe_tail - 1) & *r.sq.kring_mask].flags |= IOSQE_IO_LINK;
		prep_read(&r, 2, l.fd, &port);
		ring_submit(&r, 2);
		CHECK_EQ(ring_result(&r, 1), 4);
		ring_silent(&r);
		loop_fire(&l);
		CHECK_EQ(ring_result(&r, 2), 4);
		CHECK_EQ(port, l.b);
	}
	ring_close(&r);
}

/* Each event is one more completion; it goes on until it is called off. */
CASE(uring_poll_goes_on)
{
	struct loop l = open_loop(O_NONBLOCK);
	struct io_uring_cqe cqe;
	struct io_uring r;
	int i;

	ring_open(&r);
	prep_poll(&r, 1, l.fd);
	ring_submit(&r, 1);
	for (i = 0; i < 5; i++) {
		ring_silent(&r);
		loop_fire(&l);
		cqe = ring_next(&r, 1);
		CHECK(cqe.res & POLLIN);
		CHECK(cqe.flags & IORING_CQE_F_MORE);
		evt_cycle(l.fd, l.b);
	}
	ring_cancel(&r, 1);
	ring_close(&r);
}

CASE(uring_poll_of_a_mapped_file)
{
	struct commander k;
	struct io_uring r;
	int i;

	ring_open(&r);
	commander_open(&k, 1);
	prep_poll(&r, 1, k.fd);
	ring_submit(&r, 1);
	for (i = 0; i < 5; i++) {
		ring_silent(&r);
		bundle_fire(&k.s, 0);
		CHECK(ring_next(&r, 1).res & POLLIN);
		mapped_expect(&k.c, k.s.b[0]);
		evt_unmask(k.fd, k.s.b[0]);
	}
	ring_close(&r);
}

CASE(uring_cancelled_read_loses_nothing)
{
	struct loop l = open_loop(0);
	struct io_uring r;
	uint32_t port = 0;
	int i;

	ring_open(&r);
	for (i = 0; i < 5; i++) {
		prep_read(&r, 1, l.fd, &port);
		ring_submit(&r, 1);
		ring_silent(&r);
		ring_cancel(&r, 1);
		loop_fire(&l);
		evt_cycle(l.fd, l.b);
		CHECK_EQ(port, 0);
	}
	ring_close(&r);
}

CASE(uring_read_hears_of_a_mapping)
{
	struct loop l = open_loop(0);
	struct io_uring r;
	uint32_t port;

	ring_open(&r);
	prep_read(&r, 1, l.fd, &port);
	ring_submit(&r, 1);
	ring_silent(&r);
	map_consumer(l.fd);
	CHECK_EQ(ring_result(&r, 1), -EBUSY);
	ring_close(&r);
}
