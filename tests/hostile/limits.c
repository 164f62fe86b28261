// SPDX-License-Identifier: GPL-2.0
/* Users who run into the limits that are set for them. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "frame.h"

#define PAGE	CONSUMER_PAGE
#define NOBODY	65534
#define CGROUP	"/sys/fs/cgroup/hostile"

static void limit(int what, rlim_t to)
{
	struct rlimit l = { to, to };

	CHECK_OK(setrlimit(what, &l));
}

/* As many files as there may be, each mapped, and all of them go at once. */
HOSTILE(as_many_files_as_there_may_be)
{
	int fd[200], i, n = 0;

	limit(RLIMIT_NOFILE, 200);
	while (n < 200 && (fd[n] = open(EVT_NODE, O_RDWR)) >= 0) {
		store(&map_consumer(fd[n])->cons, n);
		n++;
	}
	CHECK_EQ(errno, EMFILE);
	CHECK_GE(n, 100);
	while (going())
		flow();
	for (i = 0; i < n; i++)
		close(fd[i]);
}

HOSTILE(no_address_space_left)
{
	pid_t pid = CHECK_OK(fork());
	struct rlimit l = { 1 << 20, 1 << 20 };

	if (!pid) {
		CHECK_OK(setrlimit(RLIMIT_AS, &l));
		CHECK(map_part(mine.rx, PROT_READ, PAGE, EVTMMAP_OFF_HEADER) ==
		      MAP_FAILED);
		CHECK_EQ(errno, ENOMEM);
		CHECK(map_part(mine.rx, PROT_READ | PROT_WRITE, PAGE,
			       EVTMMAP_OFF_CONSUMER) == MAP_FAILED);
		CHECK_OK(ioctl(mine.rx, EVTMMAP_IOC_RESYNC));
		_exit(0);
	}
	tap_reap(pid);
	consumer_seek(&ring);
	while (going())
		flow();
}

/* Who may lock nothing may still map it: these pages are not his to lock. */
HOSTILE(no_memory_may_be_locked)
{
	pid_t pid = CHECK_OK(fork());
	struct consumer c;

	if (!pid) {
		limit(RLIMIT_MEMLOCK, 0);
		CHECK_OK(setgid(NOBODY));
		CHECK_OK(setuid(NOBODY));
		c = consumer_open(mine.rx);
		CHECK(mlock(c.page, PAGE) < 0);
		CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
		_exit(0);
	}
	tap_reap(pid);
	while (going())
		flow();
}

static bool say(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return ok;
}

static long charged(void)
{
	char buf[32] = "";
	int fd = CHECK_OK(open(CGROUP "/memory.current", O_RDONLY));

	CHECK_OK(read(fd, buf, sizeof(buf) - 1));
	close(fd);
	return atol(buf);
}

static void enter_cgroup(void)
{
	if (access("/sys/fs/cgroup/cgroup.controllers", F_OK))
		SKIP("no cgroup2 is mounted");
	say("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	mkdir(CGROUP, 0755);
	if (access(CGROUP "/memory.high", F_OK))
		SKIP("no memory controller");
	CHECK(say(CGROUP "/cgroup.procs", "0"));
}

/* Header, slots and page of each file are its opener's. */
HOSTILE(memory_of_a_ring_is_its_users)
{
	long before;
	int i;

	enter_cgroup();
	before = charged();
	for (i = 0; i < 200; i++)
		map_consumer(evt_open(0));
	CHECK_GE(charged() - before, 200 * 3 * (long)PAGE);
	CHECK(say("/sys/fs/cgroup/cgroup.procs", "0"));
}

/* Throttled by its group, whatever it holds meanwhile. */
HOSTILE(no_memory_left_in_the_group)
{
	pid_t pid;
	int i;

	enter_cgroup();
	CHECK(say("/sys/fs/cgroup/cgroup.procs", "0"));
	pid = CHECK_OK(fork());
	if (!pid) {
		CHECK(say(CGROUP "/cgroup.procs", "0"));
		CHECK(say(CGROUP "/memory.high", "100000"));
		for (i = 0; ; i++) {
			if (i % 2)
				ioctl(mine.rx, EVTMMAP_IOC_RESYNC);
			else
				map_consumer(evt_open(0));
		}
	}
	while (going()) {
		bundle_fire_all(&mine);
		bundle_rearm_all(&mine);
	}
	kill(pid, SIGKILL);
	tap_reap_signal(pid, SIGKILL);
	say(CGROUP "/memory.high", "max");
}
