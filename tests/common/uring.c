// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tap.h"
#include "uring.h"

#define ENTRIES 8

static uint32_t *word(struct uring *u, uint32_t offset)
{
	return (uint32_t *)((char *)u->rings + offset);
}

static size_t rings_size(const struct uring *u)
{
	size_t sq = u->params.sq_off.array + u->params.sq_entries * 4;
	size_t cq = u->params.cq_off.cqes +
		    u->params.cq_entries * sizeof(struct io_uring_cqe);

	return sq > cq ? sq : cq;
}

static void *map(struct uring *u, size_t size, off_t offset)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, u->fd,
		       offset);

	CHECK(p != MAP_FAILED);
	return p;
}

bool uring_open(struct uring *u)
{
	*u = (struct uring){ 0 };
	u->fd = syscall(SYS_io_uring_setup, ENTRIES, &u->params);
	if (u->fd < 0)
		return false;
	/* Both rings in one mapping: every kernel we run on does that. */
	CHECK(u->params.features & IORING_FEAT_SINGLE_MMAP);
	u->rings = map(u, rings_size(u), IORING_OFF_SQ_RING);
	u->sqes = map(u, ENTRIES * sizeof(*u->sqes), IORING_OFF_SQES);
	return true;
}

void uring_close(struct uring *u)
{
	munmap(u->rings, rings_size(u));
	munmap(u->sqes, ENTRIES * sizeof(*u->sqes));
	close(u->fd);
}

int uring_register(struct uring *u, unsigned int opcode, const void *arg,
		   unsigned int n)
{
	return syscall(SYS_io_uring_register, u->fd, opcode, arg, n);
}

int uring_try(struct uring *u, const struct io_uring_sqe *sqe)
{
	uint32_t *tail = word(u, u->params.sq_off.tail);
	uint32_t i = *tail & (u->params.sq_entries - 1);

	u->sqes[i] = *sqe;
	word(u, u->params.sq_off.array)[i] = i;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	return syscall(SYS_io_uring_enter, u->fd, 1, 0, 0, NULL, 0);
}

void uring_submit(struct uring *u, const struct io_uring_sqe *sqe)
{
	CHECK_EQ(CHECK_OK(uring_try(u, sqe)), 1);
}

struct io_uring_sqe uring_command(int fd, uint32_t cmd, uint32_t word0,
				  uint32_t word1)
{
	const uint32_t words[2] = { word0, word1 };
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_URING_CMD, .fd = fd, .cmd_op = cmd,
	};

	/* Where sqe->cmd begins. */
	memcpy(&sqe.addr3, words, sizeof(words));
	return sqe;
}

bool uring_done(struct uring *u, int *result)
{
	struct io_uring_cqe *cqes = (void *)word(u, u->params.cq_off.cqes);
	uint32_t *head = word(u, u->params.cq_off.head);

	if (*head == __atomic_load_n(word(u, u->params.cq_off.tail), __ATOMIC_ACQUIRE))
		return false;
	*result = cqes[*head & (u->params.cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return true;
}

int uring_wait(struct uring *u)
{
	int result;

	while (!uring_done(u, &result))
		CHECK_OK(syscall(SYS_io_uring_enter, u->fd, 0, 1,
				 IORING_ENTER_GETEVENTS, NULL, 0));
	return result;
}
