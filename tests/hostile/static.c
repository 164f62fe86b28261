// SPDX-License-Identifier: GPL-2.0
/* BIND_STATIC of a port that is somebody's, or is just becoming nobody's. */
#include "frame.h"
#include "xencall.h"

#define RACE_S	4

/* <xen/gntalloc.h>, in numbers. */
struct alloc_grants {
	uint16_t domain, flags;
	uint32_t count;
	uint64_t index;
	uint32_t id[1];
};

struct unmap_notify {
	uint64_t index;
	uint32_t action, port;
};

#define WRITABLE	1
#define SEND_EVENT	2
#define ALLOC_GRANTS	_IOC(_IOC_NONE, 'G', 5, sizeof(struct alloc_grants))
#define UNMAP_NOTIFY	_IOC(_IOC_NONE, 'G', 7, sizeof(struct unmap_notify))

/* A page that is shared, and a port to be told when it no longer is. */
static void let_gntalloc_hold(uint32_t port)
{
	struct alloc_grants a = { .flags = WRITABLE, .count = 1 };
	struct unmap_notify n = { .action = SEND_EVENT, .port = port };
	int fd = open("/dev/xen/gntalloc", O_RDWR);

	if (fd < 0)
		SKIP("no /dev/xen/gntalloc: %s", tap_errno(errno));
	CHECK_OK(ioctl(fd, ALLOC_GRANTS, &a));
	n.index = a.index;
	CHECK_OK(ioctl(fd, UNMAP_NOTIFY, &n));
}

/* It has an interrupt that nobody handles, and is open for as long as that. */
CASE(static_bind_of_a_port_that_gntalloc_holds)
{
	int fd = evt_open(O_NONBLOCK), other = evt_open(O_NONBLOCK);
	uint32_t port = CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF));

	let_gntalloc_hold(port);
	CHECK_ERR(evt_bind_static(other, port), EBUSY);
	CHECK_OK(evt_unbind(fd, port));
	CHECK_NE(xen_port_state(port), XEN_PORT_CLOSED);
	CHECK_ERR(evt_bind_static(other, port), EBUSY);
	CHECK_ERR(evt_bind_static(fd, port), EBUSY);
	close(fd);
	close(other);
	CHECK_NE(xen_port_state(port), XEN_PORT_CLOSED);
}

/* The number of a port that comes and goes is never one that nobody has. */
static void claim(void *arg)
{
	const uint32_t *number = arg;
	static int fd = -1;

	if (fd < 0)
		fd = evt_open(O_NONBLOCK);
	if (!evt_bind_static(fd, load_acquire(number)))
		tap_fail(__FILE__, __LINE__, "port %u was bound under its owner", *number);
	CHECK(errno == EBUSY || errno == EINVAL);
}

FRAME(static_binds_beside_unbinds, 60, 0, false)
{
	static uint32_t number = EVT_NR_CHANNELS - 1;
	double end = seconds() + RACE_S;
	int fd = evt_open(O_NONBLOCK);

	meanwhile(claim, &number);
	while (seconds() < end || going()) {
		__atomic_store_n(&number, CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF)),
				 __ATOMIC_RELEASE);
		CHECK_OK(evt_unbind(fd, number));
	}
	end_threads();
	close(fd);
}
