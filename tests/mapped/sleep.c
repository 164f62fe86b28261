// SPDX-License-Identifier: GPL-2.0
/* poll() of a mapped file, and the position that it waits for. */
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#include "bundle.h"
#include "proc.h"

#define IN (POLLIN | POLLRDNORM)
#define OUT (POLLOUT | POLLWRNORM)

static bool comes(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return CHECK_OK(poll(&p, 1, ms)) == 1;
}

CASE(poll_compares_cons)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 2);
	c = consumer_open(s.rx);
	CHECK_EQ(evt_poll(s.rx, 0), OUT);
	bundle_fire_all(&s);
	ring_reaches(c.header, c.pos + 2);
	CHECK_EQ(evt_poll(s.rx, 0), IN | OUT);
	mapped_take(&c);
	CHECK_EQ(evt_poll(s.rx, 0), IN | OUT);
	mapped_take(&c);
	CHECK_EQ(evt_poll(s.rx, 0), OUT);
	bundle_rearm_all(&s);
	CHECK_EQ(evt_poll(s.rx, 0), OUT);
}

CASE(wake_position_is_looked_at_only_with_its_flag)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 1);
	c = consumer_open(s.rx);
	c.page->wake = c.pos + 5;
	bundle_fire(&s, 0);
	CHECK(comes(s.rx, EVT_WAIT_MS));
	c.page->flags = EVTMMAP_C_WAKE_AT;
	CHECK(!comes(s.rx, 0));
	c.page->flags = ~EVTMMAP_C_WAKE_AT;
	CHECK(comes(s.rx, 0));
}

CASE(wake_position_is_a_level)
{
	struct bundle s;
	struct consumer c;
	uint32_t i;

	bundle_open(&s, 6);
	c = consumer_open(s.rx);
	c.page->wake = c.pos + 2;
	c.page->flags = EVTMMAP_C_WAKE_AT;
	for (i = 0; i < 2; i++) {
		bundle_fire(&s, i);
		ring_reaches(c.header, c.pos + i + 1);
		CHECK(!comes(s.rx, EVT_QUIET_MS));
	}
	for (; i < s.n; i++) {
		bundle_fire(&s, i);
		CHECK(comes(s.rx, EVT_WAIT_MS));
		ring_reaches(c.header, c.pos + i + 1);
	}
	/* Anywhere at or below what is there it says yes, above it no. */
	for (i = 0; i < s.n; i++) {
		c.page->wake = c.pos + i;
		CHECK(comes(s.rx, 0));
	}
	c.page->wake = c.pos + s.n;
	CHECK(!comes(s.rx, 0));
}

struct sleeper {
	pthread_t thread;
	int fd, ms, result;
	pid_t tid;
};

static void *sleeper_main(void *arg)
{
	struct sleeper *s = arg;
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	__atomic_store_n(&s->tid, gettid(), __ATOMIC_RELEASE);
	s->result = poll(&p, 1, s->ms);
	return NULL;
}

static void sleeper_start(struct sleeper *s, int fd, int ms)
{
	*s = (struct sleeper){ .fd = fd, .ms = ms };
	CHECK_EQ(pthread_create(&s->thread, NULL, sleeper_main, s), 0);
	while (!__atomic_load_n(&s->tid, __ATOMIC_ACQUIRE))
		usleep(1000);
	proc_wait_syscall(s->tid, SYS_poll);
}

static int sleeper_join(struct sleeper *s)
{
	pthread_join(s->thread, NULL);
	return s->result;
}

CASE(sleeper_is_woken_at_its_position)
{
	struct sleeper t;
	struct bundle s;
	struct consumer c;
	uint32_t i;

	bundle_open(&s, 4);
	c = consumer_open(s.rx);
	c.page->wake = c.pos + 3;
	c.page->flags = EVTMMAP_C_WAKE_AT;
	sleeper_start(&t, s.rx, EVT_WAIT_MS);
	for (i = 0; i < 4; i++)
		bundle_fire(&s, i);
	CHECK_EQ(sleeper_join(&t), 1);
}

CASE(sleeper_is_left_alone_before_its_position)
{
	struct sleeper t;
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 4);
	c = consumer_open(s.rx);
	c.page->wake = c.pos + CONSUMER_FAR;
	c.page->flags = EVTMMAP_C_WAKE_AT;
	sleeper_start(&t, s.rx, 400);
	bundle_fire_all(&s);
	CHECK_EQ(sleeper_join(&t), 0);
	mapped_take_each(&c, &s);
	bundle_rearm_all(&s);
	/* And without the flag it is woken by whatever comes. */
	c.page->flags = 0;
	sleeper_start(&t, s.rx, EVT_WAIT_MS);
	bundle_fire(&s, 1);
	CHECK_EQ(sleeper_join(&t), 1);
}

/*
 * The position it waits for is taken by CLOSED, so nothing is ever published
 * exactly there.
 */
CASE_LIMIT(sleeper_is_woken_behind_closed, 50)
{
	struct sleeper t;
	struct bundle s;
	struct consumer c;
	double begin;
	int i;

	bundle_open(&s, 1);
	c = consumer_open(s.rx);
	c.page->wake = c.pos;
	c.page->flags = EVTMMAP_C_WAKE_AT;
	sleeper_start(&t, s.rx, 4 * EVT_WAIT_MS);
	for (i = 0; !load_acquire(&c.header->generation); i++) {
		CHECK_LE(i, 300);
		CHECK_OK(evt_bind_unbound(s.rx, 0));
	}
	begin = seconds();
	bundle_fire(&s, 0);
	CHECK_EQ(sleeper_join(&t), 1);
	CHECK_LE(seconds() - begin, 2 * EVT_WAIT_MS / 1000);
	mapped_expect(&c, s.b[0]);
	CHECK_EQ(c.closed, 1);
}

CASE(epoll_edge_comes_for_each_event)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	int ep = CHECK_OK(epoll_create1(0));
	struct bundle s;
	struct consumer c;
	uint32_t i;

	bundle_open(&s, 4);
	c = consumer_open(s.rx);
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, s.rx, &ev));
	for (i = 0; i < s.n; i++) {
		CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 0);
		bundle_fire(&s, i);
		/* Nothing is taken: an edge is an event, not a change of state. */
		CHECK_EQ(epoll_wait(ep, &ev, 1, EVT_WAIT_MS), 1);
	}
	mapped_take_each(&c, &s);
}

CASE(sigio_comes_to_a_mapped_file)
{
	struct timespec wait = { .tv_sec = EVT_WAIT_MS / 1000 };
	struct bundle s;
	struct consumer c;
	sigset_t set;
	int i;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	bundle_open(&s, 1);
	c = consumer_open(s.rx);
	CHECK_OK(fcntl(s.rx, F_SETOWN, getpid()));
	CHECK_OK(fcntl(s.rx, F_SETFL, O_ASYNC | O_NONBLOCK));
	for (i = 0; i < 20; i++) {
		bundle_fire(&s, 0);
		CHECK_EQ(CHECK_OK(sigtimedwait(&set, NULL, &wait)), SIGIO);
		mapped_expect(&c, s.b[0]);
		evt_unmask(s.rx, s.b[0]);
	}
}
