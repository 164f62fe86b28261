// SPDX-License-Identifier: GPL-2.0
/* A poller's process is stopped, frozen, moved away: the poller is, too. */
#include <signal.h>

#include "group.h"
#include "poller.h"

#define STAYS	1000000		/* microseconds that it looks before it sleeps */

static struct commander k;	/* ours, with a poller of the child's */

static void poll_in_group(void *idle_us)
{
	group_enter("frozen");
	CHECK_OK(poller(k.fd, *(uint32_t *)idle_us));
}

/* Frozen at once; whoever else has the file goes on without; and back. */
static void is_frozen(uint32_t idle_us)
{
	struct child c;

	NEED_OUR_THREAD("no cgroup freezes");
	group_make("frozen");
	commander_open(&k, 1);
	child_start(&c, poll_in_group, &idle_us);
	poller_serves(&k);
	if (!idle_us)
		until_it_sleeps(&k);
	group_set("frozen", "cgroup.freeze", "1");
	group_becomes("frozen", "cgroup.events", "frozen 1");
	goes_on_without(&k);
	group_set("frozen", "cgroup.freeze", "0");
	group_becomes("frozen", "cgroup.events", "frozen 0");
	poller_serves(&k);
	child_end(&c);
	group_remove("frozen");
}

CASE(poller_that_sleeps_is_frozen)
{
	is_frozen(0);
}

CASE(poller_that_runs_is_frozen)
{
	is_frozen(STAYS);
}

/* What it has not taken when it stops is told of, and taken when it goes on. */
CASE(poller_stops_with_its_process)
{
	uint32_t idle_us = STAYS;
	struct child c;

	NEED_OUR_THREAD("nobody's SIGSTOP stops");
	group_make("frozen");
	commander_open(&k, 1);
	child_start(&c, poll_in_group, &idle_us);
	poller_serves(&k);
	CHECK_OK(kill(c.pid, SIGSTOP));
	goes_on_without(&k);
	command_store(&k, NOTIFY, k.s.a[0]);
	mapped_silent(&k.c);
	CHECK_OK(kill(c.pid, SIGCONT));
	mapped_expect(&k.c, k.s.b[0]);
	evt_unmask(k.fd, k.s.b[0]);
	child_end(&c);
}

static void stop_a_poller(struct child *c)
{
	static uint32_t idle_us = STAYS;

	group_make("frozen");
	commander_open(&k, 1);
	child_start(c, poll_in_group, &idle_us);
	poller_serves(&k);
	CHECK_OK(kill(c->pid, SIGSTOP));
	goes_on_without(&k);
}

/* Nobody is told to leave commands to a thread that has not seen the file. */
CASE(poller_that_is_stopped_is_joined)
{
	struct commander late;
	struct child c;

	NEED_OUR_THREAD("nobody's SIGSTOP stops");
	stop_a_poller(&c);
	commander_open(&late, 1);
	CHECK_OK(share(late.fd, k.fd));
	goes_on_without(&late);
	CHECK_OK(kill(c.pid, SIGCONT));
	poller_serves(&late);
	poller_serves(&k);
	child_end(&c);
}

/* Each has a ring of its own. */
static int rings(void)
{
	return proc_count("/proc/vmallocinfo", "[xen_evtchn]");
}

static void join_and_close(void)
{
	int fd = evt_open(0);

	munmap(map_consumer(fd), CONSUMER_PAGE);
	CHECK_OK(share(fd, k.fd));
	close(fd);
}

CASE(files_that_a_stopped_poller_has_not_met_go_at_once)
{
	struct child c;
	int before, i;

	NEED_OUR_THREAD("nobody's SIGSTOP stops");
	stop_a_poller(&c);
	before = rings();
	CHECK_GE(before, 1);
	for (i = 0; i < 2 * EVTMMAP_POLLER_FILES; i++)
		join_and_close();
	CHECK_LE(rings(), before);
	CHECK_OK(kill(c.pid, SIGCONT));
	poller_serves(&k);
	child_end(&c);
}

/* A group is empty when its process has left. */
CASE(group_of_a_poller_can_be_removed)
{
	char path[64], line[128];
	pid_t thread;

	NEED_OUR_THREAD("stays in the group it began in");
	group_make("left");
	group_enter("left");
	commander_open(&k, 1);
	CHECK_OK(poller(k.fd, 0));
	poller_serves(&k);
	CHECK_EQ(threads_of(getpid(), &thread), 1);
	snprintf(path, sizeof(path), "/proc/%d/cgroup", thread);
	CHECK(proc_find(path, "0::/left\n", line, sizeof(line)));
	group_enter("");
	CHECK(proc_find(path, "0::/\n", line, sizeof(line)));
	group_remove("left");
	poller_serves(&k);
}
