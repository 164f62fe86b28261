// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "evtchn_abi.h"
#include "proc.h"
#include "tap.h"
#include "xencall.h"

#define HYPERCALL_EVENT_CHANNEL_OP	32
#define HYPERCALL_SYSCTL		35

#define EVTCHNOP_CLOSE		3
#define EVTCHNOP_STATUS		5
#define EVTCHNOP_ALLOC_UNBOUND	6

#define SYSCTL_DEBUG_KEYS	7

struct call {
	uint64_t op;
	uint64_t arg[5];
};

#define PRIVCMD_HYPERCALL _IOC(_IOC_NONE, 'P', 0, sizeof(struct call))

struct status {
	uint16_t domain;
	uint32_t port;
	uint32_t status;
	uint32_t vcpu;
	uint32_t detail[2];
};

static int xen_open(void)
{
	int fd = open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		SKIP("/dev/xen/privcmd: %s", tap_errno(errno));
	return fd;
}

static int xencall_on(int fd, uint64_t op, uint64_t a, uint64_t b)
{
	struct call c = { .op = op, .arg = { a, b } };

	return ioctl(fd, PRIVCMD_HYPERCALL, &c);
}

static int xencall(uint64_t op, uint64_t a, uint64_t b)
{
	int fd = xen_open();
	int rc = xencall_on(fd, op, a, b);
	int err = errno;

	close(fd);
	errno = err;
	return rc;
}

/*
 * Xen takes no page fault for us. What is private may be there to be copied only,
 * when another thread has just forked; a page that is shared stays writable.
 */
static int evtchn_op(int cmd, void *arg, size_t size)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int rc, err;

	CHECK(page != MAP_FAILED);
	memcpy(page, arg, size);
	rc = xencall(HYPERCALL_EVENT_CHANNEL_OP, cmd, (uintptr_t)page);
	err = errno;
	memcpy(arg, page, size);
	munmap(page, 4096);
	errno = err;
	return rc;
}

static struct status status_of(uint32_t port)
{
	struct status arg = { .domain = EVT_DOMID_SELF, .port = port };

	CHECK_OK(evtchn_op(EVTCHNOP_STATUS, &arg, sizeof(arg)));
	return arg;
}

enum xen_port_state xen_port_state(uint32_t port)
{
	return status_of(port).status;
}

uint32_t xen_port_vcpu(uint32_t port)
{
	return status_of(port).vcpu;
}

void xen_port_states(uint8_t *states, uint32_t first, uint32_t n)
{
	int fd = xen_open();
	uint32_t i;

	for (i = 0; i < n; i++) {
		struct status arg = { .domain = EVT_DOMID_SELF, .port = first + i };
		int rc = xencall_on(fd, HYPERCALL_EVENT_CHANNEL_OP,
				    EVTCHNOP_STATUS, (uintptr_t)&arg);

		CHECK(!rc || errno == EINVAL);
		states[i] = rc ? XEN_PORT_CLOSED : arg.status;
	}
	close(fd);
}

uint32_t xen_alloc_unbound(uint16_t remote)
{
	struct {
		uint16_t domain;
		uint16_t remote;
		uint32_t port;
	} arg = { .domain = EVT_DOMID_SELF, .remote = remote };

	CHECK_OK(evtchn_op(EVTCHNOP_ALLOC_UNBOUND, &arg, sizeof(arg)));
	return arg.port;
}

void xen_close_port(uint32_t port)
{
	CHECK_OK(evtchn_op(EVTCHNOP_CLOSE, &port, sizeof(port)));
}

/* As if somebody had pressed that key on Xen's console. */
static void press(char key)
{
	struct {
		uint32_t cmd;
		uint32_t version;
		uint64_t keys;
		uint32_t count;
		uint8_t rest[128];
	} arg;

	memset(&arg, 0, sizeof(arg));
	arg.cmd = SYSCTL_DEBUG_KEYS;
	arg.keys = (uintptr_t)&key;
	arg.count = 1;
	/* Each release takes its own version only; the others say EACCES. */
	for (arg.version = 0x10; arg.version < 0x30; arg.version++)
		if (!xencall(HYPERCALL_SYSCTL, (uintptr_t)&arg, 0))
			return;
	SKIP("no version of the sysctl hypercall works");
}

void xen_print_something(void)
{
	press('n');		/* NMI statistics, a few lines */
}

void xen_send_virq_debug(void)
{
	press('q');		/* what it knows of each domain, and that */
}

bool xen_has_fifo(void)
{
	char line[4096];

	return !proc_find("/proc/cmdline", "xen.fifo_events=0", line, sizeof(line));
}
