// SPDX-License-Identifier: GPL-2.0
#include "request.h"
#include "tell.h"

#define POLLER_IDLE	1000		/* microseconds */
#define POLLER_STAYS	1000000

static struct io_uring ring;

static int result(long rc)
{
	return rc < 0 ? errno : 0;
}

static void need(const struct commander *k, uint64_t feature, const char *name)
{
	if (!(k->c.header->features & feature))
		SKIP("the driver has no %s", name);
}

static void open_write(struct commander *k)
{
	(void)k;
}

static int tell_write(struct commander *k, uint32_t op, uint32_t port)
{
	int err = 0;

	if (op & SPURIOUS)
		SKIP("write() has no such thing");
	if (op & REARM)
		err = result(write(k->fd, &port, sizeof(port)));
	if (!err && op & NOTIFY)
		err = result(evt_notify(k->fd, port));
	return err;
}

static int rearm_ioctl(int fd, uint32_t op, uint32_t port)
{
	return ioctl(fd, EVTMMAP_IOC_REARM, &(struct evtmmap_port_option){
		.port = port, .value = op & SPURIOUS,
	});
}

static void open_ioctl(struct commander *k)
{
	if (rearm_ioctl(k->fd, 0, 0) < 0 && errno == ENOSYS)
		SKIP("the driver has no EVTMMAP_IOC_REARM");
}

static int tell_ioctl(struct commander *k, uint32_t op, uint32_t port)
{
	int err = 0;

	if (op & REARM)
		err = result(rearm_ioctl(k->fd, op, port));
	if (!err && op & NOTIFY)
		err = result(evt_notify(k->fd, port));
	return err;
}

static void open_enter(struct commander *k)
{
	need(k, EVTMMAP_FEAT_COMMANDS, "EVTMMAP_FEAT_COMMANDS");
}

static int tell_enter(struct commander *k, uint32_t op, uint32_t port)
{
	return result(command_do(k, op, port));
}

static void start_poller(struct commander *k, uint32_t idle_us)
{
	need(k, EVTMMAP_FEAT_POLLER, "EVTMMAP_FEAT_POLLER");
	CHECK_OK(ioctl(k->fd, EVTMMAP_IOC_POLLER, &(struct evtmmap_poller){
		.idle_us = idle_us,
	}));
}

static void open_poller(struct commander *k)
{
	start_poller(k, POLLER_STAYS);
}

static bool poller_sleeps(const struct commander *k)
{
	return __atomic_load_n(&k->c.header->poller, __ATOMIC_RELAXED) &
	       EVTMMAP_P_NEED_WAKEUP;
}

/* What it could not do it has thrown away, and counted. */
static int poller_said(struct commander *k, uint64_t errors)
{
	const struct evtmmap_header *h = k->c.header;
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (command_head(k) != k->c.page->command_tail) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "the poller takes nothing");
		usleep(500);
	}
	/* The place is claimed before the error is counted. */
	usleep(20000);
	CHECK_LE(h->command_errors - errors, 1);
	return h->command_errors == errors ? 0 : h->command_error;
}

static int tell_poller(struct commander *k, uint32_t op, uint32_t port)
{
	uint64_t errors = k->c.header->command_errors;

	command_store(k, op, port);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* S, matches T */
	if (poller_sleeps(k))
		CHECK_EQ(enter(k->fd, &(struct evtmmap_enter){
			.flags = EVTMMAP_ENTER_WAKEUP,
		}), 0);
	return poller_said(k, errors);
}

static void open_sleeping_poller(struct commander *k)
{
	start_poller(k, POLLER_IDLE);
}

static int tell_sleeping_poller(struct commander *k, uint32_t op, uint32_t port)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (!poller_sleeps(k)) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "the poller does not sleep");
		usleep(1000);
	}
	/* Asleep, and not only about to. */
	usleep(20000);
	return tell_poller(k, op, port);
}

static void open_uring(struct commander *k)
{
	need(k, EVTMMAP_FEAT_URING_CMD, "EVTMMAP_FEAT_URING_CMD");
	ring_open(&ring);
}

static int uring_cmd(int fd, uint32_t cmd, uint32_t port, uint32_t value)
{
	int res;

	ring_prep_command(ring_sqe(&ring, port), fd, cmd, port, value);
	ring_submit(&ring, 1);
	res = ring_result(&ring, port);
	CHECK_EQ(workers(), 0);
	CHECK_LE(res, 0);
	return -res;
}

static int tell_uring(struct commander *k, uint32_t op, uint32_t port)
{
	int err = 0;

	if (op & REARM)
		err = uring_cmd(k->fd, EVTMMAP_IOC_REARM, port, op & SPURIOUS);
	if (!err && op & NOTIFY)
		err = uring_cmd(k->fd, EVT_NOTIFY, port, 0);
	return err;
}

const struct tell by_write = { open_write, tell_write };
const struct tell by_ioctl = { open_ioctl, tell_ioctl };
const struct tell by_enter = { open_enter, tell_enter };
const struct tell by_poller = { open_poller, tell_poller };
const struct tell by_sleeping_poller = { open_sleeping_poller, tell_sleeping_poller };
const struct tell by_uring = { open_uring, tell_uring };
