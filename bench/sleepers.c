// SPDX-License-Identifier: GPL-2.0
/*
 * The ways in which a classic client can sleep, beside poll(): in read() itself,
 * in epoll, and until SIGIO. Taking is read() and write() of many in all of them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "bench.h"

static bool blocking_open(struct stream *s)
{
	s->rx = evtchn_open(0);
	return true;
}

static void wait_in_read(struct stream *s, int milliseconds)
{
	(void)s;
	(void)milliseconds;
}

const struct way way_blocking = {
	.key = "blocking", .title = "read() that sleeps",
	.open = blocking_open, .bind = raw_bind, .take = batch_take,
	.wait = wait_in_read, .close = raw_close,
};

static bool epoll_open(struct stream *s)
{
	struct epoll_event ev = { .events = EPOLLIN };

	raw_open(s);
	s->waiter = epoll_create1(EPOLL_CLOEXEC);
	if (s->waiter < 0 || epoll_ctl(s->waiter, EPOLL_CTL_ADD, s->rx, &ev))
		die("epoll");
	return true;
}

static void epoll_sleep(struct stream *s, int milliseconds)
{
	struct epoll_event ev;

	wrapped_calls++;
	if (epoll_wait(s->waiter, &ev, 1, milliseconds) < 0 && errno != EINTR)
		die("epoll_wait");
}

static void epoll_close(struct stream *s)
{
	close(s->waiter);
	raw_close(s);
}

const struct way way_epoll = {
	.key = "epoll", .title = "epoll",
	.open = epoll_open, .bind = raw_bind, .take = batch_take,
	.wait = epoll_sleep, .close = epoll_close,
};

static sigset_t sigio(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	return set;
}

/* Signals go to the thread that opens. */
static bool sigio_open(struct stream *s)
{
	struct f_owner_ex owner = { F_OWNER_TID, gettid() };
	sigset_t set = sigio();

	raw_open(s);
	if (sigprocmask(SIG_BLOCK, &set, NULL) ||
	    fcntl(s->rx, F_SETOWN_EX, &owner) ||
	    fcntl(s->rx, F_SETFL, O_ASYNC | O_NONBLOCK))
		die("SIGIO");
	return true;
}

static void sigio_sleep(struct stream *s, int milliseconds)
{
	const struct timespec ts = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
	sigset_t set = sigio();

	(void)s;
	wrapped_calls++;
	if (sigtimedwait(&set, NULL, &ts) < 0 && errno != EAGAIN && errno != EINTR)
		die("sigtimedwait");
}

const struct way way_sigio = {
	.key = "sigio", .title = "SIGIO",
	.open = sigio_open, .bind = raw_bind, .take = batch_take,
	.wait = sigio_sleep, .close = raw_close,
};
