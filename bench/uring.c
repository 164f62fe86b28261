// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring on the classic file: a read that is parked until there are events,
 * and the ports written back with the next one; or one read that goes on in
 * provided buffers. What is done for the task is done when it asks (DEFER_TASKRUN):
 * a read takes all that has come until then.
 */
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"

#define ENTRIES		8
#define BUFFERS		8
#define PORTS		1024	/* of a page: the most that a read gives */
#define GROUP		1
#define READ_MULTISHOT	49	/* IORING_OP_READ_MULTISHOT, since 6.7 */

enum tag { READ, WRITE };

struct uring {
	struct io_uring ring;
	bool multishot;
	bool parked;			/* a read is on its way */
	unsigned int max;		/* what it may give */
	struct io_uring_buf_ring *buffers;
	uint32_t room[BUFFERS][PORTS];	/* without multishot only the first */
};

static const struct io_uring_params params_wanted = {
	.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
};

static void give_buffer(struct uring *u, unsigned int id)
{
	io_uring_buf_ring_add(u->buffers, u->room[id], sizeof(u->room[id]), id,
			      io_uring_buf_ring_mask(BUFFERS), 0);
	io_uring_buf_ring_advance(u->buffers, 1);
}

static bool give_buffers(struct uring *u)
{
	struct io_uring_buf_reg reg = { .ring_entries = BUFFERS, .bgid = GROUP };
	unsigned int i;

	if (posix_memalign((void **)&u->buffers, 4096, BUFFERS * sizeof(struct io_uring_buf)))
		die("no memory");
	reg.ring_addr = (uintptr_t)u->buffers;
	if (io_uring_register_buf_ring(&u->ring, &reg, 0))
		return false;
	io_uring_buf_ring_init(u->buffers);
	for (i = 0; i < BUFFERS; i++)
		give_buffer(u, i);
	return true;
}

static struct io_uring_sqe *next_sqe(struct uring *u, enum tag tag)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);

	if (!sqe)
		die("io_uring: no room");
	io_uring_prep_nop(sqe);
	sqe->user_data = tag;
	return sqe;
}

static void prep_read(struct uring *u, int fd)
{
	struct io_uring_sqe *sqe = next_sqe(u, READ);

	io_uring_prep_read(sqe, fd, u->room[0], u->max * sizeof(u->room[0][0]), 0);
	sqe->user_data = READ;
	if (u->multishot) {
		sqe->opcode = READ_MULTISHOT;
		sqe->addr = sqe->len = 0;
		sqe->flags = IOSQE_BUFFER_SELECT;
		sqe->buf_group = GROUP;
	}
	u->parked = true;
}

static void submit(struct uring *u)
{
	int ret;

	wrapped_calls++;
	ret = io_uring_submit(&u->ring);
	if (ret < 0) {
		errno = -ret;
		die("io_uring_submit");
	}
}

static struct uring *uring_new(bool multishot)
{
	struct io_uring_params params = params_wanted;
	struct uring *u = calloc(1, sizeof(*u));

	if (!u)
		die("no memory");
	u->multishot = multishot;
	u->max = PORTS;
	if (io_uring_queue_init_params(ENTRIES, &u->ring, &params)) {
		free(u);
		return NULL;
	}
	if (multishot && !give_buffers(u)) {
		io_uring_queue_exit(&u->ring);
		free(u);
		return NULL;
	}
	return u;
}

static void uring_free(struct uring *u)
{
	io_uring_queue_exit(&u->ring);
	free(u->buffers);
	free(u);
}

static bool open_either(struct stream *s, bool multishot)
{
	raw_open(s);
	s->handle = uring_new(multishot);
	if (!s->handle)
		die("io_uring");
	return true;
}

static bool uring_open(struct stream *s)
{
	return open_either(s, false);
}

static bool multishot_open(struct stream *s)
{
	return open_either(s, true);
}

/* Written in place, and with it the next read; of a multishot it goes on. */
static void write_back(struct stream *s, const uint32_t *ports, unsigned int n)
{
	struct uring *u = s->handle;
	struct io_uring_sqe *sqe = next_sqe(u, WRITE);

	io_uring_prep_write(sqe, s->rx, ports, n * sizeof(*ports), 0);
	sqe->user_data = WRITE;
	sqe->flags = IOSQE_CQE_SKIP_SUCCESS;
	if (!u->parked)
		prep_read(u, s->rx);
	submit(u);
}

static unsigned int completed(struct stream *s, const struct io_uring_cqe *cqe)
{
	struct uring *u = s->handle;
	unsigned int i, id = 0, n = cqe->res / sizeof(uint32_t);

	if (cqe->user_data != READ || cqe->res <= 0) {
		errno = -cqe->res;
		die("io_uring: %s", cqe->user_data == READ ? "read" : "write");
	}
	if (u->multishot)
		id = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
	u->parked = cqe->flags & IORING_CQE_F_MORE;
	for (i = 0; i < n; i++)
		s->buf[i] = u->room[id][i];
	if (u->multishot)
		give_buffer(u, id);
	return n;
}

/* Has the parked read tried, if it did not complete by itself. */
static bool look(struct stream *s)
{
	struct uring *u = s->handle;

	if (io_uring_cq_ready(&u->ring))
		return true;
	if (!u->parked)
		prep_read(u, s->rx);
	wrapped_calls++;
	if (io_uring_submit_and_get_events(&u->ring) < 0)
		die("io_uring_submit_and_get_events");
	return io_uring_cq_ready(&u->ring);
}

static unsigned int uring_take(struct stream *s, unsigned int max)
{
	struct uring *u = s->handle;
	struct io_uring_cqe *cqe;
	unsigned int i, n;

	u->max = max < PORTS ? max : PORTS;
	if (!look(s) || io_uring_peek_cqe(&u->ring, &cqe))
		return 0;
	n = completed(s, cqe);
	io_uring_cqe_seen(&u->ring, cqe);
	write_back(s, s->buf, n);
	for (i = 0; i < n; i++)
		stream_got(s, s->buf[i]);
	return n;
}

static void uring_sleep(struct stream *s, int milliseconds)
{
	struct __kernel_timespec ts = { milliseconds / 1000, milliseconds % 1000 * 1000000LL };
	struct uring *u = s->handle;
	struct io_uring_cqe *cqe;
	int ret;

	wrapped_calls++;
	ret = io_uring_wait_cqe_timeout(&u->ring, &cqe, &ts);
	if (ret && ret != -ETIME && ret != -EINTR)
		die("io_uring_wait_cqe_timeout: %d", ret);
}

static void uring_close(struct stream *s)
{
	uring_free(s->handle);
	close(s->rx);
}

const struct way way_uring = {
	.key = "uring", .title = "io_uring read and write",
	.open = uring_open, .bind = raw_bind, .take = uring_take,
	.wait = uring_sleep, .close = uring_close,
};

const struct way way_multishot = {
	.key = "multishot", .title = "io_uring multishot read, and write",
	.open = multishot_open, .bind = raw_bind, .take = uring_take,
	.wait = uring_sleep, .close = uring_close,
};

bool uring_here(void)
{
	struct uring *u = uring_new(false);

	if (u)
		uring_free(u);
	return u;
}

/* Kernel and driver have to know it: it is tried out. */
bool uring_multishot_here(void)
{
	struct stream s = { .rx = -1 };
	struct io_uring_cqe *cqe;
	bool here;

	if (!uring_here())
		return false;
	s.handle = uring_new(true);
	if (!s.handle)
		return false;
	raw_open(&s);
	look(&s);
	/* Nothing is bound: a read that waits is fine, any completion is an error. */
	here = io_uring_peek_cqe(&((struct uring *)s.handle)->ring, &cqe) == -EAGAIN;
	uring_close(&s);
	return here;
}
