// SPDX-License-Identifier: GPL-2.0
/* A poller runs where its caller may, no better than it, and is moved with it. */
#include <sched.h>
#include <sys/resource.h>

#include "group.h"
#include "poller.h"

static void need_two_cpus(void)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) != 2)
		SKIP("there are not two CPUs");
}

static void use_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK_OK(sched_setaffinity(0, sizeof(set), &set));
}

static pid_t thread_of(struct commander *k)
{
	pid_t thread;

	/* It has run, so it is where it will be. */
	poller_serves(k);
	CHECK_EQ(threads_of(getpid(), &thread), 1);
	return thread;
}

CASE(poller_on_a_cpu_outside_the_callers)
{
	struct commander k;

	need_two_cpus();
	commander_open(&k, 1);
	use_cpu(0);
	CHECK_ERR(poller_on(k.fd, 1, 0), EINVAL);
	CHECK_ERR(poller_on(k.fd, 1000, 0), EINVAL);
	CHECK_OK(poller_on(k.fd, 0, 0));
	CHECK(may_use(thread_of(&k), "0"));
}

CASE(poller_on_a_cpu_outside_the_cpuset)
{
	struct commander k;

	need_two_cpus();
	group_make("cpuset");
	group_set("cpuset", "cpuset.cpus", "0");
	group_enter("cpuset");
	commander_open(&k, 1);
	CHECK_ERR(poller_on(k.fd, 1, 0), EINVAL);
	CHECK_OK(poller_on(k.fd, 0, 0));
	CHECK(may_use(thread_of(&k), "0"));
}

CASE(poller_begins_on_the_callers_cpus)
{
	struct commander k;

	need_two_cpus();
	commander_open(&k, 1);
	use_cpu(1);
	CHECK_OK(poller(k.fd, 0));
	CHECK(may_use(thread_of(&k), "1"));
}

/* Bound to the one that is taken away, or to none. */
static void follows(bool bound)
{
	struct commander k;
	pid_t thread;

	need_two_cpus();
	group_make("follow");
	group_set("follow", "cpuset.cpus", "0-1");
	group_enter("follow");
	commander_open(&k, 1);
	CHECK_OK(bound ? poller_on(k.fd, 0, 0) : poller(k.fd, 0));
	thread = thread_of(&k);
	CHECK(may_use(thread, bound ? "0" : "0-1"));
	group_set("follow", "cpuset.cpus", "1");
	comes_to_use(thread, "1");
	poller_serves(&k);
	group_set("follow", "cpuset.cpus", "0-1");
	comes_to_use(thread, "0-1");
	poller_serves(&k);
}

CASE(poller_follows_its_cpuset)
{
	follows(false);
}

CASE(bound_poller_follows_its_cpuset)
{
	follows(true);
}

CASE(poller_can_be_moved)
{
	struct commander k;
	cpu_set_t set;
	pid_t thread;

	need_two_cpus();
	commander_open(&k, 1);
	CHECK_OK(poller_on(k.fd, 0, 0));
	thread = thread_of(&k);
	CPU_ZERO(&set);
	CPU_SET(1, &set);
	CHECK_OK(sched_setaffinity(thread, sizeof(set), &set));
	CHECK(may_use(thread, "1"));
	poller_serves(&k);
	CHECK(may_use(thread, "1"));
}

/* A real-time one would keep a CPU from everybody else. */
static void has_class(int callers, int priority, int wanted)
{
	struct sched_param param = { .sched_priority = priority };
	struct commander k;
	pid_t thread;

	commander_open(&k, 1);
	CHECK_OK(setpriority(PRIO_PROCESS, 0, 5));
	CHECK_OK(sched_setscheduler(0, callers, &param));
	CHECK_OK(poller(k.fd, 0));
	thread = thread_of(&k);
	CHECK_EQ(sched_getscheduler(thread), wanted);
	CHECK_EQ(getpriority(PRIO_PROCESS, thread), 5);
}

CASE(poller_of_an_ordinary_caller)
{
	has_class(SCHED_OTHER, 0, SCHED_OTHER);
}

CASE(poller_of_a_batch_caller)
{
	has_class(SCHED_BATCH, 0, SCHED_BATCH);
}

CASE(poller_of_an_idle_caller)
{
	has_class(SCHED_IDLE, 0, SCHED_IDLE);
}

CASE(poller_of_a_real_time_caller)
{
	has_class(SCHED_FIFO, 1, SCHED_OTHER);
}
