// SPDX-License-Identifier: GPL-2.0
/* The library without a mapped ring; options. */
#include <sys/socket.h>

#include "fake.h"

/* A socket cannot be mapped, and gives what the other end writes. */
static struct evtmmap *classic_open(int *device)
{
	struct evtmmap *h;
	int pair[2];

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	h = lib_open_fd(pair[0], EVTMMAP_OPT_QUIET);
	CHECK_EQ(evtmmap_is_mapped(h), 0);
	*device = pair[1];
	return h;
}

static void fire(int device, uint32_t first, uint32_t n)
{
	uint32_t port;

	for (port = first; port < first + n; port++)
		CHECK_EQ(write(device, &port, 4), 4);
}

CASE(classic_takes_what_read_returns)
{
	const struct evtmmap_event *ev;
	int device, i;
	struct evtmmap *h = classic_open(&device);

	CHECK_EQ(evtmmap_next(h), 0);
	fire(device, 1, 100);
	fire(device, 101, 100);
	for (i = 1; i <= 50; i++)
		CHECK_EQ(evtmmap_next(h), i);
	CHECK_EQ(evtmmap_peek(h, &ev), 150);
	CHECK_EQ(ev[149].port, 200);
	CHECK_EQ(evtmmap_release(h, 150), 0);
	CHECK_EQ(evtmmap_next(h), 0);
	fire(device, 7, 1);
	CHECK_EQ(evtmmap_arm(h), 1);
	CHECK_EQ(evtmmap_next(h), 7);
	evtmmap_close(h);
}

CASE(classic_takes_a_full_read)
{
	const struct evtmmap_event *ev;
	int device, round, i;
	struct evtmmap *h = classic_open(&device);
	uint32_t ports[1500];

	for (i = 0; i < 1500; i++)
		ports[i] = 1 + i;
	for (round = 0; round < 3; round++) {
		CHECK_EQ(write(device, ports, sizeof(ports)), sizeof(ports));
		CHECK_EQ(evtmmap_peek(h, &ev), 1024);
		CHECK_EQ(ev[1023].port, 1024);
		CHECK_EQ(evtmmap_release(h, 1024), 0);
		for (i = 1025; i <= 1500; i++)
			CHECK_EQ(evtmmap_next(h), i);
		CHECK_EQ(evtmmap_next(h), 0);
	}
	evtmmap_close(h);
}

CASE(classic_detaches_only_when_empty)
{
	int device;
	struct evtmmap *h = classic_open(&device);

	fire(device, 1, 2);
	CHECK_EQ(evtmmap_next(h), 1);
	CHECK_EQ(evtmmap_detach(h), -EBUSY);
	CHECK_EQ(evtmmap_next(h), 2);
	CHECK_GE(evtmmap_detach(h), 0);
}

CASE(classic_rearms_in_order)
{
	int device, i;
	struct evtmmap *h = classic_open(&device);
	uint32_t ports[3000], got[3000];

	for (i = 0; i < 3000; i++)
		ports[i] = 1 + i;
	CHECK_EQ(evtmmap_rearm_many(h, ports, 3000), 3000);
	CHECK_EQ(recv(device, got, sizeof(got), MSG_WAITALL), sizeof(got));
	CHECK(!memcmp(ports, got, sizeof(got)));
	CHECK_EQ(evtmmap_rearm_many(h, NULL, 0), 0);
	CHECK_EQ(evtmmap_rearm_many(h, NULL, 1), -EINVAL);
	CHECK_EQ(evtmmap_rearm(h, EVTMMAP_PORT_LIMIT), -EINVAL);
	evtmmap_close(h);
}

CASE(options_of_other_versions)
{
	struct { struct evtmmap_options o; long more; } longer = { { 0 }, 0 };
	struct evtmmap *h = NULL;

	fake_open(0);
	longer.o.size = sizeof(longer);
	longer.o.flags = EVTMMAP_OPT_ADOPT_FD;
	longer.o.fd = dup(fake.fd);
	CHECK_EQ(evtmmap_open(&h, &longer.o), 0);
	evtmmap_close(h);
	longer.more = 1;
	longer.o.fd = fake.fd;
	CHECK_EQ(evtmmap_open(&h, &longer.o), -E2BIG);
	longer.o.size = sizeof(longer.o);
	longer.o.flags |= 1U << 31;
	CHECK_EQ(evtmmap_open(&h, &longer.o), -EINVAL);
	longer.o.size = 3;
	CHECK_EQ(evtmmap_open(&h, &longer.o), -EINVAL);
	CHECK_EQ(evtmmap_open(NULL, NULL), -EINVAL);
	longer.o.size = sizeof(longer.o);
	longer.o.flags = EVTMMAP_OPT_ADOPT_FD;
	longer.o.fd = 999;
	CHECK_EQ(evtmmap_open(&h, &longer.o), -EBADF);
	CHECK_OK(lseek(fake.fd, 0, SEEK_CUR));
}
