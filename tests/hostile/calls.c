// SPDX-License-Identifier: GPL-2.0
/* Calls with arguments that are somebody else's, or nobody's. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "frame.h"

#define PAGE	CONSUMER_PAGE
#define LOW	256	/* ports below: the bystander's and the kernel's too */

/* A port that another file has yet to give back stays masked. */
HOSTILE(write_of_another_files_ports)
{
	bundle_fire(&other, 0);
	evt_expect(other.rx, other.b[0]);
	while (going()) {
		CHECK_EQ(write(mine.rx, other.b, 8), 8);
		CHECK_EQ(write(mine.tx, other.b, 8), 8);
		flow();
	}
	bundle_fire(&other, 0);
	evt_silent(other.rx);
	evt_unmask(other.rx, other.b[0]);
	evt_cycle(other.rx, other.b[0]);
}

HOSTILE(write_of_every_number)
{
	uint32_t ports[PAGE / 4], next = 0;
	int i;

	while (going()) {
		for (i = 0; i < 1024; i++)
			ports[i] = next++ % (1 << 18);
		CHECK_EQ(write(mine.tx, ports, PAGE), PAGE);
		flow();
	}
}

HOSTILE(write_of_numbers_at_random)
{
	uint32_t ports[PAGE / 4];
	int i;

	while (going()) {
		for (i = 0; i < 1024; i++)
			ports[i] = (uint32_t)random() << 1 ^ random();
		CHECK_EQ(write(mine.rx, ports, PAGE), PAGE);
		flow();
	}
}

/* Whose they are is seen by nobody being hurt: the bystander's are among them. */
HOSTILE(unbind_of_every_number)
{
	int fd = evt_open(0);
	uint32_t port;

	while (going()) {
		for (port = 0; port < LOW; port++)
			CHECK_ERR(evt_unbind(fd, port), ENOTCONN);
		CHECK_ERR(evt_unbind(fd, random() | 1U << 17), EINVAL);
		flow();
	}
}

HOSTILE(notify_of_every_number)
{
	int fd = evt_open(0);
	uint32_t port;

	while (going()) {
		for (port = 0; port < LOW; port++)
			CHECK_ERR(evt_notify(fd, port), ENOTCONN);
		CHECK_ERR(evt_notify(fd, random() | 1U << 17), ENOTCONN);
		flow();
	}
}

HOSTILE(bind_of_ports_that_are_bound)
{
	int fd = evt_open(0), i;

	while (going()) {
		for (i = 0; i < 2; i++) {
			CHECK(evt_bind_static(fd, other.a[i]) < 0);
			CHECK(evt_bind_static(fd, other.b[i]) < 0);
			CHECK(evt_bind_interdomain(fd, 0, other.a[i]) < 0);
			CHECK(evt_bind_interdomain(fd, 0, other.b[i]) < 0);
			CHECK(evt_bind_static(mine.rx, mine.b[i]) < 0);
		}
		CHECK(evt_bind_virq(fd, EVT_VIRQ_TIMER) < 0);
		CHECK(evt_bind_virq(fd, ~0U) < 0);
		flow();
	}
}

HOSTILE(giant_counts)
{
	static const size_t counts[] = {
		PAGE + 1, 1 << 20, INT_MAX, 1UL << 31, 1UL << 32, 1UL << 40,
		SSIZE_MAX, SIZE_MAX, SIZE_MAX - 3,
	};
	char *buf;
	ssize_t rc;
	int i;

	buf = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(buf != MAP_FAILED);
	for (i = 0; going(); i++) {
		rc = write(mine.rx, buf, counts[i % 9]);
		CHECK(rc == (ssize_t)PAGE || rc < 0);
		CHECK(read(mine.rx, buf, counts[i % 9]) < 0);
		rc = read(other.rx, buf, counts[i % 9]);
		CHECK(rc < 0);
		/* From its last page on into nothing: a page is all it takes. */
		CHECK_EQ(write(mine.rx, buf + PAGE, PAGE + 4), PAGE);
		flow();
	}
}

HOSTILE(counts_that_are_odd)
{
	char buf[32] = { 0 };
	struct iovec iov[8];
	int i;

	for (i = 0; i < 8; i++)
		iov[i] = (struct iovec){ buf + i, i };
	for (i = 0; going(); i++) {
		CHECK_EQ(write(mine.rx, buf + i % 4, i % 28), i % 28 & ~3);
		CHECK_EQ(read(other.rx, buf, i % 4), 0);
		writev(mine.rx, iov, 8);
		flow();
	}
}

HOSTILE(addresses_that_lead_nowhere)
{
	static const uintptr_t bad[] = {
		8, 4096, 0x7ffffffff000, 0x800000000000, 0xdead000000000000,
		0xffff800000000000, 0xffff888000000000, 0xffffffff81000000,
		0xfffffffffffff000, UINTPTR_MAX - 3,
	};
	unsigned int i;

	bundle_fire(&other, 0);
	evt_wait(other.rx);
	for (i = 0; going(); i++) {
		void *p = (void *)bad[i % 10];

		CHECK_ERR(write(mine.rx, p, 4), EFAULT);
		CHECK_ERR(write(mine.rx, p, PAGE), EFAULT);
		CHECK_ERR(read(other.rx, p, 4), EFAULT);
		CHECK_ERR(ioctl(mine.rx, EVT_NOTIFY, p), EFAULT);
		CHECK_ERR(ioctl(mine.rx, EVT_BIND_INTERDOMAIN, p), EFAULT);
		CHECK_ERR(ioctl(mine.rx, EVT_BIND_VIRQ, p), EFAULT);
		flow();
	}
	/* It was not read by any of them. */
	evt_cycle(other.rx, other.b[0]);
}

/* An event a time for each of the file's own numbers, and garbage between. */
HOSTILE(ioctls_of_any_number)
{
	uint32_t arg[4] = { 1U << 17, 1U << 17, 1U << 17, 1U << 17 };
	unsigned int cmd;

	while (going()) {
		cmd = random();
		if (_IOC_TYPE(cmd) == 'T' || cmd == FIOCLEX)
			continue;
		if (random() % 2)
			cmd = _IOC(random() % 4, 'E', random() % 256, random() % 64);
		if (cmd == EVT_RESET || cmd == EVTMMAP_IOC_RESYNC)
			continue;
		CHECK(ioctl(mine.rx, cmd, arg) < 0 || _IOC_TYPE(cmd) != 'E');
		flow();
	}
}

HOSTILE(fcntl_of_any_kind)
{
	int i;

	for (i = 0; going(); i++) {
		fcntl(mine.rx, F_SETFL, i % 2 ? O_NONBLOCK : O_NONBLOCK | O_ASYNC);
		fcntl(mine.rx, F_SETSIG, 0);
		fcntl(mine.rx, F_SETPIPE_SZ, 1 << 20);
		fcntl(mine.rx, F_SETLEASE, F_RDLCK);
		fcntl(mine.rx, F_NOTIFY, ~0U);
		fcntl(mine.rx, F_ADD_SEALS, 15);
		fcntl(mine.rx, F_SETFL, O_NONBLOCK | O_DIRECT | O_APPEND);
		ftruncate(mine.rx, 0);
		fallocate(mine.rx, 3, 0, 4096);
		fsync(mine.rx);
		posix_fadvise(mine.rx, 0, 0, POSIX_FADV_DONTNEED);
		flow();
	}
	CHECK_OK(fcntl(mine.rx, F_SETFL, O_NONBLOCK));
}
