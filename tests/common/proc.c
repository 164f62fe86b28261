// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "proc.h"
#include "tap.h"

#define WAIT_ROUNDS 5000	/* of a millisecond */

static bool slurp(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return false;
	n = fread(buf, 1, size - 1, f);
	buf[n] = '\0';
	fclose(f);
	return true;
}

/* "running" while it runs; otherwise the number comes first. */
static bool sleeps_in(pid_t tid, long nr)
{
	char path[64], buf[256], *end;

	snprintf(path, sizeof(path), "/proc/%d/syscall", tid);
	if (!slurp(path, buf, sizeof(buf)))
		return false;
	return strtol(buf, &end, 10) == nr && end != buf;
}

void proc_wait_syscall(pid_t tid, long nr)
{
	int i;

	for (i = 0; i < WAIT_ROUNDS; i++) {
		if (sleeps_in(tid, nr))
			return;
		usleep(1000);
	}
	tap_fail(__FILE__, __LINE__, "task %d never slept in system call %ld",
		 tid, nr);
}

static void show_file(pid_t pid, const char *tid, const char *what)
{
	char path[320], buf[1024], *line, *next;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/%s", pid, tid, what);
	if (!slurp(path, buf, sizeof(buf)))
		return;
	for (line = strtok_r(buf, "\n", &next); line;
	     line = strtok_r(NULL, "\n", &next))
		tap_note("  %s %s: %s", tid, what, line);
}

void proc_show_tasks(pid_t pid)
{
	struct dirent *e;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return;
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		show_file(pid, e->d_name, "syscall");
		show_file(pid, e->d_name, "stack");
	}
	closedir(dir);
}

bool proc_find(const char *file, const char *text, char *line, size_t size)
{
	FILE *f = fopen(file, "r");
	bool found = false;

	CHECK(f);
	while (!found && fgets(line, size, f))
		found = strstr(line, text);
	fclose(f);
	return found;
}

int proc_count(const char *file, const char *text)
{
	FILE *f = fopen(file, "r");
	char line[1024];
	int n = 0;

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		n += !!strstr(line, text);
	fclose(f);
	return n;
}

int proc_named(const char *prefix, pid_t *pids, int max)
{
	char path[300], comm[64];
	struct dirent *e;
	DIR *dir = opendir("/proc");
	int n = 0;

	CHECK(dir);
	while ((e = readdir(dir))) {
		/* Looking at all takes a third of a second on a kasan kernel. */
		if (atoi(e->d_name) <= getpid())
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", e->d_name);
		if (!slurp(path, comm, sizeof(comm)) ||
		    strncmp(comm, prefix, strlen(prefix)))
			continue;
		if (n < max)
			pids[n] = atoi(e->d_name);
		n++;
	}
	closedir(dir);
	return n;
}

static bool is_called(const char *path, const char *name)
{
	char comm[64];

	return slurp(path, comm, sizeof(comm)) && !strcmp(comm, name);
}

int proc_pollers(pid_t pid, pid_t *tids, int max)
{
	char path[300], name[32];
	struct dirent *e;
	DIR *dir;
	int n;

	snprintf(name, sizeof(name), "evtchn-poll/%d\n", pid);
	n = proc_named(name, tids, max);
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	/* Where it has ended, they have. */
	while (dir && (e = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%s/comm", pid, e->d_name);
		if (!is_called(path, "evtchn-poll\n"))
			continue;
		if (n < max)
			tids[n] = atoi(e->d_name);
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

void proc_set_name(const char *name)
{
	CHECK_OK(prctl(PR_SET_NAME, name, 0, 0, 0));
}

static void irq_to_cpu0(int irq)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity_list", irq);
	f = fopen(path, "w");
	CHECK(f);
	CHECK(fputs("0\n", f) >= 0);
	CHECK(!fclose(f));
}

void proc_pin_events(void)
{
	char comm[16], name[32], line[1024];
	cpu_set_t set;
	FILE *f;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	CHECK_OK(sched_setaffinity(0, sizeof(set), &set));
	CHECK_OK(prctl(PR_GET_NAME, comm, 0, 0, 0));
	snprintf(name, sizeof(name), "evtchn:%s\n", comm);
	f = fopen("/proc/interrupts", "r");
	CHECK(f);
	while (fgets(line, sizeof(line), f))
		if (strstr(line, name))
			irq_to_cpu0(atoi(line));
	fclose(f);
}
