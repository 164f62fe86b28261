// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "loop.h"
#include "pages.h"
#include "tap.h"

/* A file with n ports whose events are there to be read. */
static int fired(uint32_t *ports, int n)
{
	int fd = evt_open(O_NONBLOCK), i;
	struct loop l[n];

	for (i = 0; i < n; i++) {
		l[i] = loop_bind(fd, fd);
		ports[i] = l[i].b;
	}
	evt_settle_first(fd, n);
	loop_pin(l, n);
	for (i = 0; i < n; i++)
		loop_fire(&l[i]);
	return fd;
}

/* Both hold the same ports, in whatever order. */
static void check_same(const uint32_t *got, const uint32_t *want, int n)
{
	int i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < n && got[j] != want[i]; j++)
			;
		if (j == n)
			tap_fail(__FILE__, __LINE__, "port %u was not read", want[i]);
	}
}

CASE(read_rounds_count_down)
{
	uint32_t ports[3], buf[4] = { ~0U, ~0U, ~0U };
	int fd = fired(ports, 3);

	CHECK_EQ(read(fd, buf, 7), 4);
	CHECK_EQ(buf[1], ~0U);
	CHECK_EQ(read(fd, buf + 1, 11), 8);
	check_same(buf, ports, 3);
	evt_silent(fd);
}

CASE(read_of_less_than_a_port_is_zero)
{
	uint32_t ports[1], buf;
	int fd = fired(ports, 1);

	CHECK_EQ(read(fd, &buf, 0), 0);
	CHECK_EQ(read(fd, &buf, 1), 0);
	CHECK_EQ(read(fd, &buf, 3), 0);
	evt_expect(fd, ports[0]);
}

CASE(read_of_less_than_a_port_never_blocks)
{
	int fd = evt_open(0);
	uint32_t buf;

	CHECK_EQ(read(fd, &buf, 0), 0);
	CHECK_EQ(read(fd, &buf, 3), 0);
}

CASE(read_gives_all_that_is_there)
{
	uint32_t ports[5], buf[16];
	int fd = fired(ports, 5);

	CHECK_EQ(read(fd, buf, sizeof(buf)), 20);
	check_same(buf, ports, 5);
}

CASE(read_gives_no_more_than_asked_for)
{
	uint32_t ports[5], buf[5];
	int fd = fired(ports, 5);

	CHECK_EQ(read(fd, buf, 8), 8);
	CHECK_EQ(read(fd, buf + 2, 12), 12);
	check_same(buf, ports, 5);
	CHECK_ERR(read(fd, buf, 4), EAGAIN);
}

CASE(read_leaves_the_rest_of_the_buffer_alone)
{
	uint32_t ports[2], buf[4] = { 1, 2, 0xabad1dea, 0xabad1dea };
	int fd = fired(ports, 2);

	CHECK_EQ(read(fd, buf, sizeof(buf)), 8);
	CHECK_EQ(buf[2], 0xabad1dea);
	CHECK_EQ(buf[3], 0xabad1dea);
}

CASE(read_takes_an_unaligned_buffer)
{
	char buf[16] __attribute__((aligned(8)));
	uint32_t ports[3], got[3];
	int fd = fired(ports, 3);

	CHECK_EQ(read(fd, buf + 1, 4), 4);
	memcpy(&got[0], buf + 1, 4);
	CHECK_EQ(read(fd, buf + 3, 8), 8);
	memcpy(&got[1], buf + 3, 8);
	check_same(got, ports, 3);
}

CASE(read_efault_loses_nothing)
{
	uint32_t ports[2], buf[2];
	int fd = fired(ports, 2);

	CHECK_ERR(read(fd, nowhere, 8), EFAULT);
	CHECK_ERR(read(fd, (void *)-4096L, 8), EFAULT);
	CHECK_EQ(read(fd, buf, 8), 8);
	check_same(buf, ports, 2);
	evt_silent(fd);
}

CASE(read_of_one_port_over_the_edge_is_efault)
{
	uint32_t ports[2];
	int fd = fired(ports, 2);

	CHECK_ERR(read(fd, page_end() - 2, 4), EFAULT);
	CHECK_ERR(read(fd, page_end() - 2, 8), EFAULT);
	evt_expect(fd, ports[0]);
	evt_expect(fd, ports[1]);
	evt_silent(fd);
}

/*
 * A driver may give the ports before the edge, as read(2) allows. The rest has
 * to come with the next read(), and none twice.
 */
static void read_over_the_edge(int n, int fit)
{
	uint32_t ports[n], got[n], *edge = (uint32_t *)page_end() - fit;
	int fd = fired(ports, n), have = 0;
	ssize_t rc = read(fd, edge, n * 4);

	if (rc < 0)
		OBSERVE("result", "%s", tap_errno(errno));
	else
		OBSERVE("result", "%zd bytes", rc);
	if (rc > 0) {
		CHECK_LE(rc, fit * 4);
		memcpy(got, edge, rc);
		have = rc / 4;
	} else {
		CHECK(rc && errno == EFAULT);
	}
	evt_take_all(fd, got + have, n - have);
	check_same(got, ports, n);
	evt_silent(fd);
}

CASE(read_over_the_edge_loses_nothing)
{
	read_over_the_edge(3, 1);
}

CASE(read_of_many_over_the_edge_loses_nothing)
{
	read_over_the_edge(80, 60);
}

CASE(read_of_a_read_only_page_is_efault)
{
	uint32_t ports[1];
	int fd = fired(ports, 1);
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	CHECK_ERR(read(fd, p, 4), EFAULT);
	evt_expect(fd, ports[0]);
}

CASE(read_of_an_empty_ring_is_eagain)
{
	int fd = evt_open(O_NONBLOCK);
	uint32_t buf;

	CHECK_ERR(read(fd, &buf, 4), EAGAIN);
	CHECK_ERR(read(fd, nowhere, 4), EAGAIN);
	CHECK_OK(evt_bind_unbound(fd, 0));
	CHECK_ERR(read(fd, &buf, 4), EAGAIN);
}

CASE(read_follows_fcntl_nonblock)
{
	int fd = evt_open(0);
	uint32_t buf;

	CHECK_OK(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK));
	CHECK_ERR(read(fd, &buf, 4), EAGAIN);
}

CASE(readv_fills_one_segment_after_the_other)
{
	uint32_t ports[3], a, b[2];
	int fd = fired(ports, 3);
	struct iovec v[] = { { &a, 4 }, { b, 8 } };
	uint32_t got[3];

	CHECK_EQ(readv(fd, v, 2), 12);
	got[0] = a;
	memcpy(got + 1, b, 8);
	check_same(got, ports, 3);
}

CASE(readv_stops_when_the_ring_is_empty)
{
	uint32_t ports[1], a = 0, b = 0;
	int fd = fired(ports, 1);
	struct iovec v[] = { { &a, 4 }, { &b, 4 } };

	CHECK_EQ(readv(fd, v, 2), 4);
	CHECK_EQ(a, ports[0]);
	CHECK_EQ(b, 0);
	CHECK_ERR(readv(fd, v, 2), EAGAIN);
}
