// SPDX-License-Identifier: GPL-2.0
/* Many files at once: a consumer that is told by epoll where there is something. */
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "bench.h"

#define MAX_FDS	64
#define PORTS	4	/* of each file; all fire */

static struct stream s[MAX_FDS];
static unsigned int n;
static int epoll;

static void open_all(const struct way *way)
{
	unsigned int i;

	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		die("epoll_create1");
	for (i = 0; i < n; i++) {
		struct epoll_event e = { .events = EPOLLIN, .data.u32 = i };

		stream_open(&s[i], way, PORTS);
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, s[i].rx, &e))
			die("epoll_ctl");
	}
}

static void close_all(void)
{
	unsigned int i;

	close(epoll);
	for (i = 0; i < n; i++)
		stream_close(&s[i]);
}

static void send_all(void *arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < n; i++)
		stream_send(&s[i], 0, PORTS);
}

static void take_all(void *arg)
{
	struct epoll_event e[MAX_FDS];
	unsigned int done = 0;
	int i, ready;

	(void)arg;
	while (done < n * PORTS) {
		ready = epoll_wait(epoll, e, n, 1000);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			die("%u of %u events came", done, n * PORTS);
		for (i = 0; i < ready; i++)
			done += stream_drain(&s[e[i].data.u32], PORTS, PORTS);
	}
}

static void count(struct counts *c)
{
	unsigned int i;

	c->drops = c->duplicates = 0;
	for (i = 0; i < n; i++) {
		c->drops += stream_lost(&s[i]);
		c->duplicates += s[i].duplicated + s[i].foreign;
	}
}

static const struct steps taking = { send_all, take_all, NULL };

static void run_fds(const struct benchmark *b, unsigned int value)
{
	struct result r = result_of(b, value);

	n = value;
	open_all(b->data);
	result_is_cost(&r);
	measure(&r, &taking, NULL, n * PORTS);
	count(&r.counts);
	publish(&r);
	close_all();
}

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)
#define FDS { 1, 4, 16, MAX_FDS }

const struct benchmark bench_fds[] = {
	{ .name = "fds/batch", .text = "epoll of many files, each with 4 events: read(), write()",
	  .needs = NEEDS, .parameter = "fds", .value = FDS,
	  .run = run_fds, .data = &way_batch },
	{ .name = "fds/mapped", .text = "... mapped rings",
	  .needs = NEEDS | NEEDS_RING, .parameter = "fds", .value = FDS,
	  .run = run_fds, .data = &way_mapped },
	{ 0 }
};
