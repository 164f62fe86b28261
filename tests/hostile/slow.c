// SPDX-License-Identifier: GPL-2.0
/* Buffers whose pages take as long as their owner likes. */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "frame.h"

#define PAGE	CONSUMER_PAGE

/* A page whose first touch waits until somebody brings it. */
static void *slow_page(int *uffd)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	*uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (*uffd < 0)
		SKIP("userfaultfd: %s", tap_errno(errno));
	CHECK_OK(ioctl(*uffd, UFFDIO_API, &api));
	reg.range.start = (uintptr_t)p;
	reg.range.len = PAGE;
	CHECK_OK(ioctl(*uffd, UFFDIO_REGISTER, &reg));
	return p;
}

static void bring_page(int uffd, void *p)
{
	struct uffdio_zeropage zero = { .range = { (uintptr_t)p, PAGE } };

	CHECK_OK(ioctl(uffd, UFFDIO_ZEROPAGE, &zero));
}

/* A call in a thread, which hangs in the page. */
struct slow {
	pthread_t thread;
	int uffd, fd;
	void *page;
	long result;
	long (*call)(struct slow *slow);
};

static void *slow_thread(void *arg)
{
	struct slow *slow = arg;

	slow->result = slow->call(slow);
	return NULL;
}

static void begin_slow(struct slow *slow, int fd, long (*call)(struct slow *))
{
	struct pollfd fault = { .events = POLLIN };

	slow->page = slow_page(&slow->uffd);
	slow->fd = fd;
	slow->call = call;
	CHECK_EQ(pthread_create(&slow->thread, NULL, slow_thread, slow), 0);
	fault.fd = slow->uffd;
	CHECK_EQ(CHECK_OK(poll(&fault, 1, EVT_WAIT_MS)), 1);
}

static void end_slow(struct slow *slow)
{
	bring_page(slow->uffd, slow->page);
	pthread_join(slow->thread, NULL);
	close(slow->uffd);
}

static long slow_read(struct slow *slow)
{
	return read(slow->fd, slow->page, 64);
}

static long slow_write(struct slow *slow)
{
	return write(slow->fd, slow->page, 64);
}

static long slow_write_of_one(struct slow *slow)
{
	return write(slow->fd, slow->page, 4);
}

static long slow_write_of_many(struct slow *slow)
{
	return write(slow->fd, slow->page, PAGE);
}

static long slow_bind(struct slow *slow)
{
	return ioctl(slow->fd, EVT_BIND_INTERDOMAIN, slow->page);
}

static long slow_notify(struct slow *slow)
{
	return ioctl(slow->fd, EVT_NOTIFY, slow->page);
}

/* All else that this file can be asked to do is done meanwhile. */
static void all_goes_on(void)
{
	struct loop l = loop_bind(mine.tx, mine.rx);

	CHECK_OK(evt_notify(mine.tx, l.a));
	CHECK_OK(evt_unbind(mine.rx, l.b));
	CHECK_OK(evt_unbind(mine.tx, l.a));
	CHECK_OK(ioctl(mine.rx, EVTMMAP_IOC_RESYNC));
	consumer_seek(&ring);
	settle();
	while (going())
		flow();
}

static void nobody_waits_for(long (*call)(struct slow *), long result)
{
	struct slow slow;

	begin_slow(&slow, mine.rx, call);
	all_goes_on();
	end_slow(&slow);
	CHECK_EQ(slow.result, result);
}

HOSTILE(write_from_a_slow_buffer)
{
	nobody_waits_for(slow_write, 64);
}

HOSTILE(write_of_one_port_from_a_slow_buffer)
{
	nobody_waits_for(slow_write_of_one, 4);
}

HOSTILE(write_of_many_ports_from_a_slow_buffer)
{
	nobody_waits_for(slow_write_of_many, PAGE);
}

HOSTILE(bind_with_a_slow_argument)
{
	nobody_waits_for(slow_bind, -1);
}

HOSTILE(notify_with_a_slow_argument)
{
	nobody_waits_for(slow_notify, -1);
}

/* A classic reader's, since a mapped file has none. */
HOSTILE(read_into_a_slow_buffer)
{
	struct slow slow;
	struct bundle s;
	struct loop l;
	uint32_t *got, base;

	bundle_open(&s, 4);
	base = load_acquire(&map_header(s.rx)->prod);
	bundle_fire(&s, 0);
	bundle_fire(&s, 1);
	ring_reaches(map_header(s.rx), base + 2);
	begin_slow(&slow, s.rx, slow_read);
	/* The reader waits for its page. All else goes on. */
	l = loop_bind(s.tx, s.rx);
	bundle_fire(&s, 2);
	evt_unmask(s.rx, s.b[3]);
	CHECK_OK(evt_unbind(s.rx, s.b[1]));
	CHECK_OK(evt_notify(s.tx, l.a));
	CHECK_OK(evt_unbind(s.rx, l.b));
	CHECK(evt_poll(s.rx, 0) & POLLIN);
	while (going())
		flow();
	end_slow(&slow);
	/* Port 0, and 2 if it came before the reader went on; never 1. */
	got = slow.page;
	CHECK_GE(slow.result, 4);
	CHECK_EQ(got[0], s.b[0]);
	if (slow.result > 4)
		CHECK_EQ(got[1], s.b[2]);
	else
		evt_expect(s.rx, s.b[2]);
	evt_silent(s.rx);
}
