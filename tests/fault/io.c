// SPDX-License-Identifier: GPL-2.0
/* open, read, write, poll, epoll, SIGIO, fdinfo: an event in flight stays one. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bundle.h"
#include "fault.h"
#include "inject.h"

static struct loop loop;
static int opened;

static long call_open(void)
{
	return opened = open(EVT_NODE, O_RDWR | O_NONBLOCK);
}

static void after_open(long rc)
{
	if (rc < 0)
		CHECK_OK(call_open());
	CHECK_OK(evt_bind_unbound(opened, 0));
	close(opened);
	neighbour_is_well();
}

CASE_LIMIT(open_of_the_node, 60)
{
	static const struct entry e = {
		"open()", NULL, call_open, after_open, { ENOMEM, EFAULT },
	};

	fault_start();
	inject_each(&e);
}

/* One port whose event is queued. */
static void with_an_event(void)
{
	fault_start();
	loop = loop_bind(neighbour.fd_a, file);
	evt_wait(file);
}

static void fire_again(void)
{
	loop_fire_wait(&loop);
}

static uint32_t got;

static long call_readv(void)
{
	struct iovec v[9];	/* more than the kernel has a place for */
	int i;

	for (i = 0; i < 9; i++)
		v[i] = (struct iovec) { &got, sizeof(got) };
	return readv(file, v, 9);
}

/* Whatever failed, the event was given once. */
static void after_read(long rc)
{
	if (rc >= 0)
		CHECK_EQ(rc, 4);
	else
		CHECK_EQ(call_readv(), 4);
	CHECK_EQ(got, loop.b);
	nothing_queued(file);
	evt_unmask(file, loop.b);
	fire_again();
	neighbour_is_well();
}

CASE_LIMIT(readv_of_a_port, 60)
{
	static const struct entry e = {
		"readv()", NULL, call_readv, after_read, { EFAULT, ENOMEM },
	};

	with_an_event();
	inject_each(&e);
}

#define FAR_PAGES 1024UL

static char *absent;

/* In a place of its own, so that page tables are missing too. */
static void before_absent(void)
{
	absent = mmap(NULL, FAR_PAGES * CONSUMER_PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	CHECK(absent != MAP_FAILED);
}

static long call_read_absent(void)
{
	return read(file, absent + FAR_PAGES / 2 * CONSUMER_PAGE, 4);
}

static void after_absent(long rc)
{
	if (rc >= 0)
		memcpy(&got, absent + FAR_PAGES / 2 * CONSUMER_PAGE, 4);
	CHECK_OK(munmap(absent, FAR_PAGES * CONSUMER_PAGE));
	after_read(rc);
}

CASE_LIMIT(read_into_a_page_that_is_not_there, 60)
{
	static const struct entry e = {
		"read() into an absent page", before_absent, call_read_absent,
		after_absent, { EFAULT },
	};

	with_an_event();
	inject_each(&e);
}

#define MANY 512

static uint32_t ports[MANY];
static size_t nports;

static long call_write(void)
{
	return write(file, ports, nports * sizeof(*ports));
}

/* A write() that failed has armed nothing; the event stays taken. */
static void after_write(long rc)
{
	if (rc < 0) {
		loop_fire(&loop);
		evt_silent(file);
		rc = call_write();
	} else {
		loop_fire(&loop);
	}
	CHECK_EQ(rc, nports * sizeof(*ports));
	evt_expect(file, loop.b);
	neighbour_is_well();
}

static void write_of(size_t n, const struct entry *e)
{
	with_an_event();
	evt_expect(file, loop.b);
	nports = n;
	ports[n - 1] = loop.b;
	inject_each(e);
}

CASE_LIMIT(write_of_many_ports, 60)
{
	static const struct entry e = {
		"write() of 512 ports", NULL, call_write, after_write,
		{ ENOMEM, EFAULT },
	};

	write_of(MANY, &e);
}

CASE_LIMIT(write_of_a_few_ports, 60)
{
	static const struct entry e = {
		"write() of 8 ports", NULL, call_write, after_write, { EFAULT },
	};

	write_of(8, &e);
}

CASE_LIMIT(write_of_one_port_always_works, 60)
{
	static const struct entry e = {
		"write() of a port", NULL, call_write, after_write, { 0 },
	};

	write_of(1, &e);
}

static long notify(void)
{
	return evt_notify(file, loop.b);
}

static void after_notify(long rc)
{
	CHECK_EQ(rc, 0);
	evt_cycle(neighbour.fd_a, loop.a);
	neighbour_is_well();
}

CASE_LIMIT(notify_always_works, 60)
{
	static const struct entry e = {
		"NOTIFY", NULL, notify, after_notify, { 0 },
	};

	with_an_event();
	inject_each(&e);
}

static long call_poll(void)
{
	struct pollfd p = { .fd = file, .events = POLLIN };

	return poll(&p, 1, 0);
}

static void after_look(long rc)
{
	(void)rc;
	CHECK_EQ(evt_poll(file, 0) & (POLLIN | POLLERR), POLLIN);
	neighbour_is_well();
}

CASE_LIMIT(poll_of_a_file, 60)
{
	static const struct entry e = {
		"poll()", NULL, call_poll, after_look, { EFAULT, ENOMEM },
	};

	with_an_event();
	inject_each(&e);
}

static int epoll;

static long call_epoll_add(void)
{
	struct epoll_event ev = { .events = EPOLLIN };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, file, &ev);
}

static void after_epoll_add(long rc)
{
	struct epoll_event ev = { 0 };

	if (rc < 0)
		CHECK_OK(call_epoll_add());
	CHECK_EQ(epoll_wait(epoll, &ev, 1, EVT_WAIT_MS), 1);
	CHECK_EQ(ev.events, EPOLLIN);
	CHECK_OK(epoll_ctl(epoll, EPOLL_CTL_DEL, file, &ev));
	after_look(rc);
}

CASE_LIMIT(epoll_ctl_of_a_file, 60)
{
	static const struct entry e = {
		"epoll_ctl()", NULL, call_epoll_add, after_epoll_add,
		{ ENOMEM, EFAULT },
	};

	with_an_event();
	epoll = CHECK_OK(epoll_create1(0));
	inject_each(&e);
}

static int flags;

static long call_async(void)
{
	return fcntl(file, F_SETFL, flags | O_ASYNC);
}

static void after_async(long rc)
{
	CHECK_EQ(!!(fcntl(file, F_GETFL) & O_ASYNC), rc >= 0);
	CHECK_OK(fcntl(file, F_SETFL, flags));
	after_look(rc);
}

CASE_LIMIT(fcntl_for_sigio, 60)
{
	static const struct entry e = {
		"F_SETFL O_ASYNC", NULL, call_async, after_async, { ENOMEM },
	};

	with_an_event();
	flags = CHECK_OK(fcntl(file, F_GETFL));
	inject_each(&e);
}

static int info;
static char text[4096];

static long call_fdinfo(void)
{
	return pread(info, text, sizeof(text) - 1, 0);
}

static void before_fdinfo(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", file);
	info = CHECK_OK(open(path, O_RDONLY));
	memset(text, 0, sizeof(text));
}

static void after_fdinfo(long rc)
{
	if (rc < 0)
		CHECK_OK(call_fdinfo());
	CHECK(strstr(text, "evtchn-port:"));
	close(info);
	after_look(rc);
}

CASE_LIMIT(read_of_fdinfo, 60)
{
	static const struct entry e = {
		"fdinfo", before_fdinfo, call_fdinfo, after_fdinfo,
		{ ENOMEM, EFAULT },
	};

	with_an_event();
	inject_each(&e);
}
