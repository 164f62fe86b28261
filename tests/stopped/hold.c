// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "evtchn_abi.h"
#include "hold.h"
#include "proc.h"
#include "tap.h"
#include "way.h"

#define AWAIT_MS 5000

static pthread_t spinner;
static bool spinning;

static int point_fd = -1, held_fd;

static int knob(const char *name, int flags)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/sys/module/" EVT_MODULE "/parameters/%s",
		 name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		tap_fail(__FILE__, __LINE__, "%s: %s: is it a build with DEBUG=1?",
			 path, tap_errno(errno));
	return fd;
}

static void set(int fd, int value)
{
	CHECK_GE(dprintf(fd, "%d\n", value), 2);
}

static void set_once(const char *name, int value)
{
	int fd = knob(name, O_WRONLY);

	set(fd, value);
	close(fd);
}

void hold_run_on(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	CHECK_OK(sched_setaffinity(0, sizeof(cpus), &cpus));
}

void hold_run_elsewhere(void)
{
	cpu_set_t cpus;
	int i;

	CHECK_EQ(get_nprocs(), HOLD_CPU + 1);
	CPU_ZERO(&cpus);
	for (i = 0; i < HOLD_CPU; i++)
		CPU_SET(i, &cpus);
	CHECK_OK(sched_setaffinity(0, sizeof(cpus), &cpus));
}

/*
 * Files are opened while nobody is held: whoever changes something in sysfs may be
 * on the vCPU that stops, and keeps others from looking up a path there.
 */
void hold_arm(int point)
{
	if (point_fd < 0) {
		point_fd = knob("hold_point", O_WRONLY);
		held_fd = knob("held", O_RDONLY);
	}
	set_once("hold_ms", setting("EVT_HOLD_MS", 8000));
	set_once("hold_cpu", HOLD_CPU);
	set(point_fd, point);
}

void hold_release(void)
{
	set(point_fd, 0);
}

bool hold_is_at(int point)
{
	char text[16] = "";

	CHECK_GE(pread(held_fd, text, sizeof(text) - 1, 0), 1);
	return atoi(text) == point;
}

void hold_await(int point)
{
	int i;

	for (i = 0; i < AWAIT_MS; i++) {
		if (hold_is_at(point))
			return;
		usleep(1000);
	}
	proc_show_tasks(getpid());
	hold_release();
	tap_fail(__FILE__, __LINE__, "nobody came to point %c on vCPU %d", point,
		 HOLD_CPU);
}

static void *spin(void *arg)
{
	hold_run_on(HOLD_CPU);
	while (__atomic_load_n(&spinning, __ATOMIC_RELAXED))
		__builtin_ia32_pause();
	return arg;
}

void hold_spin_begin(void)
{
	spinning = true;
	CHECK_EQ(pthread_create(&spinner, NULL, spin, NULL), 0);
}

void hold_spin_end(void)
{
	__atomic_store_n(&spinning, false, __ATOMIC_RELAXED);
	CHECK_EQ(pthread_join(spinner, NULL), 0);
}
