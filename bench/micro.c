// SPDX-License-Identifier: GPL-2.0
/* One system call at a time, and read() and write() by batch size. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define RUNS	9
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

static double cost(void (*call)(void))
{
	uint64_t ns[RUNS], start;
	unsigned int r, i;

	call();
	for (r = 0; r < RUNS; r++) {
		start = now();
		for (i = 0; i < CALLS; i++)
			call();
		ns[r] = now() - start;
	}
	return per_event(ns, RUNS, CALLS);
}

/* Takes @count events by read() alone. */
static void read_only(unsigned int count, unsigned int batch, uint32_t *ports)
{
	unsigned int done;
	ssize_t want = batch * sizeof(*ports);

	for (done = 0; done < count; done += batch)
		if (read(s.rx, ports + done, want) != want)
			die("read() of %u ports", batch);
}

static void write_only(unsigned int count, unsigned int batch, uint32_t *ports)
{
	unsigned int done;
	ssize_t want = batch * sizeof(*ports);

	for (done = 0; done < count; done += batch)
		if (write(s.rx, ports + done, want) != want)
			die("write() of %u ports", batch);
}

static void one_round(unsigned int batch, uint32_t *ports, uint64_t ns[3])
{
	uint64_t t[4];
	unsigned int i;

	t[0] = now();
	for (i = 0; i < s.n; i++)
		evtchn_notify(s.tx, s.peer[i]);
	t[1] = now();
	read_only(s.n, batch, ports);
	t[2] = now();
	write_only(s.n, batch, ports);
	t[3] = now();
	for (i = 0; i < 3; i++)
		ns[i] = t[i + 1] - t[i];
}

static void by_batch(unsigned int batch)
{
	static uint32_t ports[MAX_PORTS];
	uint64_t send[RUNS], rd[RUNS], wr[RUNS], ns[3];
	unsigned int r;
	char key[16];

	for (r = 0; r < RUNS; r++) {
		one_round(batch, ports, ns);
		send[r] = ns[0];
		rd[r] = ns[1];
		wr[r] = ns[2];
	}
	if (batch == 1)
		figure("notify_upcall", per_event(send, RUNS, s.n),
		       "NOTIFY + upcall + handler, per event");
	snprintf(key, sizeof(key), "read_%u", batch);
	figure(key, per_event(rd, RUNS, s.n), "read(), per event, %u at a time", batch);
	snprintf(key, sizeof(key), "write_%u", batch);
	figure(key, per_event(wr, RUNS, s.n), "write(), per event, %u at a time", batch);
}

void bench_micro(void)
{
	stream_open(&s, &way_batch, opt_ports);
	title("One call (ns; instructions under -icount)");
	figure("getppid", cost(call_getppid), "getppid(): the price of a system call");
	figure("read_eagain", cost(call_read), "read() that says EAGAIN");
	figure("poll_idle", cost(call_poll), "poll() of one descriptor, nothing to do");
	figure("write_idle", cost(call_write), "write() of one port, nothing to do");
	call_notify();
	figure("notify_pending", cost(call_notify), "NOTIFY of a port that is masked and pending");
	while (s.way->take(&s, 1))
		;
	title("By batch");
	by_batch(1);
	by_batch(8);
	by_batch(64);
	if (s.n % 1024 == 0)
		by_batch(1024);
	stream_close(&s);
}
