// SPDX-License-Identifier: GPL-2.0
/* poll, select and epoll: exactly these bits and no others. */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include "loop.h"
#include "proc.h"
#include "tap.h"

#define OUT	(POLLOUT | POLLWRNORM)
#define IN	(POLLIN | POLLRDNORM)

CASE(poll_of_an_empty_ring_says_writable_only)
{
	int fd = evt_open(0);

	CHECK_EQ(evt_poll(fd, 0), OUT);
	CHECK_EQ(evt_poll(fd, -1), OUT);
}

CASE(poll_of_a_filled_ring_says_readable_too)
{
	struct loop l = loop_open();

	loop_fire_wait(&l);
	CHECK_EQ(evt_poll(l.fd, -1), OUT | IN);
	evt_expect(l.fd, l.b);
	CHECK_EQ(evt_poll(l.fd, -1), OUT);
}

CASE(poll_says_the_same_whatever_has_happened)
{
	struct loop l = loop_open();

	loop_fire(&l);
	evt_expect(l.fd, l.b);
	loop_fire(&l);
	CHECK_EQ(evt_poll(l.fd, 0), OUT);
	evt_unmask(l.fd, l.b);
	evt_wait(l.fd);
	CHECK_EQ(evt_poll(l.fd, 0), OUT | IN);
	CHECK_OK(evt_reset(l.fd));
	CHECK_EQ(evt_poll(l.fd, 0), OUT);
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_EQ(evt_poll(l.fd, 0), OUT);
	CHECK_OK(evt_restrict(l.fd, 1));
	CHECK_EQ(evt_poll(l.fd, 0), OUT);
}

CASE(poll_does_not_wait_when_only_writing_is_asked_for)
{
	struct pollfd p = { .fd = evt_open(0), .events = POLLOUT };

	CHECK_EQ(poll(&p, 1, -1), 1);
	CHECK_EQ(p.revents, POLLOUT);
}

CASE(poll_times_out_without_an_event)
{
	struct pollfd p = { .fd = evt_open(0), .events = IN | POLLPRI | POLLRDHUP };

	CHECK_EQ(poll(&p, 1, 30), 0);
	CHECK_EQ(p.revents, 0);
}

static pid_t sleep_in_poll(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	pid_t pid = CHECK_OK(fork());

	if (pid)
		return pid;
	CHECK_EQ(poll(&p, 1, EVT_WAIT_MS), 1);
	CHECK_EQ(p.revents, POLLIN);
	_exit(0);
}

CASE(poll_is_woken_by_an_event)
{
	struct loop l = loop_open();
	pid_t pid = sleep_in_poll(l.fd);

	proc_wait_syscall(pid, PROC_SYS_POLL);
	loop_fire(&l);
	tap_reap(pid);
}

CASE(poll_wakes_every_sleeper)
{
	struct loop l = loop_open();
	pid_t pid[4];
	int i;

	for (i = 0; i < 4; i++) {
		pid[i] = sleep_in_poll(l.fd);
		proc_wait_syscall(pid[i], PROC_SYS_POLL);
	}
	loop_fire(&l);
	for (i = 0; i < 4; i++)
		tap_reap(pid[i]);
}

CASE(select_says_what_poll_says)
{
	struct loop l = loop_open();
	struct timeval none = { 0 };
	fd_set r, w, x;
	int filled;

	for (filled = 0; filled < 2; filled++) {
		FD_ZERO(&r);
		FD_ZERO(&w);
		FD_ZERO(&x);
		FD_SET(l.fd, &r);
		FD_SET(l.fd, &w);
		FD_SET(l.fd, &x);
		CHECK_EQ(select(l.fd + 1, &r, &w, &x, &none), 1 + filled);
		CHECK_EQ(!!FD_ISSET(l.fd, &r), filled);
		CHECK(FD_ISSET(l.fd, &w));
		CHECK(!FD_ISSET(l.fd, &x));
		loop_fire_wait(&l);
	}
}

static int watch(int fd, uint32_t events)
{
	int ep = CHECK_OK(epoll_create1(0));
	struct epoll_event e = { .events = events };

	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
	return ep;
}

/* The events of the one file watched; 0 for none within the time. */
static uint32_t epoll_bits(int ep, int ms)
{
	struct epoll_event e;

	return CHECK_OK(epoll_wait(ep, &e, 1, ms)) ? e.events : 0;
}

#define EPOLL_MOST (EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDNORM | EPOLLRDBAND \
		    | EPOLLWRNORM | EPOLLWRBAND | EPOLLMSG | EPOLLRDHUP)

CASE(epoll_says_what_poll_says)
{
	struct loop l = loop_open();
	int ep = watch(l.fd, EPOLL_MOST);

	CHECK_EQ(epoll_bits(ep, 0), EPOLLOUT | EPOLLWRNORM);
	loop_fire_wait(&l);
	CHECK_EQ(epoll_bits(ep, 0), EPOLLOUT | EPOLLWRNORM | EPOLLIN | EPOLLRDNORM);
}

CASE(epoll_level_repeats_until_the_ring_is_empty)
{
	struct loop l = loop_open();
	int ep = watch(l.fd, EPOLLIN);

	CHECK_EQ(epoll_bits(ep, 0), 0);
	loop_fire(&l);
	CHECK_EQ(epoll_bits(ep, EVT_WAIT_MS), EPOLLIN);
	CHECK_EQ(epoll_bits(ep, 0), EPOLLIN);
	evt_cycle(l.fd, l.b);
	CHECK_EQ(epoll_bits(ep, 0), 0);
}

CASE(epoll_edge_reports_each_filling_once)
{
	struct loop l = loop_open();
	int ep = watch(l.fd, EPOLLIN | EPOLLET), i;

	CHECK_EQ(epoll_bits(ep, 0), 0);
	for (i = 0; i < 3; i++) {
		loop_fire(&l);
		CHECK_EQ(epoll_bits(ep, EVT_WAIT_MS), EPOLLIN);
		CHECK_EQ(epoll_bits(ep, EVT_QUIET_MS), 0);
		evt_cycle(l.fd, l.b);
	}
}

CASE(epoll_forgets_a_closed_file)
{
	struct loop l = loop_open_two();
	int ep = watch(l.fd, EPOLLIN);

	loop_fire_wait(&l);
	close(l.fd);
	CHECK_EQ(epoll_bits(ep, 0), 0);
}
