// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "loop.h"
#include "proc.h"
#include "request.h"
#include "tap.h"

#define ENTRIES		16
#define CANCEL_TAG	UINT64_MAX

void ring_open(struct io_uring *r)
{
	int rc = io_uring_queue_init(ENTRIES, r, 0);

	if (rc == -ENOSYS || rc == -EPERM)
		SKIP("io_uring: %s", tap_errno(-rc));
	CHECK_EQ(rc, 0);
}

void ring_close(struct io_uring *r)
{
	CHECK_EQ(workers(), 0);
	io_uring_queue_exit(r);
}

struct io_uring_sqe *ring_sqe(struct io_uring *r, uint64_t tag)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(r);

	CHECK(sqe);
	io_uring_prep_nop(sqe);
	sqe->user_data = tag;
	return sqe;
}

void ring_submit(struct io_uring *r, int n)
{
	CHECK_EQ(io_uring_submit(r), n);
}

static bool next(struct io_uring *r, int ms, struct io_uring_cqe *got)
{
	struct __kernel_timespec ts = { ms / 1000, ms % 1000 * 1000000LL };
	struct io_uring_cqe *cqe;
	int rc = io_uring_wait_cqe_timeout(r, &cqe, &ts);

	if (rc == -ETIME)
		return false;
	CHECK_EQ(rc, 0);
	*got = *cqe;
	io_uring_cqe_seen(r, cqe);
	return true;
}

struct io_uring_cqe ring_any(struct io_uring *r)
{
	struct io_uring_cqe cqe;

	if (!next(r, EVT_WAIT_MS, &cqe))
		tap_fail(__FILE__, __LINE__, "no completion within %d ms",
			 EVT_WAIT_MS);
	return cqe;
}

struct io_uring_cqe ring_next(struct io_uring *r, uint64_t tag)
{
	struct io_uring_cqe cqe = ring_any(r);

	CHECK_EQ(cqe.user_data, tag);
	return cqe;
}

int ring_result(struct io_uring *r, uint64_t tag)
{
	struct io_uring_cqe cqe = ring_next(r, tag);

	CHECK(!(cqe.flags & IORING_CQE_F_MORE));
	return cqe.res;
}

/* Two completions, in either order: of the request, and of its cancellation. */
void ring_cancel(struct io_uring *r, uint64_t of)
{
	struct io_uring_sqe *sqe = ring_sqe(r, 0);
	struct io_uring_cqe cqe;
	int i, off = 0;

	io_uring_prep_cancel64(sqe, of, 0);
	sqe->user_data = CANCEL_TAG;
	ring_submit(r, 1);
	for (i = 0; i < 2; i++) {
		cqe = ring_any(r);
		CHECK(!(cqe.flags & IORING_CQE_F_MORE));
		CHECK_EQ(cqe.res, cqe.user_data == CANCEL_TAG ? 0 : -ECANCELED);
		off += cqe.user_data == of;
	}
	CHECK_EQ(off, 1);
}

void ring_silent(struct io_uring *r)
{
	struct io_uring_cqe cqe;

	if (next(r, EVT_QUIET_MS, &cqe))
		tap_fail(__FILE__, __LINE__, "request %u completed with %d",
			 (unsigned int)cqe.user_data, cqe.res);
}

bool ring_knows(struct io_uring *r, int opcode)
{
	struct io_uring_probe *probe = io_uring_get_probe_ring(r);
	bool knows;

	CHECK(probe);
	knows = opcode <= probe->last_op &&
		probe->ops[opcode].flags & IO_URING_OP_SUPPORTED;
	io_uring_free_probe(probe);
	return knows;
}

void ring_prep_command(struct io_uring_sqe *sqe, int fd, uint32_t cmd,
		       uint32_t word0, uint32_t word1)
{
	const uint32_t words[2] = { word0, word1 };

	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = fd;
	sqe->cmd_op = cmd;
	memcpy(sqe->cmd, words, sizeof(words));
}

static bool is_worker(const char *tid)
{
	char path[300], line[64];

	snprintf(path, sizeof(path), "/proc/self/task/%s/comm", tid);
	/* A task that is gone meanwhile was none of the driver's either. */
	return !access(path, R_OK) && proc_find(path, "iou-wrk", line, sizeof(line));
}

int workers(void)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *e;
	int n = 0;

	CHECK(dir);
	while ((e = readdir(dir)))
		n += e->d_name[0] != '.' && is_worker(e->d_name);
	closedir(dir);
	return n;
}
