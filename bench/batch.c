// SPDX-License-Identifier: GPL-2.0
/* read() and write() by how many ports each call is given. */
#include <unistd.h>

#include "bench.h"

static struct stream s;
static uint32_t ports[MAX_PORTS];
static unsigned int batch;

static void send_all(void *arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < s.n; i++)
		evtchn_notify(s.tx, s.peer[i]);
}

static void read_all(void *arg)
{
	ssize_t want = batch * sizeof(*ports);
	unsigned int done;

	(void)arg;
	for (done = 0; done < s.n; done += batch)
		if (read(s.rx, ports + done, want) != want)
			die("read() of %u ports", batch);
}

static void write_all(void *arg)
{
	ssize_t want = batch * sizeof(*ports);
	unsigned int done;

	(void)arg;
	for (done = 0; done < s.n; done += batch)
		if (write(s.rx, ports + done, want) != want)
			die("write() of %u ports", batch);
}

static void take_all(void *arg)
{
	read_all(arg);
	write_all(arg);
}

static void send_and_read(void *arg)
{
	send_all(arg);
	read_all(arg);
}

static const struct steps sending = { NULL, send_all, take_all };
static const struct steps reading = { send_all, read_all, write_all };
static const struct steps writing = { send_and_read, write_all, NULL };

static void run_batch(const struct benchmark *b, unsigned int value)
{
	batch = value ? value : 1;
	/* A batch that there are no ports for is not asked for. */
	if (opt_ports % batch)
		return;
	stream_open(&s, &way_batch, opt_ports);
	measure_publish(b, value, b->data, NULL, s.n);
	stream_close(&s);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)

const struct benchmark bench_batch[] = {
	{ .name = "batch/notify", .text = "NOTIFY, upcall and handler",
	  .needs = NEEDS, .run = run_batch, .data = &sending },
	{ .name = "batch/read", .text = "read() of several ports",
	  .needs = NEEDS, .parameter = "batch", .value = { 1, 8, 64, 1024 },
	  .run = run_batch, .data = &reading },
	{ .name = "batch/write", .text = "write() of several ports",
	  .needs = NEEDS, .parameter = "batch", .value = { 1, 8, 64, 1024 },
	  .run = run_batch, .data = &writing },
	{ 0 }
};
