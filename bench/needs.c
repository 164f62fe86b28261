// SPDX-License-Identifier: GPL-2.0
/* What a benchmark cannot do without, and whether it is here. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <evtmmap.h>

#include "guest.h"

static bool has_driver(void)
{
	return !access("/dev/xen/evtchn", R_OK | W_OK);
}

static bool has_ring(void)
{
	struct evtmmap *h;
	bool mapped;

	if (!has_driver() || evtmmap_open(&h, NULL) < 0)
		return false;
	mapped = evtmmap_is_mapped(h);
	evtmmap_close(h);
	return mapped;
}

static bool has_one_cpu(void)
{
	return environment.vcpus == 1;
}

static bool has_cpus(void)
{
	return environment.vcpus > 1;
}

static bool has_lib(void)
{
	return true;
}

static bool has_floor(void)
{
	return !access("/run/floor", R_OK);
}

static bool has_hold(void)
{
	return !access("/sys/module/xen_evtchn/parameters/hold_point", W_OK);
}

/* Its socket tells: a request over xenbus would wait for it for ever. */
static bool has_store(void)
{
	struct store s;

	if (!store_open(&s, STORE_SOCKET))
		return false;
	store_close(&s);
	return true;
}

static bool has_guest(void)
{
	return opt_guest && has_store() && guest_here();
}

static bool has_guest_ring(void)
{
	return has_guest() && guest_has_ring();
}

static bool has_config(void)
{
	return opt_config && !access(opt_config, R_OK);
}

static bool has_multishot(void)
{
	return has_driver() && uring_multishot_here();
}

static const struct need {
	unsigned int bit;
	const char *text;
	bool (*here)(void);
} needs_known[] = {
	{ NEEDS_DRIVER, "the driver", has_driver },
	{ NEEDS_RING, "a mapped ring", has_ring },
	{ NEEDS_ONE_CPU, "one CPU", has_one_cpu },
	{ NEEDS_CPUS, "two CPUs", has_cpus },
	{ NEEDS_LIB, "libxenevtchn", has_lib },
	{ NEEDS_FLOOR, "the floor module's figures", has_floor },
	{ NEEDS_HOLD, "a driver built with DEBUG=1", has_hold },
	{ NEEDS_STORE, "xenstored", has_store },
	{ NEEDS_GUEST, "a guest that serves (-g)", has_guest },
	{ NEEDS_GUEST_RING, "a mapped ring in it", has_guest_ring },
	{ NEEDS_CONFIG, "a guest's configuration (-c)", has_config },
	{ NEEDS_URING, "io_uring", uring_here },
	{ NEEDS_MULTISHOT, "io_uring's multishot read of this device", has_multishot },
	{ NEEDS_BPF, "BPF's ring buffer", bpf_here },
};

#define NNEEDS (sizeof(needs_known) / sizeof(needs_known[0]))

unsigned int needs_missing(unsigned int needs)
{
	unsigned int i;

	for (i = 0; i < NNEEDS; i++)
		if (needs & needs_known[i].bit && needs_known[i].here())
			needs &= ~needs_known[i].bit;
	return needs;
}

void needs_text(unsigned int needs, char *buf, unsigned int size)
{
	unsigned int i, used = 0;

	buf[0] = 0;
	for (i = 0; i < NNEEDS; i++)
		if (needs & needs_known[i].bit && used < size)
			used += snprintf(buf + used, size - used, "%s%s",
					 used ? ", " : "", needs_known[i].text);
}
