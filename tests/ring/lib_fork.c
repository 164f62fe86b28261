// SPDX-License-Identifier: GPL-2.0
/*
 * libevtmmap: what a child may do with a handle it inherited. It has none of the
 * mappings, and where they were there may be something of its own by now.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lib.h"

#define PAGES	64

static char *own[PAGES];

/* They come to stand where the parent's mappings are. */
static void map_own_pages(void)
{
	int i;

	for (i = 0; i < PAGES; i++) {
		own[i] = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(own[i] != MAP_FAILED);
		memset(own[i], 'a' + i % 16, 4096);
	}
}

static void check_own_pages(void)
{
	unsigned char there;
	int i, k;

	for (i = 0; i < PAGES; i++) {
		CHECK_OK(mincore(own[i], 4096, &there));
		for (k = 0; k < 4096; k++)
			CHECK_EQ(own[i][k], 'a' + i % 16);
	}
}

static pid_t plain_fork(void)
{
	return CHECK_OK(fork());
}

/* No library hears of this one. */
static pid_t bare_clone(void)
{
	return CHECK_OK(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL));
}

static void goes_around(struct evtmmap *h, struct lib_pair p)
{
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	lib_silent(h);
}

static void child_closes(pid_t (*make_child)(void))
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int fd = evtmmap_fd(h);
	pid_t pid = make_child();

	if (!pid) {
		map_own_pages();
		evtmmap_close(h);
		check_own_pages();
		CHECK_ERR(fcntl(fd, F_GETFD), EBADF);
		_exit(0);
	}
	tap_reap(pid);
	goes_around(h, p);
}

CASE(lib_child_of_fork_closes)
{
	child_closes(plain_fork);
}

CASE(lib_child_of_clone_closes)
{
	child_closes(bare_clone);
}

CASE(lib_child_detaches)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h), q = lib_bind(h);
	int fd = evtmmap_fd(h);
	pid_t pid;

	CHECK_EQ(evtmmap_wait(h, LONG_TIME), 1);
	pid = plain_fork();
	if (!pid) {
		map_own_pages();
		/* Whatever was read and not taken is the parent's. */
		CHECK_EQ(evtmmap_detach(h), fd);
		check_own_pages();
		CHECK_OK(fcntl(fd, F_GETFD));
		_exit(0);
	}
	tap_reap(pid);
	lib_expect(h, q.b);
	goes_around(h, p);
}

static void check_options(struct evtmmap *h, int port)
{
	CHECK_EQ(evtmmap_early_eoi(h, port), -EBADF);
	CHECK_EQ(evtmmap_set_affinity(h, port, 0), -EBADF);
	CHECK_EQ(evtmmap_set_priority(h, port, 7), -EBADF);
	CHECK_EQ(evtmmap_bind_virq_vcpu(h, 0, 0), -EBADF);
	CHECK_EQ(evtmmap_start_poller(h, NULL), -EBADF);
}

static void check_ports(struct evtmmap *h, struct lib_pair p)
{
	uint32_t port = p.b;

	CHECK_EQ(evtmmap_bind_virq(h, EVT_VIRQ_TBUF), -EBADF);
	CHECK_EQ(evtmmap_bind_interdomain(h, 0, p.a), -EBADF);
	CHECK_EQ(evtmmap_bind_unbound(h, 0), -EBADF);
	CHECK_EQ(evtmmap_bind_static(h, p.b), -EBADF);
	CHECK_EQ(evtmmap_unbind(h, p.b), -EBADF);
	CHECK_EQ(evtmmap_restrict(h, 1), -EBADF);
	CHECK_EQ(evtmmap_rearm(h, p.b), -EBADF);
	CHECK_EQ(evtmmap_rearm_many(h, &port, 1), -EBADF);
	CHECK_EQ(evtmmap_notify(h, p.a), -EBADF);
	CHECK_EQ(evtmmap_set_user(h, p.b, h), -EBADF);
	CHECK(evtmmap_user(h, p.b) == &own);
	check_options(h, p.b);
}

static void check_consumer(struct evtmmap *h, int port)
{
	const struct evtmmap_event *ev;

	CHECK_EQ(evtmmap_next(h), -EBADF);
	CHECK_EQ(evtmmap_peek(h, &ev), -EBADF);
	CHECK_EQ(evtmmap_release(h, 0), -EBADF);
	CHECK_EQ(evtmmap_release(h, 1), -EBADF);
	CHECK_EQ(evtmmap_wait(h, 0), -EBADF);
	CHECK_EQ(evtmmap_wait(h, -1), -EBADF);
	CHECK_EQ(evtmmap_arm(h), -EBADF);
	CHECK_EQ(evtmmap_queue(h, port, EVTMMAP_REARM), -EBADF);
	CHECK_EQ(evtmmap_submit(h), -EBADF);
	CHECK_EQ(evtmmap_submit_wait(h, 1, -1), -EBADF);
	CHECK_EQ(evtmmap_overrun(h), -EBADF);
	CHECK_EQ(evtmmap_resync(h), -EBADF);
	CHECK_EQ(evtmmap_reset(h), -EBADF);
	CHECK_EQ(evtmmap_fd(h), -EBADF);
	CHECK_EQ(evtmmap_is_mapped(h), -EBADF);
}

/* With an event to take, one that was taken, and a command that is queued. */
static void child_is_told(pid_t (*make_child)(void))
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h), q = lib_bind_quietly(h);
	pid_t pid;

	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	CHECK_EQ(evtmmap_set_user(h, q.b, &own), 0);
	CHECK_EQ(evtmmap_notify(h, q.a), 0);
	pid = make_child();
	if (!pid) {
		map_own_pages();
		check_consumer(h, q.b);
		check_ports(h, q);
		check_own_pages();
		evtmmap_close(h);
		check_own_pages();
		_exit(0);
	}
	tap_reap(pid);
	lib_expect(h, q.b);
	CHECK_EQ(evtmmap_rearm(h, q.b), 0);
	CHECK_EQ(evtmmap_submit(h), 0);
	goes_around(h, p);
	goes_around(h, q);
}

CASE(lib_child_of_fork_is_told)
{
	child_is_told(plain_fork);
}

CASE(lib_child_of_clone_is_told)
{
	child_is_told(bare_clone);
}

CASE(lib_child_opens_for_itself)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	pid_t pid = plain_fork();

	if (!pid) {
		struct evtmmap *mine = lib_open();

		goes_around(mine, lib_bind_quietly(mine));
		evtmmap_close(h);
		goes_around(mine, lib_bind_quietly(mine));
		evtmmap_close(mine);
		_exit(0);
	}
	tap_reap(pid);
	goes_around(h, p);
}

/* Opened before daemon(): it is told, and there is a way to go on. */
static void become_daemon(int report)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h), q = lib_bind_quietly(h);
	int fd;

	goes_around(h, p);
	CHECK_OK(daemon(1, 1));
	CHECK_EQ(evtmmap_wait(h, SHORT_TIME), -EBADF);
	fd = evtmmap_detach(h);
	CHECK_GE(fd, 0);
	h = lib_adopt(fd);
	goes_around(h, q);
	goes_around(h, p);
	evtmmap_close(h);
	CHECK_EQ(write(report, "d", 1), 1);
	_exit(0);
}

CASE(lib_daemon_is_told_and_goes_on)
{
	int report[2];
	pid_t pid;
	char c;

	CHECK_OK(pipe(report));
	pid = plain_fork();
	if (!pid)
		become_daemon(report[1]);
	close(report[1]);
	tap_reap(pid);
	CHECK_EQ(read(report[0], &c, 1), 1);
}
