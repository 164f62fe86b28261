// SPDX-License-Identifier: GPL-2.0
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "evtchn_abi.h"
#include "hold.h"
#include "tap.h"
#include "way.h"

#define AWAIT_MS 5000

static pthread_t spinner;
static bool spinning;

static FILE *knob(const char *name, const char *mode)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/module/" EVT_MODULE "/parameters/%s",
		 name);
	f = fopen(path, mode);
	if (!f)
		tap_fail(__FILE__, __LINE__, "%s: %s: is it a build with DEBUG=1?",
			 path, tap_errno(errno));
	return f;
}

static void set(const char *name, int value)
{
	FILE *f = knob(name, "w");

	CHECK(fprintf(f, "%d\n", value) > 0);
	CHECK(!fclose(f));
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

void hold_arm(int point)
{
	set("hold_ms", setting("EVT_HOLD_MS", 8000));
	set("hold_cpu", HOLD_CPU);
	set("hold_point", point);
}

void hold_release(void)
{
	set("hold_point", 0);
}

bool hold_is_at(int point)
{
	FILE *f = knob("held", "r");
	int now;

	CHECK_EQ(fscanf(f, "%d", &now), 1);
	fclose(f);
	return now == point;
}

void hold_await(int point)
{
	int i;

	for (i = 0; i < AWAIT_MS; i++) {
		if (hold_is_at(point))
			return;
		usleep(1000);
	}
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
