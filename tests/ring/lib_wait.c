// SPDX-License-Identifier: GPL-2.0
/* libevtmmap: sleeping, in the library and in an event loop. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>

#include "lib.h"

CASE(lib_wait_keeps_its_time)
{
	struct evtmmap *h = lib_open();
	long long begin = now_ns();

	CHECK_EQ(evtmmap_wait(h, 0), 0);
	CHECK_LE(now_ns() - begin, 1000 * MS * tap_factor);
	begin = now_ns();
	CHECK_EQ(evtmmap_wait(h, 200 * MS), 0);
	CHECK_GE(now_ns() - begin, 200 * MS);
	CHECK_LE(now_ns() - begin, 2000 * MS * tap_factor);
	lib_bind(h);
	CHECK_EQ(evtmmap_wait(h, -1), 1);
	CHECK_EQ(evtmmap_wait(h, 0), 1);
	CHECK_EQ(evtmmap_wait(h, INT64_MAX), 1);
}

struct later {
	struct evtmmap *h;
	struct lib_pair p;
};

static void *notify_later(void *arg)
{
	struct later *later = arg;

	usleep(100 * 1000);
	return evtmmap_notify(later->h, later->p.a) ? later : NULL;
}

CASE(lib_wait_wakes_each_time)
{
	struct later arg;
	pthread_t thread;
	void *failed;
	int i;

	arg.h = lib_open();
	arg.p = lib_bind_quietly(arg.h);
	for (i = 0; i < 5; i++) {
		CHECK(!pthread_create(&thread, NULL, notify_later, &arg));
		CHECK_EQ(evtmmap_wait(arg.h, i & 1 ? -1 : LONG_TIME), 1);
		CHECK_EQ(evtmmap_next(arg.h), arg.p.b);
		CHECK_EQ(evtmmap_rearm(arg.h, arg.p.b), 0);
		CHECK(!pthread_join(thread, &failed));
		CHECK(!failed);
	}
}

static void ignore(int sig)
{
	(void)sig;
}

CASE(lib_wait_ends_with_a_signal)
{
	struct sigaction sa = { .sa_handler = ignore };
	struct evtmmap *h = lib_open();

	CHECK_OK(sigaction(SIGALRM, &sa, NULL));
	ualarm(100 * 1000, 0);
	CHECK_EQ(evtmmap_wait(h, -1), -EINTR);
}

/* An event loop, as a program without threads would have it. */
static int loop_once(struct evtmmap *h, int epoll, int ms)
{
	struct epoll_event event;
	int ret = evtmmap_arm(h);

	if (ret)
		return ret;
	return CHECK_OK(epoll_wait(epoll, &event, 1, ms));
}

CASE(lib_fd_works_in_an_event_loop)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int epoll = CHECK_OK(epoll_create1(0)), i;

	CHECK_OK(epoll_ctl(epoll, EPOLL_CTL_ADD, evtmmap_fd(h), &event));
	CHECK_EQ(loop_once(h, epoll, 80), 0);
	for (i = 0; i < 50; i++) {
		CHECK_EQ(evtmmap_notify(h, p.a), 0);
		CHECK_EQ(loop_once(h, epoll, 8000), 1);
		CHECK_EQ(evtmmap_next(h), p.b);
		CHECK_EQ(evtmmap_next(h), 0);
		CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	}
	CHECK_EQ(loop_once(h, epoll, 80), 0);
}

CASE(lib_fd_works_without_arm)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	struct pollfd fd = { .fd = evtmmap_fd(h), .events = POLLIN };
	const struct evtmmap_event *ev;
	int i;

	if (lib_flags() & EVTMMAP_OPT_QUIET)
		SKIP("not applicable: a quiet program promises to arm");
	for (i = 0; i < 50; i++) {
		CHECK_EQ(poll(&fd, 1, i ? 0 : 80), 0);
		CHECK_EQ(evtmmap_notify(h, p.a), 0);
		CHECK_EQ(poll(&fd, 1, 8000), 1);
		CHECK_EQ(fd.revents, POLLIN);
		CHECK_EQ(evtmmap_peek(h, &ev), 1);
		CHECK_EQ(evtmmap_release(h, 1), 0);
		CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	}
}
