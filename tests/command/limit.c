// SPDX-License-Identifier: GPL-2.0
/* How many pollers there may be, who may have one, and who pays for it. */
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "group.h"
#include "poller.h"

#define PARAMETER(name)	"/sys/module/" EVT_MODULE "/parameters/" name
#define NICE		(1ULL << CAP_SYS_NICE)
#define SOMEBODY	1234
#define NODE		"/run/evtchn-of-somebody"

static long parameter(const char *path)
{
	char line[32];

	CHECK(proc_find(path, "", line, sizeof(line)));
	return atol(line);
}

static void set_parameter(const char *path, long value)
{
	FILE *f = fopen(path, "w");

	CHECK(f);
	CHECK(fprintf(f, "%ld\n", value) > 0);
	CHECK(!fclose(f));
}

/* With a parameter that is what it was before, however that ends. */
static void with_parameter(const char *path, long value, void (*run)(void))
{
	long before = parameter(path);
	pid_t pid;

	set_parameter(path, value);
	pid = CHECK_OK(fork());
	if (!pid) {
		run();
		_exit(0);
	}
	CHECK_OK(waitid(P_PID, pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT));
	set_parameter(path, before);
	tap_reap(pid);
}

/* A file whose consumer's page was mapped, and a poller for it. */
static int polled(void)
{
	int fd = evt_open(0);

	munmap(map_consumer(fd), CONSUMER_PAGE);
	return poller(fd, 0);
}

/* One that is about to go, of another case even, still counts. */
static void polled_soon(void)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (polled() < 0) {
		CHECK_EQ(errno, EAGAIN);
		CHECK(seconds() < end);
		usleep(10000);
	}
}

static void as_many_as(int n)
{
	while (n--)
		polled_soon();
	CHECK_ERR(polled(), EAGAIN);
}

CASE(pollers_have_a_limit_by_default)
{
	CHECK_EQ(parameter(PARAMETER("max_pollers")), 1024);
	CHECK_EQ(parameter(PARAMETER("max_user_pollers")), 32);
}

static void three_in_all(void)
{
	struct commander k, other;

	polled_soon();
	polled_soon();
	commander_open(&k, 1);
	while (poller(k.fd, 0) < 0)
		CHECK_EQ(errno, EAGAIN);
	/* To share one takes no thread. */
	commander_open(&other, 1);
	CHECK_ERR(poller(other.fd, 0), EAGAIN);
	CHECK_OK(share(other.fd, k.fd));
	poller_serves(&other);
	CHECK_ERR(polled(), EAGAIN);
	/* One that goes makes room. */
	commander_close(&k);
	commander_close(&other);
	as_many_as(1);
}

CASE(pollers_in_all_are_limited)
{
	with_parameter(PARAMETER("max_pollers"), 3, three_in_all);
}

static int joined(int other)
{
	int fd = evt_open(0);

	munmap(map_consumer(fd), CONSUMER_PAGE);
	if (!share(fd, other))
		return fd;
	close(fd);
	return -1;
}

CASE(files_of_a_poller_are_limited)
{
	struct rlimit many = { EVTMMAP_POLLER_FILES + 64, EVTMMAP_POLLER_FILES + 64 };
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	struct commander k;
	int last = -1, i;

	CHECK_OK(setrlimit(RLIMIT_NOFILE, &many));
	commander_open(&k, 1);
	CHECK_OK(poller(k.fd, 0));
	for (i = 1; i < EVTMMAP_POLLER_FILES; i++)
		last = CHECK_OK(joined(k.fd));
	CHECK_ERR(joined(k.fd), EAGAIN);
	poller_serves(&k);
	close(last);
	while (joined(k.fd) < 0) {
		CHECK_EQ(errno, EAGAIN);
		CHECK(seconds() < end);
	}
	CHECK_ERR(joined(k.fd), EAGAIN);
}

static void three_of_a_user(void)
{
	pid_t pid;

	/* Whom no limit of the kind holds. */
	CHECK_OK(polled());
	CHECK_OK(polled());
	CHECK_OK(polled());
	CHECK_OK(polled());
	lose_capability(CAP_SYS_RESOURCE);
	CHECK_ERR(polled(), EAGAIN);
	pid = CHECK_OK(fork());
	if (!pid) {
		become_user(SOMEBODY, NICE | 1ULL << CAP_DAC_OVERRIDE);
		as_many_as(3);
		_exit(0);
	}
	tap_reap(pid);
}

CASE(pollers_of_a_user_are_limited)
{
	with_parameter(PARAMETER("max_user_pollers"), 3, three_of_a_user);
}

static void enter_of_four(void)
{
	group_make("pollers");
	group_set("pollers", "pids.max", "4");
	group_enter("pollers");
}

CASE(pollers_count_for_pids_max)
{
	NEED_OUR_THREAD("pids.max does not count");
	enter_of_four();
	as_many_as(3);
	CHECK_EQ(group_get("pollers", "pids.current", ""), 4);
}

CASE(pollers_count_for_rlimit_nproc)
{
	struct rlimit two = { 2, 2 };

	NEED_OUR_THREAD("RLIMIT_NPROC does not count");
	become_user(SOMEBODY, NICE | 1ULL << CAP_DAC_OVERRIDE);
	CHECK_OK(setrlimit(RLIMIT_NPROC, &two));
	as_many_as(1);
}

#define STACKS	20
#define STACK	8192	/* at least */

CASE(poller_is_charged_to_its_group)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	long before, now;
	int i;

	NEED_OUR_THREAD("memory.max does not count");
	group_make("charged");
	group_enter("charged");
	CHECK_OK(polled());
	before = group_get("charged", "memory.stat", "kernel_stack ");
	for (i = 0; i < STACKS; i++)
		CHECK_OK(polled());
	/* The kernel counts in heaps. */
	do {
		usleep(100000);
		now = group_get("charged", "memory.stat", "kernel_stack ");
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "%d stacks make %ld bytes",
				 STACKS, now - before);
	} while (now - before < STACKS * STACK);
}

/* Its owner, without a capability. */
static void make_node(mode_t mode, uid_t owner)
{
	struct stat st;

	unlink(NODE);
	CHECK_OK(stat(EVT_NODE, &st));
	umask(0);
	CHECK_OK(mknod(NODE, S_IFCHR | mode, st.st_rdev));
	CHECK_OK(chown(NODE, owner, owner));
}

static int polled_there(void)
{
	int fd = CHECK_OK(open(NODE, O_RDWR));

	munmap(map_consumer(fd), CONSUMER_PAGE);
	return poller(fd, 0);
}

CASE(poller_is_the_owners_to_ask_for)
{
	pid_t pid;

	make_node(0666, SOMEBODY);
	pid = CHECK_OK(fork());
	if (!pid) {
		become_user(SOMEBODY, 0);
		CHECK_OK(polled_there());
		_exit(0);
	}
	tap_reap(pid);
	become_user(SOMEBODY + 1, 0);
	CHECK_ERR(polled_there(), EPERM);
}

/* Root of a namespace, whose node it may well be. */
CASE(poller_is_not_for_an_owner_of_another_user_namespace)
{
	make_node(0666, SOMEBODY);
	/* Debian's kernels may ask for it. */
	become_user(SOMEBODY, 1ULL << CAP_SYS_ADMIN);
	if (access("/proc/self/ns/user", F_OK))
		SKIP("the kernel has no user namespaces");
	CHECK_OK(unshare(CLONE_NEWUSER));
	CHECK_ERR(polled_there(), EPERM);
}

/* A group with CPUs of its own asks whoever moves a thread of somebody else. */
CASE(poller_is_the_owners_in_a_cpuset_too)
{
	pid_t thread;

	group_make("owner");
	group_set("owner", "cpuset.cpus", "0");
	group_enter("owner");
	lose_capability(CAP_SYS_NICE);
	CHECK_OK(polled());
	CHECK_EQ(threads_of(getpid(), &thread), 1);
	CHECK(may_use(thread, "0"));
}
