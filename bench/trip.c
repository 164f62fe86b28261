// SPDX-License-Identifier: GPL-2.0
/*
 * Whole rounds of a busy client in each of the ways that are not ENTER's: n
 * ports are notified, their events taken and rearmed, and so on. The events are
 * always there already; sleeping is pingpong's.
 */
#include <errno.h>
#include <liburing.h>
#include <string.h>
#include <unistd.h>

#include <xen/xen.h>	/* the next one lacks domid_t */
#include <xen/sys/evtchn.h>

#include "bench.h"

#define SAMPLE	64	/* events, or a round of more */

struct trip {
	struct stream s;
	unsigned int n, rounds;
};

static unsigned int rounds_of(unsigned int n)
{
	return n < SAMPLE ? SAMPLE / n : 1;
}

static void make_rounds(void *arg)
{
	struct trip *t = arg;
	unsigned int i;

	for (i = 0; i < t->rounds; i++) {
		stream_send(&t->s, 0, t->n);
		if (stream_drain(&t->s, t->n, t->n) != t->n)
			die("a round of %u events lost some", t->n);
	}
}

static void run_trip(const struct benchmark *b, unsigned int n)
{
	static const struct steps steps = { .timed = make_rounds };
	static struct trip t;

	t.n = n;
	t.rounds = rounds_of(n);
	stream_open(&t.s, b->data, n);
	let_settle();
	measure_publish(b, n, &steps, &t, n * t.rounds);
	if (stream_lost(&t.s) || t.s.duplicated || t.s.foreign)
		die("%s: events lost or repeated", b->name);
	stream_close(&t.s);
}

/*
 * The whole round in one io_uring_enter(): ports are written back, notified by
 * IORING_OP_URING_CMD, and the next are read. Both ends are on one file.
 */
#define MOST	64

struct commands {
	struct io_uring ring;
	uint32_t port[MOST], taken[MOST], peer[1 << 17];
	unsigned int n, rounds;
	int fd;
};

static void prep_notify(struct io_uring_sqe *sqe, int fd, uint32_t port)
{
	io_uring_prep_nop(sqe);
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = fd;
	sqe->cmd_op = IOCTL_EVTCHN_NOTIFY;
	memcpy(sqe->cmd, &port, sizeof(port));
	sqe->flags = IOSQE_CQE_SKIP_SUCCESS;
}

static void one_enter(struct commands *c)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&c->ring);
	struct io_uring_cqe *cqe;
	unsigned int i;
	int ret;

	io_uring_prep_write(sqe, c->fd, c->taken, c->n * 4, 0);
	sqe->flags = IOSQE_CQE_SKIP_SUCCESS;
	for (i = 0; i < c->n; i++)
		prep_notify(io_uring_get_sqe(&c->ring), c->fd, c->peer[c->taken[i]]);
	io_uring_prep_read(io_uring_get_sqe(&c->ring), c->fd, c->taken, c->n * 4, 0);
	ret = io_uring_submit_and_wait(&c->ring, 1);
	if (ret < 0 || io_uring_peek_cqe(&c->ring, &cqe))
		die("io_uring_submit_and_wait: %d", ret);
	if (cqe->res != (int)c->n * 4)
		die("io_uring round: %d, not %u events", cqe->res, c->n);
	io_uring_cqe_seen(&c->ring, cqe);
}

static void make_commands(void *arg)
{
	struct commands *c = arg;
	unsigned int i;

	for (i = 0; i < c->rounds; i++)
		one_enter(c);
}

static void open_commands(struct commands *c, unsigned int n)
{
	struct io_uring_params p = {
		.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
	};
	unsigned int i, peer;

	memset(c, 0, sizeof(*c));
	c->n = n;
	c->rounds = rounds_of(n);
	c->fd = evtchn_open(0);
	if (io_uring_queue_init_params(2 * MOST, &c->ring, &p))
		die("io_uring");
	for (i = 0; i < n; i++) {
		peer = evtchn_bind_unbound(c->fd);
		c->port[i] = evtchn_bind_interdomain(c->fd, peer);
		c->peer[c->port[i]] = peer;
	}
	if (read(c->fd, c->taken, n * 4) != (ssize_t)n * 4)
		die("first events");
}

static void run_commands(const struct benchmark *b, unsigned int n)
{
	static const struct steps steps = { .timed = make_commands };
	static struct commands c;

	open_commands(&c, n);
	let_settle();
	measure_publish(b, n, &steps, &c, n * c.rounds);
	io_uring_queue_exit(&c.ring);
	close(c.fd);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)

const struct benchmark bench_trip[] = {
	{ .name = "round/lib", .text = "notify, delivery, take and rearm: libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB, .parameter = "batch", .value = { 1, 64 },
	  .run = run_trip, .data = &way_lib },
	{ .name = "round/batch", .text = "... read() and write() of as many",
	  .needs = NEEDS, .parameter = "batch", .value = { 1, 8, 64, 1024 },
	  .run = run_trip, .data = &way_batch },
	{ .name = "round/uring", .text = "... io_uring read and write",
	  .needs = NEEDS | NEEDS_URING, .parameter = "batch", .value = { 1, 8, 64 },
	  .run = run_trip, .data = &way_uring },
	{ .name = "round/multishot", .text = "... io_uring multishot read, and write",
	  .needs = NEEDS | NEEDS_MULTISHOT, .parameter = "batch", .value = { 1, 8, 64 },
	  .run = run_trip, .data = &way_multishot },
	{ .name = "round/uring-cmd", .text = "... all in one io_uring_enter()",
	  .needs = NEEDS | NEEDS_URING | NEEDS_RING, .parameter = "batch",
	  .value = { 1, 8, MOST }, .run = run_commands },
	{ 0 }
};
