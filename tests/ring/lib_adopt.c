// SPDX-License-Identifier: GPL-2.0
/* libevtmmap: a device that changes hands. */
#include <fcntl.h>

#include "lib.h"

CASE(lib_detach_keeps_ports_and_place)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h), q = lib_bind_quietly(h);
	int fd = evtmmap_fd(h);

	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_detach(h), fd);
	CHECK_OK(fcntl(fd, F_GETFD));
	h = lib_adopt(fd);
	CHECK_EQ(evtmmap_notify(h, q.a), 0);
	lib_expect(h, q.b);
	lib_silent(h);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_set_user(h, p.b, h), 0);
	CHECK(evtmmap_user(h, p.b) == h);
}

CASE(lib_adopts_what_was_not_taken)
{
	struct evtmmap *h = lib_open();
	struct lib_pair pairs[10];
	int i, fd;

	lib_need_ring(h);
	for (i = 0; i < 10; i++)
		pairs[i] = lib_bind(h);
	for (i = 0; i < 4; i++)
		lib_expect(h, pairs[i].b);
	CHECK_EQ(evtmmap_wait(h, LONG_TIME), 1);
	fd = evtmmap_detach(h);
	CHECK_GE(fd, 0);
	h = lib_adopt(fd);
	for (; i < 10; i++)
		lib_expect(h, pairs[i].b);
	lib_silent(h);
}

/* What the next program of a live update does: fd, then ports a and b. */
int tap_exec(int argc, char **argv)
{
	struct evtmmap *h;
	struct lib_pair p;

	if (argc != 3)
		return 2;
	h = lib_adopt(atoi(argv[0]));
	p.a = atoi(argv[1]);
	p.b = atoi(argv[2]);
	lib_silent(h);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	lib_expect(h, p.b);
	evtmmap_close(h);
	return 0;
}

CASE(lib_survives_exec)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	char fd[16], a[16], b[16];

	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
	CHECK_OK(fcntl(evtmmap_fd(h), F_SETFD, 0));
	snprintf(fd, sizeof(fd), "%d", evtmmap_fd(h));
	snprintf(a, sizeof(a), "%d", p.a);
	snprintf(b, sizeof(b), "%d", p.b);
	CHECK_OK(execl("/proc/self/exe", "lib_adopt", TAP_EXEC, fd, a, b, NULL));
}

CASE(lib_mapped_file_refuses_another_reader)
{
	struct evtmmap_options o = { .size = sizeof(o) };
	struct evtmmap *h = lib_open(), *other;

	lib_need_ring(h);
	lib_bind(h);
	o.flags = EVTMMAP_OPT_ADOPT_FD | EVTMMAP_OPT_NO_MMAP;
	o.fd = evtmmap_fd(h);
	CHECK_EQ(evtmmap_open(&other, &o), 0);
	CHECK_EQ(evtmmap_next(other), -EBUSY);
}
