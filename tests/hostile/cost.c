// SPDX-License-Identifier: GPL-2.0
/* What a file's size costs whoever unbinds its ports. */
#include <time.h>

#include "frame.h"
#include "way.h"

#define PORTS	2048		/* or EVT_PORTS of the environment */
#define MOST_PORTS	16384
#define MOST	1.5	/* times what a classic file's cost */

static double cpu_time(void)
{
	struct timespec t;

	CHECK_OK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t));
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Each has an entry that nobody has taken, in a ring that has grown for them. */
static double unbind_all(bool is_mapped)
{
	static struct loop l[MOST_PORTS];
	int rx = evt_open(O_NONBLOCK), tx = evt_open(O_NONBLOCK), i;
	/* A kernel that is so slow is there for what it watches. */
	int n = setting("EVT_PORTS", tap_factor < 10 ? PORTS : PORTS / 8);
	double t;

	CHECK_LE(n, MOST_PORTS);
	if (is_mapped) {
		map_header(rx);
		map_consumer(rx);
	}
	for (i = 0; i < n; i++)
		l[i] = loop_bind(tx, rx);
	t = cpu_time();
	for (i = 0; i < n; i++)
		CHECK_OK(evt_unbind(rx, l[i].b));
	t = cpu_time() - t;
	close(tx);
	close(rx);
	tap_note("%s: %d unbinds took %.0f ms", is_mapped ? "mapped" : "classic", n,
		 t * 1e3);
	return t;
}

CASE_LIMIT(unbinding_a_large_mapped_file_costs_as_a_classic_one, 600)
{
	double classic = unbind_all(false), mapped = unbind_all(true);

	if (mapped > MOST * tap_factor * classic)
		tap_fail(__FILE__, __LINE__, "%.1f times as much", mapped / classic);
}
