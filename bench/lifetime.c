// SPDX-License-Identifier: GPL-2.0
/* A file's life: open, ports bound, ports unbound, and closed with the rest. */
#include <unistd.h>

#include "bench.h"

#define MOST	16384

static int fd;
static unsigned int n, port[MOST];

static void open_it(void *arg)
{
	(void)arg;
	fd = evtchn_open(0);
}

static void close_it(void *arg)
{
	(void)arg;
	close(fd);
}

static void bind_all(void *arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < n; i++)
		port[i] = evtchn_bind_unbound(fd);
}

static void unbind_all(void *arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < n; i++)
		if (evtchn_unbind(fd, port[i]))
			die("UNBIND of port %u", port[i]);
}

static void open_and_bind(void *arg)
{
	open_it(arg);
	bind_all(arg);
}

static void open_and_close(void *arg)
{
	open_it(arg);
	close_it(arg);
}

static const struct steps opening = { NULL, open_and_close, NULL };
static const struct steps binding = { open_it, bind_all, close_it };
static const struct steps unbinding = { open_and_bind, unbind_all, close_it };
static const struct steps closing = { open_and_bind, close_it, NULL };

static void run_lifetime(const struct benchmark *b, unsigned int ports)
{
	n = ports ? ports : 1;
	measure_publish(b, ports, b->data, NULL, n);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)
#define PORTS { 1, 16, 256, 4096 }

const struct benchmark bench_lifetime[] = {
	{ .name = "lifetime/open", .text = "open() and close() of a file without ports",
	  .needs = NEEDS, .on_request = true, .run = run_lifetime, .data = &opening },
	{ .name = "lifetime/bind", .text = "each of n ports that are bound",
	  .needs = NEEDS, .on_request = true, .parameter = "ports", .value = PORTS,
	  .run = run_lifetime, .data = &binding },
	{ .name = "lifetime/unbind", .text = "... that are unbound one by one",
	  .needs = NEEDS, .on_request = true, .parameter = "ports", .value = PORTS,
	  .run = run_lifetime, .data = &unbinding },
	{ .name = "lifetime/close", .text = "... that go with close()",
	  .needs = NEEDS, .on_request = true, .parameter = "ports", .value = PORTS,
	  .run = run_lifetime, .data = &closing },
	{ 0 }
};
