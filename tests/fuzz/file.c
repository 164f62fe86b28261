// SPDX-License-Identifier: GPL-2.0
/* Descriptors come, go, and are handed round. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xen/evtchn_mmap.h>

#include "fuzz.h"
#include "loop.h"
#include "tap.h"

/* One in four blocks: whoever sleeps in it for long is woken by a signal. */
int fuzz_open(struct fuzz_thread *t)
{
	int flags = fuzz_one_in(t, 4) ? 0 : O_NONBLOCK;

	if (fuzz_one_in(t, 16))
		flags |= O_CLOEXEC;
	return open(EVT_NODE, O_RDWR | flags);
}

/* In place of another, which is closed. */
void fuzz_put_file(struct fuzz_thread *t, int fd)
{
	int old = __atomic_exchange_n(&fuzz_files[fuzz_below(t, FUZZ_FILES)], fd,
				      __ATOMIC_RELAXED);

	if (old >= 0)
		close(old);
}

static long do_open(struct fuzz_thread *t)
{
	int fd = fuzz_open(t);

	fuzz_put_file(t, fd);
	return fuzz_note(t, fd, 0, 0, fd);
}

static long do_close(struct fuzz_thread *t)
{
	fuzz_put_file(t, -1);
	return 0;
}

static long do_dup(struct fuzz_thread *t)
{
	int from = fuzz_file(t), fd = dup(from);

	if (fd >= 0)
		fuzz_put_file(t, fd);
	return fuzz_note(t, from, 0, 0, fd);
}

/* Onto itself, or onto one that is this thread's own. */
static long do_dup2(struct fuzz_thread *t)
{
	int from = fuzz_file(t), to = dup(t->epoll);
	long rc = fuzz_note(t, from, to, 0, dup2(from, to));

	if (rc >= 0)
		fuzz_put_file(t, to);
	else
		close(to);
	return rc;
}

static void control(struct fuzz_thread *t, struct msghdr *msg, struct iovec *v,
		    char *buf, size_t size)
{
	memset(msg, 0, sizeof(*msg));
	memset(buf, 0, size);
	v->iov_base = t->page;
	v->iov_len = 1;
	msg->msg_iov = v;
	msg->msg_iovlen = 1;
	msg->msg_control = buf;
	msg->msg_controllen = size;
}

static long send_file(struct fuzz_thread *t)
{
	char buf[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
	int fd = fuzz_file(t);
	struct cmsghdr *c;
	struct msghdr msg;
	struct iovec v;

	control(t, &msg, &v, buf, sizeof(buf));
	c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return fuzz_note(t, fd, 0, 0, sendmsg(t->pair[0], &msg, MSG_DONTWAIT));
}

static long receive_file(struct fuzz_thread *t)
{
	char buf[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
	struct cmsghdr *c;
	struct msghdr msg;
	struct iovec v;
	long rc;
	int fd;

	control(t, &msg, &v, buf, sizeof(buf));
	rc = fuzz_note(t, 0, 0, 0, recvmsg(t->pair[1], &msg, MSG_DONTWAIT));
	c = rc >= 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (c && c->cmsg_type == SCM_RIGHTS) {
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
		fuzz_put_file(t, fd);
	}
	return rc;
}

/* What a process does that has got the descriptors of another. */
static void do_there(struct fuzz_thread *t)
{
	int fd = fuzz_file(t), i;
	uint32_t port = fuzz_port(t);
	uint32_t *page = mmap(NULL, FUZZ_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			      fd, EVTMMAP_OFF_CONSUMER);

	if (page != MAP_FAILED)
		page[fuzz_below(t, 2) * 16] = fuzz_word(t);
	for (i = 0; i < 4; i++) {
		evt_notify(fd, fuzz_port(t));
		if (write(fd, &port, 4) < 0)
			break;
	}
	if (fuzz_one_in(t, 4))
		evt_unbind(fd, port);
	if (fuzz_one_in(t, 4))
		ioctl(fd, EVTMMAP_IOC_RESYNC);
}

/* The other side of exec(): only descriptors are left. */
int tap_exec(int argc, char **argv)
{
	int fd = argc ? atoi(argv[0]) : -1;

	mmap(NULL, FUZZ_PAGE, PROT_READ, MAP_SHARED, fd, EVTMMAP_OFF_HEADER);
	evt_reset(fd);
	return 0;
}

static long do_fork(struct fuzz_thread *t)
{
	int fd = fuzz_file(t), status = 0;
	bool exec = fuzz_one_in(t, 4);
	char number[16];
	pid_t pid = fork();

	if (!pid) {
		do_there(t);
		snprintf(number, sizeof(number), "%d", fd);
		if (exec)
			execl("/proc/self/exe", "fuzz", TAP_EXEC, number, NULL);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return fuzz_note(t, fd, exec, status, pid < 0 ? -1 : 0);
}

/* Signals go to this process, this thread, or nobody. */
static long own(struct fuzz_thread *t, int fd)
{
	struct f_owner_ex owner = { F_OWNER_TID, t->tid };
	static const int signals[] = { 0, SIGIO, SIGUSR2, -1, 1000 };

	switch (fuzz_below(t, 4)) {
	case 0: return fcntl(fd, F_SETOWN, getpid());
	case 1: return fcntl(fd, F_SETOWN_EX, &owner);
	case 2: return fcntl(fd, F_SETSIG, signals[fuzz_below(t, 5)]);
	default: return fcntl(fd, F_SETOWN, 0);
	}
}

static long do_fcntl(struct fuzz_thread *t)
{
	int fd = fuzz_file(t);

	if (fuzz_one_in(t, 3))
		return fuzz_note(t, fd, F_SETOWN, 0, own(t, fd));
	if (fuzz_one_in(t, 8))
		return fuzz_note(t, fd, F_SETLK, 0, fcntl(fd, F_SETLK, t->page));
	return fuzz_note(t, fd, F_SETFL, 0,
			 fcntl(fd, F_SETFL, (fuzz_one_in(t, 4) ? 0 : O_NONBLOCK) |
					    (fuzz_one_in(t, 2) ? O_ASYNC : 0)));
}

const struct fuzz_op fuzz_file_ops[] = {
	{ "open", 3, do_open },
	{ "close", 1, do_close },
	{ "dup", 2, do_dup },
	{ "dup2", 1, do_dup2 },
	{ "SCM_RIGHTS_send", 3, send_file },
	{ "SCM_RIGHTS_receive", 2, receive_file },
	{ "fork", 1, do_fork },
	{ "fcntl", 30, do_fcntl },
	{ 0 },
};
