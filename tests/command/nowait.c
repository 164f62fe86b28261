// SPDX-License-Identifier: GPL-2.0
/* RWF_NOWAIT, as io_uring asks first: it waits for no page, and does nothing then. */
#include <sys/mman.h>
#include <sys/uio.h>

#include "enter.h"

static uint32_t *absent_page(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	return page;
}

static ssize_t read_nowait(int fd, void *buf, size_t size)
{
	return preadv2(fd, &(struct iovec){ buf, size }, 1, -1, RWF_NOWAIT);
}

static ssize_t write_nowait(int fd, void *buf, size_t size)
{
	return pwritev2(fd, &(struct iovec){ buf, size }, 1, -1, RWF_NOWAIT);
}

CASE(nowait_read_waits_for_no_page)
{
	static const size_t sizes[] = { 4, 8, 4096 };
	struct loop l = loop_open();
	uint32_t *page, i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		page = absent_page();
		CHECK_ERR(read_nowait(l.fd, page, sizes[i]), EAGAIN);
		loop_fire_wait(&l);
		CHECK_ERR(read_nowait(l.fd, page, sizes[i]), EAGAIN);
		*page = 0;
		CHECK_EQ(read_nowait(l.fd, page, sizes[i]), 4);
		CHECK_EQ(*page, l.b);
		evt_unmask(l.fd, l.b);
	}
}

CASE(nowait_write_waits_for_no_page)
{
	static const size_t sizes[] = { 4, 8, 4096 };
	struct loop l = loop_open();
	uint32_t *page, i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		loop_fire(&l);
		evt_expect(l.fd, l.b);
		loop_fire(&l);
		page = absent_page();
		CHECK_ERR(write_nowait(l.fd, page, sizes[i]), EAGAIN);
		evt_silent(l.fd);
		*page = l.b;
		CHECK_EQ(write_nowait(l.fd, page, sizes[i]), sizes[i]);
		evt_expect(l.fd, l.b);
		evt_unmask(l.fd, l.b);
	}
}
