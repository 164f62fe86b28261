// SPDX-License-Identifier: GPL-2.0
/*
 * libevtmmap in a time namespace, where CLOCK_MONOTONIC is not the driver's.
 */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "lib.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME	0x80
#endif

static void enter_namespace(long long seconds)
{
	char line[64];
	int fd, n;

	CHECK_OK(unshare(CLONE_NEWTIME));
	fd = CHECK_OK(open("/proc/self/timens_offsets", O_WRONLY));
	n = snprintf(line, sizeof(line), "monotonic %lld 0\n", seconds);
	CHECK_EQ(write(fd, line, n), n);
	close(fd);
}

static long long cpu_ns(void)
{
	struct rusage u;

	CHECK_OK(getrusage(RUSAGE_SELF, &u));
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 * MS +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000LL;
}

/* Neither for ever nor awake. */
static void wait_in_vain(struct evtmmap *h, long long ns)
{
	long long begin = now_ns(), cpu = cpu_ns(), took;

	CHECK_EQ(evtmmap_submit_wait(h, 1, ns), 0);
	took = now_ns() - begin;
	CHECK_GE(took, ns);
	CHECK_LE(took, ns + 2000 * MS * tap_factor);
	CHECK_LE(cpu_ns() - cpu, ns / 2);
}

static void waits_inside(void)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);

	wait_in_vain(h, 500 * MS);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_queue(h, p.b, EVTMMAP_REARM), 0);
	wait_in_vain(h, 500 * MS);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	CHECK_EQ(evtmmap_wait(h, INT64_MAX / 4), 1);
}

/* Its children are in it. */
static void waits_in_namespace(long long seconds)
{
	long long here = now_ns();
	pid_t pid;

	enter_namespace(seconds);
	pid = CHECK_OK(fork());
	if (!pid) {
		/* Otherwise this is not the namespace. */
		if (seconds)
			CHECK_GE(llabs(now_ns() - here), llabs(seconds) * 500 * MS);
		waits_inside();
		_exit(0);
	}
	tap_reap(pid);
}

CASE_LIMIT(lib_wait_in_a_namespace_of_the_same_time, 20)
{
	waits_in_namespace(0);
}

CASE_LIMIT(lib_wait_in_a_namespace_of_later_time, 20)
{
	waits_in_namespace(100000);
}

/* By as much as there is: it cannot begin before 0. */
CASE_LIMIT(lib_wait_in_a_namespace_of_earlier_time, 20)
{
	long long up = now_ns() / (1000 * MS);

	CHECK_GE(up, 4);
	waits_in_namespace(-up + 2);
}
