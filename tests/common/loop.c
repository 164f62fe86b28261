// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "loop.h"
#include "proc.h"
#include "tap.h"
#include "tolerate.h"

int evt_bind_virq(int fd, uint32_t virq)
{
	return ioctl(fd, EVT_BIND_VIRQ, &virq);
}

int evt_bind_unbound(int fd, uint32_t domain)
{
	return ioctl(fd, EVT_BIND_UNBOUND, &domain);
}

int evt_bind_interdomain(int fd, uint32_t domain, uint32_t port)
{
	struct evt_interdomain arg = { domain, port };

	return ioctl(fd, EVT_BIND_INTERDOMAIN, &arg);
}

int evt_bind_static(int fd, uint32_t port)
{
	return ioctl(fd, EVT_BIND_STATIC, &port);
}

int evt_unbind(int fd, uint32_t port)
{
	return ioctl(fd, EVT_UNBIND, &port);
}

int evt_notify(int fd, uint32_t port)
{
	return ioctl(fd, EVT_NOTIFY, &port);
}

int evt_reset(int fd)
{
	return ioctl(fd, EVT_RESET, NULL);
}

int evt_restrict(int fd, uint16_t domain)
{
	return ioctl(fd, EVT_RESTRICT, &domain);
}

int evt_open(int flags)
{
	return CHECK_OK(open(EVT_NODE, O_RDWR | flags));
}

/* A module of the kernel's own tree has no version of its own. */
bool evt_is_in_tree(void)
{
	return access("/sys/module/" EVT_MODULE "/version", F_OK);
}

void evt_unmask(int fd, uint32_t port)
{
	CHECK_EQ(write(fd, &port, sizeof(port)), sizeof(port));
}

short evt_poll(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = EVT_POLL_ALL };

	CHECK_OK(poll(&p, 1, ms));
	return p.revents;
}

static bool readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	CHECK_OK(poll(&p, 1, ms));
	CHECK(!(p.revents & ~POLLIN));
	return p.revents;
}

void evt_wait(int fd)
{
	if (!readable(fd, EVT_WAIT_MS))
		tap_fail(__FILE__, __LINE__, "no event within %d ms", EVT_WAIT_MS);
}

uint32_t evt_take(int fd)
{
	uint32_t port;

	evt_wait(fd);
	CHECK_EQ(CHECK_OK(read(fd, &port, sizeof(port))), sizeof(port));
	return port;
}

void evt_expect(int fd, uint32_t port)
{
	CHECK_EQ(evt_take(fd), port);
}

void evt_cycle(int fd, uint32_t port)
{
	evt_expect(fd, port);
	evt_unmask(fd, port);
}

void evt_settle(int fd, uint32_t port)
{
	if (!readable(fd, EVT_SETTLE_MS))
		return;
	evt_cycle(fd, port);
	tolerate(TOLERATE_BIND_AGAIN, 1);
}

void evt_silent(int fd)
{
	uint32_t port;

	if (!readable(fd, EVT_QUIET_MS))
		return;
	CHECK_OK(read(fd, &port, sizeof(port)));
	tap_fail(__FILE__, __LINE__, "port %u was read, wanted none", port);
}

void evt_take_all(int fd, uint32_t *ports, size_t n)
{
	ssize_t rc;

	while (n) {
		evt_wait(fd);
		rc = CHECK_OK(read(fd, ports, n * sizeof(*ports)));
		CHECK_EQ(rc % sizeof(*ports), 0);
		ports += rc / sizeof(*ports);
		n -= rc / sizeof(*ports);
	}
}

static size_t drain(int fd, uint32_t *ports, size_t max, int quiet_ms)
{
	size_t n = 0;
	ssize_t rc;

	while (n < max && readable(fd, quiet_ms)) {
		rc = CHECK_OK(read(fd, ports + n, (max - n) * sizeof(*ports)));
		CHECK_EQ(rc % sizeof(*ports), 0);
		n += rc / sizeof(*ports);
	}
	return n;
}

size_t evt_drain(int fd, uint32_t *ports, size_t max)
{
	return drain(fd, ports, max, EVT_QUIET_MS);
}

void evt_settle_first(int fd, size_t n)
{
	uint32_t ports[n];

	evt_take_all(fd, ports, n);
	CHECK_EQ(write(fd, ports, sizeof(ports)), sizeof(ports));
	n = drain(fd, ports, n, EVT_SETTLE_MS);
	tolerate(TOLERATE_BIND_AGAIN, n);
	CHECK_EQ(write(fd, ports, n * sizeof(*ports)), n * sizeof(*ports));
}

struct loop loop_bind(int fd_a, int fd)
{
	struct loop l = { .fd = fd, .fd_a = fd_a };

	l.a = CHECK_OK(evt_bind_unbound(fd_a, EVT_DOMID_SELF));
	l.b = CHECK_OK(evt_bind_interdomain(fd, EVT_DOMID_SELF, l.a));
	return l;
}

static struct loop settled(struct loop l)
{
	evt_cycle(l.fd, l.b);
	evt_settle(l.fd, l.b);
	return l;
}

struct loop loop_open(void)
{
	int fd = evt_open(O_NONBLOCK);

	return settled(loop_bind(fd, fd));
}

struct loop loop_open_two(void)
{
	int fd_a = evt_open(O_NONBLOCK);

	return settled(loop_bind(fd_a, evt_open(O_NONBLOCK)));
}

void loop_fire(struct loop *l)
{
	CHECK_OK(evt_notify(l->fd_a, l->a));
}

void loop_fire_wait(struct loop *l)
{
	loop_fire(l);
	evt_wait(l->fd);
}

void loop_settle(struct loop *l, int n)
{
	uint32_t ports[n];

	evt_take_all(l->fd, ports, n);
	CHECK_EQ(write(l->fd, ports, sizeof(ports)), sizeof(ports));
}

void loop_pin(struct loop *l, int n)
{
	int i;

	proc_pin_events();
	for (i = 0; i < n; i++)
		loop_fire(&l[i]);
	loop_settle(l, n);
}
