// SPDX-License-Identifier: GPL-2.0
/* Calls that make no sense, and buffers that take their time. */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>

#include "bundle.h"
#include "proc.h"

static bool is_known(unsigned int cmd)
{
	static const unsigned int known[] = {
		EVT_BIND_VIRQ, EVT_BIND_INTERDOMAIN, EVT_BIND_UNBOUND,
		EVT_UNBIND, EVT_NOTIFY, EVT_RESET, EVT_RESTRICT,
		EVT_BIND_STATIC, EVTMMAP_IOC_RESYNC,
	};
	unsigned int i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i] == cmd)
			return true;
	return false;
}

CASE(unknown_ioctls_of_every_number)
{
	static const unsigned int size[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 64, 128, 4096, 16383,
	};
	struct loop l = loop_open();
	struct consumer c = consumer_open(l.fd);
	unsigned int nr, i, dir, cmd;
	char arg[16384] = { 0 };

	for (nr = 0; nr < 256; nr++)
		for (i = 0; i < sizeof(size) / sizeof(*size); i++)
			for (dir = 0; dir < 4; dir++) {
				cmd = _IOC(dir, 'E', nr, size[i]);
				if (is_known(cmd))
					continue;
				CHECK_ERR(ioctl(l.fd, cmd, arg), ENOSYS);
				CHECK_ERR(ioctl(l.fd, cmd, NULL), ENOSYS);
				CHECK_ERR(ioctl(l.fd, cmd, -1L), ENOSYS);
			}
	loop_fire(&l);
	mapped_expect(&c, l.b);
}

CASE(resync_ignores_its_argument)
{
	struct consumer c = consumer_open(evt_open(0));

	CHECK_OK(ioctl(c.fd, EVTMMAP_IOC_RESYNC, NULL));
	CHECK_OK(ioctl(c.fd, EVTMMAP_IOC_RESYNC, -1L));
	CHECK_EQ(c.header->resyncs, 2);
}

static int bound_here(void)
{
	return proc_count("/proc/interrupts", "evtchn:unwind");
}

CASE_LIMIT(failing_binds_leave_nothing, 60)
{
	int fd, i, before, after, irqs;

	proc_set_name("unwind");
	fd = evt_open(O_NONBLOCK);
	before = CHECK_OK(evt_bind_unbound(fd, 0));
	irqs = bound_here();
	CHECK_EQ(irqs, 1);
	for (i = 0; i < 1000; i++) {
		CHECK_ERR(evt_bind_interdomain(fd, 999, 1), ESRCH);
		CHECK_ERR(evt_bind_interdomain(fd, 0, 100000), EINVAL);
		CHECK_ERR(evt_bind_virq(fd, EVT_NR_VIRQS), EINVAL);
		CHECK(evt_bind_virq(fd, EVT_VIRQ_TIMER) < 0);
	}
	CHECK_EQ(bound_here(), irqs);
	/* Xen gives the lowest free one: none of those was kept. */
	after = CHECK_OK(evt_bind_unbound(fd, 0));
	CHECK_LE(after, before + 1);
	close(fd);
	CHECK_EQ(bound_here(), 0);
}

CASE_LIMIT(close_leaves_nothing, 60)
{
	struct bundle s;
	struct consumer c;
	int i;

	proc_set_name("unwind");
	for (i = 0; i < 5; i++) {
		bundle_open(&s, 50);
		c = consumer_open(s.rx);
		bundle_fire_all(&s);
		CHECK_EQ(bound_here(), 100);
		/* A mapping is a reference to the file like any other. */
		bundle_close(&s);
		CHECK_EQ(bound_here(), 50);
		consumer_close(&c);
		CHECK_EQ(bound_here(), 0);
	}
}

/* A page whose first touch waits until somebody brings it. */
static void *slow_page(int *uffd)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *p = mmap(NULL, CONSUMER_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	*uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (*uffd < 0)
		SKIP("userfaultfd: %s", tap_errno(errno));
	CHECK_OK(ioctl(*uffd, UFFDIO_API, &api));
	reg.range.start = (uintptr_t)p;
	reg.range.len = CONSUMER_PAGE;
	CHECK_OK(ioctl(*uffd, UFFDIO_REGISTER, &reg));
	return p;
}

struct slow_reader {
	pthread_t thread;
	int fd;
	uint32_t *buf;
	ssize_t result;
};

static void *slow_read(void *arg)
{
	struct slow_reader *r = arg;

	r->result = read(r->fd, r->buf, 64);
	return NULL;
}

static void bring_page(int uffd, void *p)
{
	struct uffdio_zeropage zero = {
		.range = { (uintptr_t)p, CONSUMER_PAGE },
	};

	CHECK_OK(ioctl(uffd, UFFDIO_ZEROPAGE, &zero));
}

CASE_LIMIT(reader_with_a_slow_buffer_stalls_nobody, 30)
{
	struct slow_reader r;
	struct pollfd fault;
	struct bundle s;
	struct loop l;
	double begin;
	int uffd;

	bundle_open(&s, 4);
	r = (struct slow_reader){ .fd = s.rx, .buf = slow_page(&uffd) };
	bundle_fire(&s, 0);
	bundle_fire(&s, 1);
	ring_reaches(map_header(s.rx), s.n + 2);
	CHECK_EQ(pthread_create(&r.thread, NULL, slow_read, &r), 0);
	fault = (struct pollfd){ .fd = uffd, .events = POLLIN };
	CHECK_EQ(CHECK_OK(poll(&fault, 1, EVT_WAIT_MS)), 1);
	/* The reader waits for its page. All else goes on. */
	begin = seconds();
	l = loop_bind(s.tx, s.rx);
	bundle_fire(&s, 2);
	evt_unmask(s.rx, s.b[3]);
	CHECK_OK(evt_unbind(s.rx, s.b[1]));
	CHECK_OK(evt_notify(s.tx, l.a));
	CHECK_OK(evt_unbind(s.rx, l.b));
	CHECK(evt_poll(s.rx, 0) & POLLIN);
	CHECK_LE(seconds() - begin, 5);
	bring_page(uffd, r.buf);
	pthread_join(r.thread, NULL);
	/* Port 0, and 2 if it came before the reader went on; never 1. */
	CHECK_GE(r.result, 4);
	CHECK_EQ(r.buf[0], s.b[0]);
	if (r.result > 4)
		CHECK_EQ(r.buf[1], s.b[2]);
	else
		evt_expect(s.rx, s.b[2]);
	evt_silent(s.rx);
}
