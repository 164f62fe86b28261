// SPDX-License-Identifier: GPL-2.0
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "group.h"
#include "poller.h"

#define ROOT	"/sys/fs/cgroup"

static void path_of(char *path, size_t size, const char *name, const char *file)
{
	snprintf(path, size, ROOT "%s%s/%s", *name ? "/" : "", name, file);
}

void group_set(const char *name, const char *file, const char *value)
{
	char path[128];
	int fd;

	path_of(path, sizeof(path), name, file);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		tap_fail(__FILE__, __LINE__, "%s to %s: %s", value, path,
			 tap_errno(errno));
	close(fd);
}

void group_make(const char *name)
{
	char path[128];

	/* tests/vm/command.sh mounts it. */
	group_set("", "cgroup.subtree_control", "+cpuset +pids +memory");
	path_of(path, sizeof(path), name, "");
	rmdir(path);
	CHECK_OK(mkdir(path, 0755));
}

void group_enter(const char *name)
{
	group_set(name, "cgroup.procs", "0");
}

void group_remove(const char *name)
{
	char path[128];

	path_of(path, sizeof(path), name, "");
	CHECK_OK(rmdir(path));
}

bool group_has(const char *name, const char *file, const char *line)
{
	char path[128], found[256];

	path_of(path, sizeof(path), name, file);
	return proc_find(path, line, found, sizeof(found));
}

long group_get(const char *name, const char *file, const char *key)
{
	char path[128], line[256];

	path_of(path, sizeof(path), name, file);
	CHECK(proc_find(path, key, line, sizeof(line)));
	return atol(strstr(line, key) + strlen(key));
}

void group_becomes(const char *name, const char *file, const char *line)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (!group_has(name, file, line)) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "%s of %s never says %s",
				 file, name, line);
		usleep(10000);
	}
}

static void set_capabilities(uint64_t capabilities)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = {
		{ capabilities, capabilities, 0 },
		{ capabilities >> 32, capabilities >> 32, 0 },
	};

	CHECK_OK(syscall(SYS_capset, &head, data));
}

void become_user(uid_t uid, uint64_t capabilities)
{
	CHECK_OK(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0));
	CHECK_OK(setresuid(uid, uid, uid));
	set_capabilities(capabilities);
	/* Its own /proc is not root's. */
	CHECK_OK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

void lose_capability(int capability)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	CHECK_OK(syscall(SYS_capget, &head, data));
	set_capabilities(((uint64_t)data[1].permitted << 32 | data[0].permitted) &
			 ~(1ULL << capability));
}

void child_start(struct child *c, void (*run)(void *arg), void *arg)
{
	int go[2], done[2];
	char byte;

	CHECK_OK(pipe(go));
	CHECK_OK(pipe(done));
	c->pid = CHECK_OK(fork());
	if (!c->pid) {
		close(go[1]);
		run(arg);
		CHECK_EQ(write(done[1], "", 1), 1);
		/* Until the other end goes. */
		CHECK_EQ(read(go[0], &byte, 1), 0);
		_exit(0);
	}
	close(go[0]);
	close(done[1]);
	c->go = go[1];
	if (read(done[0], &byte, 1) != 1)
		tap_fail(__FILE__, __LINE__, "the child has failed");
	close(done[0]);
}

void child_end(struct child *c)
{
	close(c->go);
	tap_reap(c->pid);
}

bool may_use(pid_t thread, const char *cpus)
{
	char path[64], line[256], wanted[64];

	snprintf(path, sizeof(path), "/proc/%d/status", thread);
	snprintf(wanted, sizeof(wanted), "Cpus_allowed_list:\t%s\n", cpus);
	return proc_find(path, wanted, line, sizeof(line));
}

void comes_to_use(pid_t thread, const char *cpus)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (!may_use(thread, cpus)) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "the poller does not come to CPUs %s",
				 cpus);
		usleep(10000);
	}
}
