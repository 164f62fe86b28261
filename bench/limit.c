// SPDX-License-Identifier: GPL-2.0
/* How many ports one file can have here, and what they take of memory. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <xen/xen.h>	/* the next one lacks domid_t */
#include <xen/sys/evtchn.h>

#include "bench.h"

static unsigned long free_kb(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	unsigned long kb = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %lu kB", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}

static void one(const struct benchmark *b, const char *metric, const char *unit,
		bool higher, double value)
{
	struct result r = result_of(b, 0);

	r.metric = metric;
	r.unit = unit;
	r.higher = higher;
	sample_add(&r.sample, value);
	publish(&r);
}

/* Until it is refused, or for the seconds of -t: Xen looks through all there are. */
static void run_limit(const struct benchmark *b, unsigned int value)
{
	struct ioctl_evtchn_bind_unbound_port bind = { .remote_domain = 0 };
	uint64_t end = now() + opt_seconds * 1000000000ULL;
	unsigned long before = free_kb(), after;
	int fd = evtchn_open(0), why = 0;
	unsigned int n = 0;

	(void)value;
	while (!why && now() < end) {
		if (ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &bind) < 0)
			why = errno;
		else
			n++;
	}
	after = free_kb();
	close(fd);
	if (!n)
		die("not one port");
	fprintf(stderr, "evtbench: after %u ports: %s\n", n,
		why ? strerror(why) : "the time was over (-t)");
	one(b, why ? "ports_until_refused" : "ports_in_time", "ports", true, n);
	one(b, "memory_per_port", "kB", false,
	    before > after ? (double)(before - after) / n : 0);
}

const struct benchmark bench_limit[] = {
	{ .name = "limit/ports", .text = "ports bound to one file until that is refused",
	  .needs = NEEDS_DRIVER, .on_request = true, .run = run_limit },
	{ 0 }
};
