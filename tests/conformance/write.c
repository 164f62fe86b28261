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

/* Its port masked, and an event behind the mask. */
static struct loop behind_mask(void)
{
	struct loop l = loop_open();

	loop_fire(&l);
	evt_expect(l.fd, l.b);
	loop_fire(&l);
	return l;
}

CASE(write_rounds_count_down)
{
	struct loop l = behind_mask();
	uint32_t buf[3] = { 0, l.b };

	CHECK_EQ(write(l.fd, buf, 5), 4);
	CHECK_EQ(write(l.fd, buf, 7), 4);
	evt_silent(l.fd);
	CHECK_EQ(write(l.fd, buf, 11), 8);
	evt_expect(l.fd, l.b);
}

CASE(write_of_less_than_a_port_is_zero)
{
	struct loop l = behind_mask();

	CHECK_EQ(write(l.fd, &l.b, 0), 0);
	CHECK_EQ(write(l.fd, &l.b, 1), 0);
	CHECK_EQ(write(l.fd, &l.b, 3), 0);
	CHECK_EQ(write(l.fd, nowhere, 3), 0);
	evt_silent(l.fd);
}

CASE(write_takes_no_more_than_a_page)
{
	struct loop l = behind_mask();
	long page = sysconf(_SC_PAGESIZE);
	uint32_t *buf = calloc(2, page);

	CHECK(buf);
	buf[page / 4] = l.b;
	CHECK_EQ(write(l.fd, buf, 2 * page), page);
	CHECK_EQ(write(l.fd, buf, page + 4), page);
	evt_silent(l.fd);
	buf[page / 4 - 1] = l.b;
	CHECK_EQ(write(l.fd, buf, 2 * page), page);
	evt_expect(l.fd, l.b);
}

CASE(write_of_an_enabled_port_is_counted)
{
	struct loop l = loop_open();
	uint32_t twice[2] = { l.b, l.b };

	CHECK_EQ(write(l.fd, &l.b, 4), 4);
	CHECK_EQ(write(l.fd, twice, 8), 8);
	evt_silent(l.fd);
	loop_fire(&l);
	evt_expect(l.fd, l.b);
}

CASE(write_of_an_unknown_port_is_counted)
{
	static const uint32_t unknown[] = {
		0, EVT_NR_CHANNELS - 1, EVT_NR_CHANNELS, 0x7fffffff, 0xffffffff,
	};
	int fd = evt_open(O_NONBLOCK);

	CHECK_EQ(write(fd, unknown, sizeof(unknown)), sizeof(unknown));
	evt_silent(fd);
}

CASE(write_of_another_files_port_does_not_unmask_it)
{
	struct loop l = behind_mask();
	int other = evt_open(O_NONBLOCK);

	CHECK_EQ(write(other, &l.b, 4), 4);
	evt_silent(l.fd);
	evt_unmask(l.fd, l.b);
	evt_expect(l.fd, l.b);
}

CASE(write_passes_over_unknown_ports)
{
	struct loop l = behind_mask();
	uint32_t buf[] = { 0xffffffff, 0, l.b, EVT_NR_CHANNELS };

	CHECK_EQ(write(l.fd, buf, sizeof(buf)), sizeof(buf));
	evt_expect(l.fd, l.b);
}

CASE(write_unmasks_many_at_once)
{
	enum { N = 100 };
	int fd = evt_open(O_NONBLOCK), i;
	uint32_t ports[N], again[N];
	struct loop l[N];

	for (i = 0; i < N; i++)
		l[i] = loop_bind(fd, fd);
	evt_take_all(fd, ports, N);
	for (i = 0; i < N; i++)
		loop_fire(&l[i]);
	evt_silent(fd);
	CHECK_EQ(write(fd, ports, sizeof(ports)), sizeof(ports));
	evt_take_all(fd, again, N);
	evt_silent(fd);
}

CASE(write_twice_in_one_buffer_unmasks_once)
{
	struct loop l = behind_mask();
	uint32_t buf[] = { l.b, l.b, l.b };

	loop_fire(&l);
	CHECK_EQ(write(l.fd, buf, 12), 12);
	evt_wait(l.fd);
	CHECK_GE(evt_drain(l.fd, buf, 3), 1);
	CHECK_EQ(buf[0], l.b);
	evt_unmask(l.fd, l.b);
	evt_silent(l.fd);
}

CASE(write_takes_an_unaligned_buffer)
{
	char buf[12] __attribute__((aligned(8)));
	struct loop l = behind_mask();

	memcpy(buf + 1, &l.b, 4);
	CHECK_EQ(write(l.fd, buf + 1, 4), 4);
	evt_expect(l.fd, l.b);
}

CASE(write_takes_a_read_only_page)
{
	static const uint32_t nought[16];
	int fd = evt_open(0);

	CHECK_EQ(write(fd, nought, sizeof(nought)), sizeof(nought));
}

CASE(write_with_a_bad_pointer_is_efault)
{
	int fd = evt_open(0);

	CHECK_ERR(write(fd, nowhere, 4), EFAULT);
	CHECK_ERR(write(fd, nowhere, 65536), EFAULT);
	CHECK_ERR(write(fd, (void *)-4096L, 4), EFAULT);
}

CASE(write_over_the_edge_is_efault_and_unmasks_nothing)
{
	struct loop l = behind_mask();
	uint32_t *edge = (uint32_t *)page_end();

	edge[-1] = l.b;
	CHECK_ERR(write(l.fd, edge - 1, 8), EFAULT);
	CHECK_ERR(write(l.fd, (char *)edge - 2, 4), EFAULT);
	evt_silent(l.fd);
	CHECK_EQ(write(l.fd, edge - 1, 4), 4);
	evt_expect(l.fd, l.b);
}

CASE(write_over_the_edge_after_many_ports)
{
	enum { FIT = 1000 };
	uint32_t *edge = (uint32_t *)page_end();
	int fd = evt_open(0);
	ssize_t rc = write(fd, edge - FIT, 4096);

	OBSERVE("result", "%s", rc < 0 ? tap_errno(errno) : "some ports");
	CHECK(rc < 0 ? errno == EFAULT : rc % 4 == 0 && rc <= FIT * 4);
}

CASE(writev_takes_every_segment)
{
	struct loop l = behind_mask();
	uint32_t unknown[2] = { 0, 0xffffffff };
	struct iovec v[] = { { unknown, 8 }, { &l.b, 4 } };

	CHECK_EQ(writev(l.fd, v, 2), 12);
	evt_expect(l.fd, l.b);
}

CASE(write_right_after_bind_adds_no_event)
{
	int fd = evt_open(O_NONBLOCK);
	struct loop l = loop_bind(fd, fd);

	evt_unmask(fd, l.a);
	evt_unmask(fd, l.b);
	evt_expect(fd, l.b);
	evt_silent(fd);
	evt_unmask(fd, l.b);
	loop_fire(&l);
	evt_expect(fd, l.b);
}
