// SPDX-License-Identifier: GPL-2.0
/* libevtmmap: what is opened or adopted and is no event channel device. */
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "lib.h"

/* Refused, and still the caller's as it was. */
static void refuse_descriptor(int fd, int error)
{
	struct evtmmap_options o = {
		.size = sizeof(o),
		.flags = lib_flags() | EVTMMAP_OPT_ADOPT_FD,
		.fd = fd,
	};
	struct evtmmap *h = (void *)&o;
	int flags = CHECK_OK(fcntl(fd, F_GETFL));

	CHECK_EQ(evtmmap_open(&h, &o), error);
	CHECK(h == (void *)&o);
	CHECK_EQ(CHECK_OK(fcntl(fd, F_GETFL)), flags);
	CHECK(!(flags & O_NONBLOCK));
	CHECK_OK(close(fd));
}

static void refuse_path(const char *path)
{
	struct evtmmap_options o = {
		.size = sizeof(o), .flags = lib_flags(), .path = path,
	};
	struct evtmmap *h = (void *)&o;
	int next = CHECK_OK(dup(0));

	close(next);
	CHECK_EQ(evtmmap_open(&h, &o), -ENOTTY);
	CHECK(h == (void *)&o);
	CHECK_EQ(CHECK_OK(dup(0)), next);
	close(next);
	refuse_descriptor(CHECK_OK(open(path, O_RDWR)), -ENOTTY);
}

CASE(lib_refuses_other_devices)
{
	static const char *const paths[] = {
		"/dev/null", "/dev/zero", "/dev/ptmx", "/dev/xen/privcmd",
		"/dev/xen/gntdev", "/dev/xen/gntalloc", "/dev/rtc0",
	};
	unsigned int i, tried = 0;

	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (!access(paths[i], R_OK | W_OK)) {
			refuse_path(paths[i]);
			tried++;
		}
	/* These are always there. */
	CHECK_GE(tried, 3);
}

CASE(lib_refuses_files)
{
	static const char file[] = "/tmp/no-device", fifo[] = "/tmp/no-device-either";

	mkdir("/tmp", 0755);
	close(CHECK_OK(open(file, O_RDWR | O_CREAT, 0600)));
	refuse_path(file);
	CHECK_OK(unlink(file));
	CHECK_OK(mkfifo(fifo, 0600));
	refuse_path(fifo);
	CHECK_OK(unlink(fifo));
}

CASE(lib_refuses_descriptors)
{
	int p[2];

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, p));
	refuse_descriptor(p[0], -ENOTTY);
	refuse_descriptor(CHECK_OK(eventfd(0, 0)), -ENOTTY);
	refuse_descriptor(CHECK_OK(memfd_create("none", 0)), -ENOTTY);
	CHECK_OK(pipe(p));
	refuse_descriptor(p[0], -EBADF);
	refuse_descriptor(p[1], -EBADF);
}

/* Nobody could rearm a port by them. */
CASE(lib_refuses_half_a_descriptor)
{
	refuse_descriptor(CHECK_OK(open(EVT_NODE, O_RDONLY)), -EBADF);
	refuse_descriptor(CHECK_OK(open(EVT_NODE, O_WRONLY)), -EBADF);
	CHECK_ERR(open("/", O_RDWR), EISDIR);
}

CASE(lib_adopts_this_device)
{
	int fd = CHECK_OK(open(EVT_NODE, O_RDWR));
	struct evtmmap *h = lib_adopt(fd);
	struct lib_pair p = lib_bind_quietly(h);

	CHECK(CHECK_OK(fcntl(fd, F_GETFL)) & O_NONBLOCK);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
}
