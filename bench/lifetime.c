// SPDX-License-Identifier: GPL-2.0
/*
 * A file's life: open, ports bound, ports unbound, and closed with the rest. The
 * kernel frees the interrupts of closed ports later, by a worker, for any driver:
 * that is waited for, and not measured.
 */
#include <unistd.h>

#include "bench.h"

#define MOST	4096

static int fd;
static unsigned int n, port[MOST];

void settle_ports(unsigned int ports)
{
	usleep(10000 + 200 * ports);
}

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

static void open_and_close(void *arg)
{
	open_it(arg);
	close_it(arg);
}

static const struct steps opening = { NULL, open_and_close, NULL };

static void run_open(const struct benchmark *b, unsigned int value)
{
	measure_publish(b, value, &opening, NULL, 1);
}

/* Both from the same files: binding thousands takes a while. */
static uint64_t binding;

static void open_and_bind(void *arg)
{
	uint64_t start;

	settle_ports(n);
	open_it(arg);
	start = now();
	bind_all(arg);
	binding = now() - start - clock_overhead;
}

static void also_bound(void *arg)
{
	sample_add(arg, (double)binding / n);
}

static void unbound(void *arg)
{
	also_bound(arg);
	close_it(arg);
}

static const struct steps unbinding = { open_and_bind, unbind_all, unbound };
static const struct steps closing = { open_and_bind, close_it, also_bound };

static void run_lifetime(const struct benchmark *b, unsigned int ports)
{
	struct result r = result_of(b, ports), bind = r;

	n = ports;
	result_is_cost(&r);
	bind.metric = environment.icount == 1 ? "instructions_to_bind" : "ns_to_bind";
	bind.unit = r.unit;
	measure(&r, b->data, &bind.sample, n);
	publish(&r);
	publish(&bind);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)

const struct benchmark bench_lifetime[] = {
	{ .name = "lifetime/open", .text = "open() and close() of a file without ports",
	  .needs = NEEDS, .on_request = true, .run = run_open },
	{ .name = "lifetime/unbind", .text = "each of n ports: bind, and UNBIND one by one",
	  .needs = NEEDS, .on_request = true, .parameter = "ports",
	  .value = { 1, 16, 256 }, .run = run_lifetime, .data = &unbinding },
	{ .name = "lifetime/close", .text = "... bind, and close() with all of them",
	  .needs = NEEDS, .on_request = true, .parameter = "ports",
	  .value = { 1, 16, 256, MOST }, .run = run_lifetime, .data = &closing },
	{ 0 }
};
