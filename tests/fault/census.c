// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "census.h"
#include "proc.h"
#include "tap.h"
#include "xencall.h"

#define ROUNDS 500	/* of 20 ms */

static int entries(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	int n = 0;

	CHECK(dir);
	while ((e = readdir(dir)))
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* Up to where no port is open any more; behind it all are closed. */
static void take_ports(uint8_t *state)
{
	static const uint8_t none[CENSUS_STEP];
	int i;

	memset(state, XEN_PORT_CLOSED, CENSUS_PORTS);
	for (i = 0; i < CENSUS_PORTS; i += CENSUS_STEP) {
		xen_port_states(state + i, i, CENSUS_STEP);
		if (!memcmp(state + i, none, CENSUS_STEP))
			return;
	}
	tap_fail(__FILE__, __LINE__, "more than %d ports", CENSUS_PORTS);
}

static int count_irqs(void)
{
	return entries("/sys/kernel/irq");
}

void census_take(struct census *c)
{
	take_ports(c->state);
	c->handlers = proc_count("/proc/interrupts", "evtchn:");
	c->irqs = count_irqs();
	c->fds = entries("/proc/self/fd");
	c->pollers = proc_pollers(getpid(), NULL, 0);
	c->maps = proc_count("/proc/self/maps", "/dev/xen/evtchn");
}

#define SAME(what)							\
	do {								\
		if (now.what != c->what)				\
			tap_fail(__FILE__, __LINE__,			\
				 "%s, fault %d: " #what " were %d, are %d", \
				 entry, n, c->what, now.what);		\
	} while (0)

void census_same(const struct census *c, const char *entry, int n)
{
	struct census now;
	int i;

	for (i = 0; i < ROUNDS && (count_irqs() > c->irqs ||
				   proc_pollers(getpid(), NULL, 0) > c->pollers); i++)
		usleep(20000);
	census_take(&now);
	for (i = 0; i < CENSUS_PORTS; i++)
		if (now.state[i] != c->state[i])
			tap_fail(__FILE__, __LINE__,
				 "%s, fault %d: state of port %d was %d, is %d",
				 entry, n, i, c->state[i], now.state[i]);
	SAME(handlers);
	if (now.irqs > c->irqs)
		tap_fail(__FILE__, __LINE__, "%s, fault %d: %d interrupts were there, now %d",
			 entry, n, c->irqs, now.irqs);
	SAME(fds);
	SAME(pollers);
	SAME(maps);
}
