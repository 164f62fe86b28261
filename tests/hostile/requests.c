// SPDX-License-Identifier: GPL-2.0
/* io_uring: pages pinned for good, files held for good, waits that are left. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "uring.h"

#define PAGE CONSUMER_PAGE

static struct uring u;

static void need_uring(void)
{
	if (!uring_open(&u))
		SKIP("io_uring: %s", tap_errno(errno));
}

static int pin(void *p)
{
	struct iovec iov = { p, PAGE };

	return uring_register(&u, IORING_REGISTER_BUFFERS, &iov, 1);
}

static void unpin(void)
{
	CHECK_OK(uring_register(&u, IORING_UNREGISTER_BUFFERS, NULL, 0));
}

static int read_fixed(int fd, void *to, uint32_t len)
{
	uring_submit(&u, &(struct io_uring_sqe){
		.opcode = IORING_OP_READ_FIXED, .fd = fd,
		.addr = (uintptr_t)to, .len = len, .off = -1ULL,
	});
	return uring_wait(&u);
}

HOSTILE(read_fixed_into_the_consumers_page)
{
	int zero = CHECK_OK(open("/dev/zero", O_RDONLY));

	need_uring();
	if (pin(ring.page))
		SKIP("the page cannot be pinned: %s", tap_errno(errno));
	while (going()) {
		CHECK_EQ(read_fixed(zero, ring.page, PAGE), PAGE);
		flow_silently();
		flow();
	}
	unpin();
}

/* To pin is to write: a page that cannot be written cannot be pinned. */
HOSTILE(kernel_pages_cannot_be_pinned)
{
	need_uring();
	while (going()) {
		CHECK(pin(ring.header) < 0);
		CHECK(pin((void *)ring.slots) < 0);
		flow();
	}
}

/* The page outlives the file, and is written to then. */
HOSTILE(pinned_page_outlives_the_file)
{
	int zero = CHECK_OK(open("/dev/zero", O_RDONLY));
	struct consumer c;

	need_uring();
	while (going()) {
		c = consumer_open(evt_open(0));
		if (pin(c.page))
			SKIP("the page cannot be pinned: %s", tap_errno(errno));
		close(c.fd);
		consumer_close(&c);
		flow();
		CHECK_EQ(read_fixed(zero, c.page, PAGE), PAGE);
		unpin();
	}
}

/* The file is held by a table of io_uring's, and by nothing else. */
HOSTILE(registered_file_outlives_its_descriptor)
{
	struct bundle s;

	need_uring();
	while (going()) {
		bundle_open(&s, 2);
		bundle_fire_all(&s);
		CHECK_OK(uring_register(&u, IORING_REGISTER_FILES, &s.rx, 1));
		close(s.rx);
		bundle_fire_all(&s);
		CHECK_OK(uring_register(&u, IORING_UNREGISTER_FILES, NULL, 0));
		close(s.tx);
		flow();
	}
}

static void poll_add(int fd, uint32_t len)
{
	uring_submit(&u, &(struct io_uring_sqe){
		.opcode = IORING_OP_POLL_ADD, .fd = fd,
		.poll32_events = POLLIN, .len = len,
	});
}

/* Waits that nobody will ever collect, on a file that goes. */
HOSTILE(poll_armed_and_left)
{
	struct bundle s;
	int i;

	while (going()) {
		need_uring();
		bundle_open(&s, 2);
		for (i = 0; i < 4; i++)
			poll_add(s.rx, i % 2 ? IORING_POLL_ADD_MULTI : 0);
		bundle_fire_all(&s);
		flow();
		close(s.rx);
		bundle_fire(&s, 0);
		close(s.tx);
		uring_close(&u);
	}
}

HOSTILE(multishot_poll_with_a_wake_at_random)
{
	int result, n = 0;

	need_uring();
	poll_add(mine.rx, IORING_POLL_ADD_MULTI);
	store(&ring.page->flags, EVTMMAP_C_WAKE_AT);
	while (going()) {
		store(&ring.page->wake, random() % 2 ? ring.pos : random());
		flow_silently();
		while (uring_done(&u, &result))
			n++;
	}
	tap_note("%d completions", n);
	uring_close(&u);
}

/* read() and write() by way of io_uring, and cancelled in between. */
HOSTILE(reads_that_are_cancelled)
{
	uint32_t buf[16] = { 0 };
	int classic = evt_open(0);

	need_uring();
	while (going()) {
		uring_submit(&u, &(struct io_uring_sqe){
			.opcode = IORING_OP_READ, .fd = classic,
			.addr = (uintptr_t)buf, .len = sizeof(buf), .off = -1ULL,
			.user_data = 1,
		});
		uring_submit(&u, &(struct io_uring_sqe){
			.opcode = IORING_OP_ASYNC_CANCEL, .addr = 1,
		});
		uring_wait(&u);
		uring_wait(&u);
		uring_submit(&u, &(struct io_uring_sqe){
			.opcode = IORING_OP_READ, .fd = mine.rx,
			.addr = (uintptr_t)buf, .len = sizeof(buf), .off = -1ULL,
		});
		CHECK_EQ(uring_wait(&u), -EBUSY);
		flow();
	}
	uring_close(&u);
}

HOSTILE(write_by_request_from_the_slots)
{
	need_uring();
	while (going()) {
		bundle_fire_all(&mine);
		uring_submit(&u, &(struct io_uring_sqe){
			.opcode = IORING_OP_WRITE, .fd = mine.rx,
			.addr = (uintptr_t)ring.slots, .len = PAGE, .off = -1ULL,
		});
		CHECK_EQ(uring_wait(&u), PAGE);
	}
}
