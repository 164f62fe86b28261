// SPDX-License-Identifier: GPL-2.0
/* One system call at a time. */
#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define CALLS	200

static struct stream s;

static void call_getppid(void)
{
	syscall(SYS_getppid);
}

static void call_read(void)
{
	if (read(s.rx, s.buf, 4) != -1 || errno != EAGAIN)
		die("read() of an empty ring");
}

static void call_poll(void)
{
	struct pollfd p = { .fd = s.rx, .events = POLLIN };

	if (poll(&p, 1, 0) != 0)
		die("poll() of an empty ring");
}

static void call_write(void)
{
	if (write(s.rx, &s.port[s.n / 2], 4) != 4)
		die("write() of an idle port");
}

static void call_notify(void)
{
	evtchn_notify(s.tx, s.peer[0]);
}

struct call {
	void (*once)(void);
	bool pending;		/* the port is masked and has fired */
};

static void many_calls(void *arg)
{
	const struct call *c = arg;
	unsigned int i;

	for (i = 0; i < CALLS; i++)
		c->once();
}

static void run_call(const struct benchmark *b, unsigned int value)
{
	static const struct steps steps = { .timed = many_calls };
	struct call c = *(const struct call *)b->data;

	stream_open(&s, &way_batch, opt_ports);
	if (c.pending)
		call_notify();
	measure_publish(b, value, &steps, &c, CALLS);
	while (s.way->take(&s, 1))
		;
	stream_close(&s);
}

static const struct call getppid_call = { call_getppid, false };
static const struct call read_call = { call_read, false };
static const struct call poll_call = { call_poll, false };
static const struct call write_call = { call_write, false };
static const struct call notify_call = { call_notify, true };

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)

const struct benchmark bench_call[] = {
	{ .name = "call/getppid", .text = "the price of a system call",
	  .needs = NEEDS, .run = run_call, .data = &getppid_call },
	{ .name = "call/read", .text = "read() that says EAGAIN",
	  .needs = NEEDS, .run = run_call, .data = &read_call },
	{ .name = "call/poll", .text = "poll() of one descriptor, nothing to do",
	  .needs = NEEDS, .run = run_call, .data = &poll_call },
	{ .name = "call/write", .text = "write() of one port, nothing to do",
	  .needs = NEEDS, .run = run_call, .data = &write_call },
	{ .name = "call/notify", .text = "NOTIFY of a port that is masked and pending",
	  .needs = NEEDS, .run = run_call, .data = &notify_call },
	{ 0 }
};
