// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "way.h"

double setting(const char *name, double otherwise)
{
	const char *text = getenv(name);

	return text ? atof(text) : otherwise;
}

static void nothing_to_wait_for(struct taker *t)
{
	(void)t;
}

static uint32_t take_up_to(struct taker *t, uint32_t *ports, uint32_t max)
{
	ssize_t n = read(t->fd, ports, max * sizeof(*ports));

	if (n < 0 && errno == EAGAIN)
		return 0;
	CHECK_OK(n);
	CHECK_EQ(n % sizeof(*ports), 0);
	return n / sizeof(*ports);
}

static uint32_t take_one(struct taker *t, uint32_t *ports, uint32_t max)
{
	(void)max;
	return take_up_to(t, ports, 1);
}

static void write_back(struct taker *t, const uint32_t *ports, uint32_t n)
{
	CHECK_EQ(write(t->fd, ports, n * sizeof(*ports)), n * sizeof(*ports));
}

static void open_blocking(struct taker *t)
{
	CHECK_OK(fcntl(t->fd, F_SETFL, 0));
}

const struct way way_read = {
	.name = "read", .open = open_blocking, .wait = nothing_to_wait_for,
	.take = take_up_to, .done = write_back,
};

static void open_poll(struct taker *t)
{
	(void)t;
}

static void wait_poll(struct taker *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };

	t->sleeps++;
	CHECK_EQ(CHECK_OK(poll(&p, 1, -1)), 1);
	CHECK_EQ(p.revents, POLLIN);
}

const struct way way_poll = {
	.name = "poll", .open = open_poll, .wait = wait_poll,
	.take = take_one, .done = write_back,
};

static void open_epoll(struct taker *t)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };

	t->epoll = CHECK_OK(epoll_create1(0));
	CHECK_OK(epoll_ctl(t->epoll, EPOLL_CTL_ADD, t->fd, &ev));
}

static void wait_epoll(struct taker *t)
{
	struct epoll_event ev;

	t->sleeps++;
	CHECK_EQ(CHECK_OK(epoll_wait(t->epoll, &ev, 1, -1)), 1);
}

const struct way way_epoll = {
	.name = "epoll", .open = open_epoll, .wait = wait_epoll,
	.take = take_up_to, .done = write_back,
};

static sigset_t sigio(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	return set;
}

static void open_sigio(struct taker *t)
{
	struct f_owner_ex owner = { F_OWNER_TID, gettid() };
	sigset_t set = sigio();

	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_OK(fcntl(t->fd, F_SETOWN_EX, &owner));
	CHECK_OK(fcntl(t->fd, F_SETFL, O_ASYNC | O_NONBLOCK));
}

static void wait_sigio(struct taker *t)
{
	sigset_t set = sigio();

	t->sleeps++;
	CHECK_EQ(CHECK_OK(sigwaitinfo(&set, NULL)), SIGIO);
}

const struct way way_sigio = {
	.name = "sigio", .open = open_sigio, .wait = wait_sigio,
	.take = take_up_to, .done = write_back,
};

static void open_mapped(struct taker *t)
{
	t->ring = consumer_open(t->fd);
}

static void wait_mapped(struct taker *t)
{
	uint32_t port;

	t->sleeps += !consumer_peek(&t->ring, &port);
	consumer_sleep(&t->ring, -1);
}

static uint32_t take_mapped(struct taker *t, uint32_t *ports, uint32_t max)
{
	uint32_t n = 0;

	while (n < max && consumer_take(&t->ring, &ports[n]))
		n++;
	CHECK(!t->ring.overrun);
	return n;
}

const struct way way_mapped = {
	.name = "mapped", .open = open_mapped, .wait = wait_mapped,
	.take = take_mapped, .done = write_back,
};
