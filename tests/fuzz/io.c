// SPDX-License-Identifier: GPL-2.0
/* read() and write() in all their shapes, and all ways to wait. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fuzz.h"

#define WORDS (FUZZ_PAGE / sizeof(uint32_t))

static size_t any_size(struct fuzz_thread *t)
{
	switch (fuzz_below(t, 12)) {
	case 0: return fuzz_below(t, 16);
	case 1: return fuzz_word(t);
	case 2: return fuzz_below(t, FUZZ_PAGE + 8);
	case 3: return FUZZ_PAGE;
	default: return 4;
	}
}

static void fill(struct fuzz_thread *t, size_t size)
{
	size_t i, n = (size + 3) / 4;

	for (i = 0; i < n && i < WORDS; i++)
		t->page[i] = fuzz_port(t);
}

static long do_read(struct fuzz_thread *t)
{
	size_t size = any_size(t);
	void *buf = fuzz_buffer(t, size);
	int fd = fuzz_file(t);

	return fuzz_note(t, fd, (long)buf, size, read(fd, buf, size));
}

static long do_write(struct fuzz_thread *t)
{
	size_t size = any_size(t);
	void *buf = fuzz_buffer(t, size);
	int fd;

	fill(t, size);
	t->page[0] = fuzz_port_of(t, &fd);
	return fuzz_note(t, fd, (long)buf, size, write(fd, buf, size));
}

#define PARTS 12

static int any_parts(struct fuzz_thread *t, struct iovec *v)
{
	int i, n = fuzz_below(t, PARTS + 1);

	for (i = 0; i < n; i++) {
		v[i].iov_len = any_size(t);
		v[i].iov_base = fuzz_buffer(t, v[i].iov_len);
	}
	return n;
}

static long do_readv(struct fuzz_thread *t)
{
	struct iovec v[PARTS];
	int n = any_parts(t, v), fd = fuzz_file(t);

	return fuzz_note(t, fd, n, 0, readv(fd, v, n));
}

static long do_writev(struct fuzz_thread *t)
{
	struct iovec v[PARTS];
	int n = any_parts(t, v), fd = fuzz_file(t);

	fill(t, 256);
	return fuzz_note(t, fd, n, 0, writev(fd, v, n));
}

/* What a stream of ports has no use for. */
static long odd(struct fuzz_thread *t)
{
	int fd = fuzz_file(t), what = fuzz_below(t, 8);
	uint32_t word = fuzz_word(t);
	long rc;

	switch (what) {
	case 0: rc = lseek(fd, word, SEEK_SET); break;
	case 1: rc = pread(fd, t->page, 4, word); break;
	case 2: rc = pwrite(fd, t->page, 4, word); break;
	case 3: rc = fsync(fd); break;
	case 4: rc = ftruncate(fd, word); break;
	case 5: rc = fallocate(fd, 0, 0, word); break;
	case 6: rc = posix_fadvise(fd, 0, word, word % 8); break;
	default: rc = splice(fd, NULL, t->pair[0], NULL, 4, SPLICE_F_NONBLOCK);
	}
	return fuzz_note(t, fd, what, word, rc);
}

static long do_poll(struct fuzz_thread *t)
{
	struct pollfd p[4];
	int i, n = fuzz_below(t, 5);

	for (i = 0; i < n; i++)
		p[i] = (struct pollfd) { .fd = fuzz_file(t), .events = fuzz_word(t) };
	return fuzz_note(t, n, 0, 0, poll(p, n, 0));
}

/* Some sleep a little, so that there is somebody to wake. */
static long do_ppoll(struct fuzz_thread *t)
{
	struct timespec ts = { .tv_nsec = fuzz_below(t, 2000000) };
	struct pollfd p = { .fd = fuzz_file(t), .events = POLLIN };

	return fuzz_note(t, p.fd, ts.tv_nsec, 0, ppoll(&p, 1, &ts, NULL));
}

static long do_select(struct fuzz_thread *t)
{
	struct timeval tv = { .tv_usec = fuzz_below(t, 1000) };
	int fd = fuzz_file(t);
	fd_set in, out;

	if (fd < 0 || fd >= FD_SETSIZE)
		return -EBADF;
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(fd, &in);
	if (fuzz_one_in(t, 4))
		FD_SET(fd, &out);
	return fuzz_note(t, fd, 0, 0, select(fd + 1, &in, &out, NULL, &tv));
}

static long epoll_change(struct fuzz_thread *t)
{
	static const uint32_t bits[] = {
		0, EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE, EPOLLWAKEUP,
	};
	static const int ops[] = { EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL };
	struct epoll_event ev = { .events = EPOLLIN | bits[fuzz_below(t, 5)] };
	int fd = fuzz_file(t), op = ops[fuzz_below(t, 3)];

	if (fuzz_one_in(t, 8))
		ev.events = fuzz_word(t);
	return fuzz_note(t, fd, op, ev.events, epoll_ctl(t->epoll, op, fd, &ev));
}

static long epoll_look(struct fuzz_thread *t)
{
	struct epoll_event ev[4];
	int ms = fuzz_one_in(t, 8);

	return fuzz_note(t, ms, 0, 0, epoll_wait(t->epoll, ev, 4, ms));
}

static long fdinfo(struct fuzz_thread *t)
{
	int file = fuzz_file(t), fd;
	char path[64];
	long rc;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fuzz_note(t, file, 0, 0, -1);
	rc = fuzz_note(t, file, 0, 0, read(fd, t->page, FUZZ_PAGE));
	close(fd);
	return rc;
}

const struct fuzz_op fuzz_io_ops[] = {
	{ "read", 80, do_read },
	{ "write", 180, do_write },
	{ "readv", 15, do_readv },
	{ "writev", 15, do_writev },
	{ "lseek_and_such", 10, odd },
	{ "poll", 60, do_poll },
	{ "ppoll", 10, do_ppoll },
	{ "select", 10, do_select },
	{ "epoll_ctl", 20, epoll_change },
	{ "epoll_wait", 20, epoll_look },
	{ "fdinfo", 10, fdinfo },
	{ 0 },
};
