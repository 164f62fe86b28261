// SPDX-License-Identifier: GPL-2.0
/* One file, shared by readers, writers, pollers, and whoever binds. */
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include "role.h"

#define PORTS	16
#define FEW	8

/* The in-tree driver's ring overflows when ports are given back unasked. */
static bool overflow(void)
{
	return errno == EFBIG && evt_is_in_tree();
}

/* Slowly: what comes meanwhile meets a reader that is in the middle. */
static void step_read(struct scene *s, unsigned int *seed)
{
	uint32_t ports[FEW];
	ssize_t n = read(s->ports.rx, ports, (1 + rand_r(seed) % FEW) * 4);

	if (n < 0)
		CHECK(errno == EAGAIN || overflow());
	else if (rand_r(seed) % 2)
		CHECK_EQ(write(s->ports.rx, ports, n), n);
	else
		usleep(100);
}

static void step_poll_and_read(struct scene *s, unsigned int *seed)
{
	struct pollfd p = { .fd = s->ports.rx, .events = POLLIN };

	CHECK_OK(poll(&p, 1, 20));
	step_read(s, seed);
}

/* Gives back what nobody asked it to. */
static void step_write(struct scene *s, unsigned int *seed)
{
	uint32_t i = rand_r(seed) % PORTS, n = 1 + rand_r(seed) % (PORTS - i);

	CHECK_EQ(write(s->ports.rx, s->ports.b + i, n * 4), n * 4);
}

static void step_poll(struct scene *s, unsigned int *seed)
{
	struct pollfd p = { .fd = s->ports.rx, .events = POLLIN };

	CHECK_OK(poll(&p, 1, rand_r(seed) % 2));
}

static void step_epoll(struct scene *s, unsigned int *seed)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	int fd = CHECK_OK(epoll_create1(0));

	CHECK_OK(epoll_ctl(fd, EPOLL_CTL_ADD, s->ports.rx, &ev));
	CHECK_OK(epoll_wait(fd, &ev, 1, rand_r(seed) % 10));
	close(fd);
}

static void step_notify(struct scene *s, unsigned int *seed)
{
	bundle_fire(&s->ports, rand_r(seed) % PORTS);
}

static void step_bind(struct scene *s, unsigned int *seed)
{
	struct loop l = loop_bind(s->ports.tx, s->ports.rx);

	if (rand_r(seed) % 2)
		CHECK_OK(evt_notify(l.fd_a, l.a));
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_OK(evt_unbind(l.fd_a, l.a));
}

static void step_reset(struct scene *s, unsigned int *seed)
{
	CHECK_OK(evt_reset(s->ports.rx));
	usleep(rand_r(seed) % 20000);
}

static void step_sigio(struct scene *s, unsigned int *seed)
{
	CHECK_OK(fcntl(s->ports.rx, F_SETOWN, getpid()));
	CHECK_OK(fcntl(s->ports.rx, F_SETFL, O_ASYNC | O_NONBLOCK));
	usleep(rand_r(seed) % 20000);
	CHECK_OK(fcntl(s->ports.rx, F_SETFL, O_NONBLOCK));
}

static void step_fdinfo(struct scene *s, unsigned int *seed)
{
	char path[64], text[4096];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", s->ports.rx);
	fd = CHECK_OK(open(path, O_RDONLY));
	CHECK_GE(read(fd, text, sizeof(text)), 1);
	close(fd);
	usleep(rand_r(seed) % 5000);
}

static struct role roles[] = {
	{ .name = "read", .step = step_read },
	{ .name = "read slowly", .step = step_read },
	{ .name = "poll and read", .step = step_poll_and_read },
	{ .name = "write", .step = step_write },
	{ .name = "poll", .step = step_poll },
	{ .name = "epoll", .step = step_epoll },
	{ .name = "notify", .step = step_notify },
	{ .name = "notify too", .step = step_notify },
	{ .name = "bind and unbind", .step = step_bind },
	{ .name = "reset", .step = step_reset },
	{ .name = "signals on and off", .step = step_sigio },
	{ .name = "fdinfo", .step = step_fdinfo },
};

static void start(struct scene *s)
{
	uint32_t i;

	signal(SIGIO, SIG_IGN);
	s->ports.tx = evt_open(O_NONBLOCK);
	s->ports.rx = evt_open(O_NONBLOCK);
	for (i = 0; i < PORTS; i++)
		bundle_add(&s->ports);
}

/* Whatever was done to it, the file is whole. The in-tree driver's is not. */
static void works(struct scene *s)
{
	uint32_t i;

	if (evt_is_in_tree())
		return;
	CHECK_OK(evt_reset(s->ports.rx));
	bundle_rearm_all(&s->ports);
	usleep(EVT_QUIET_MS * 1000);
	CHECK_OK(evt_reset(s->ports.rx));
	for (i = 0; i < PORTS; i++) {
		bundle_fire(&s->ports, i);
		evt_cycle(s->ports.rx, s->ports.b[i]);
	}
}

CASE_LIMIT(race_classic, 900)
{
	static struct scene s;

	start(&s);
	scene_play(&s, roles, sizeof(roles) / sizeof(*roles));
	works(&s);
}

static void step_blocking_read(struct scene *s, unsigned int *seed)
{
	uint32_t port;
	ssize_t n = read(s->ports.rx, &port, sizeof(port));

	if (n < 0)
		CHECK(errno == EINTR || overflow());
	else
		CHECK_EQ(write(s->ports.rx, &port, n), n);
	(void)seed;
}

static struct role sleepers[] = {
	{ .name = "sleep in read", .step = step_blocking_read, .sleeps = true },
	{ .name = "sleep in read too", .step = step_blocking_read, .sleeps = true },
	{ .name = "notify sleepers", .step = step_notify },
	{ .name = "rearm behind sleepers", .step = step_write },
};

CASE_LIMIT(race_sleepers, 900)
{
	static struct scene s;

	start(&s);
	CHECK_OK(fcntl(s.ports.rx, F_SETFL, 0));
	scene_play(&s, sleepers, sizeof(sleepers) / sizeof(*sleepers));
}
