// SPDX-License-Identifier: GPL-2.0
/*
 * xenstored's requests, one after the other, as any client makes them. Over
 * xenbus each costs events of xenstored's port, from dom0's kernel or from a
 * guest's; its socket has no part in them, and is there to compare with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xenstore.h>

#include "guest.h"

#define REQUESTS	50
#define XENBUS		"/dev/xen/xenbus"

bool storm_open(struct storm *s, const char *what, const char *node)
{
	s->watched = !strcmp(what, "watch");
	s->read = !strcmp(what, "read");
	s->node = node;
	s->xs = xs_open(0);
	if (!s->xs || !xs_write(s->xs, XBT_NULL, node, "0", 1))
		return false;
	if (!s->watched)
		return s->read || !strcmp(what, "write");
	/* It fires once by itself. */
	if (!xs_watch(s->xs, node, "storm"))
		return false;
	store_wait(s->xs, 10);
	return true;
}

void storm_close(struct storm *s)
{
	xs_rm(s->xs, XBT_NULL, s->node);
	xs_close(s->xs);
}

static void told_of_it(struct storm *s)
{
	unsigned int n;
	char **watch = xs_read_watch(s->xs, &n);

	if (!watch || strcmp(watch[XS_WATCH_TOKEN], "storm"))
		die("watch of %s", s->node);
	free(watch);
}

static void read_it(struct storm *s)
{
	unsigned int len;
	char *text = xs_read(s->xs, XBT_NULL, s->node, &len);

	if (!text || strcmp(text, "0"))
		die("reading %s", s->node);
	free(text);
}

static void write_it(struct storm *s, unsigned int i)
{
	char text[16];
	unsigned int n = snprintf(text, sizeof(text), "%u", i);

	if (!xs_write(s->xs, XBT_NULL, s->node, text, n))
		die("writing %s", s->node);
	if (s->watched)
		told_of_it(s);
}

void storm_blow(struct storm *s, unsigned int requests)
{
	unsigned int i;

	for (i = 0; i < requests; i++) {
		if (s->read)
			read_it(s);
		else
			write_it(s, i);
	}
}

static void some_requests(void *arg)
{
	storm_blow(arg, REQUESTS);
}

/* Time in which all sleep counts no instructions. */
static void publish_requests(struct result *r, bool sleeps)
{
	unsigned int i;

	if (environment.icount == 1 && !sleeps) {
		r->metric = "instructions_per_request";
		r->unit = "instructions";
	} else {
		for (i = 0; i < r->sample.n; i++)
			r->sample.value[i] = 1e9 / r->sample.value[i];
		r->metric = "requests_per_second";
		r->unit = "1/s";
		r->higher = true;
	}
	publish(r);
}

static void measure_storm(const struct benchmark *b, unsigned int value, const char *what)
{
	static const struct steps steps = { .timed = some_requests };
	struct result r = result_of(b, value);
	struct storm s;

	if (!storm_open(&s, what, "/tool/evtbench"))
		die("no requests to xenstored");
	measure(&r, &steps, &s, REQUESTS);
	storm_close(&s);
	publish_requests(&r, false);
}

/* The library takes the socket, unless it is told of something else. */
static void run_xenbus(const struct benchmark *b, unsigned int value)
{
	setenv("XENSTORED_PATH", XENBUS, 1);
	measure_storm(b, value, b->data);
	unsetenv("XENSTORED_PATH");
}

static void run_socket(const struct benchmark *b, unsigned int value)
{
	measure_storm(b, value, b->data);
}

#define SAMPLES	11

/* The guest says how many nanoseconds it took. */
static void run_from_guest(const struct benchmark *b, unsigned int value)
{
	struct result r = result_of(b, value);
	unsigned int i;
	double ns;

	guest_ask("store %s %u", (const char *)b->data, REQUESTS);
	for (i = 0; i < SAMPLES; i++) {
		ns = strtod(guest_ask("store %s %u", (const char *)b->data, REQUESTS), NULL);
		sample_add(&r.sample, ns / REQUESTS);
	}
	r.counts.events = REQUESTS * SAMPLES;
	r.subject = guest_subject();
	/* xenstored lets no guest write as fast as it could. */
	publish_requests(&r, strcmp(b->data, "read"));
}

const struct benchmark bench_store[] = {
	{ .name = "store/read", .text = "reads from xenstored over dom0's xenbus",
	  .needs = NEEDS_STORE, .run = run_xenbus, .data = "read" },
	{ .name = "store/write", .text = "... writes",
	  .needs = NEEDS_STORE, .run = run_xenbus, .data = "write" },
	{ .name = "store/watch", .text = "... each with the watch that it fires",
	  .needs = NEEDS_STORE, .run = run_xenbus, .data = "watch" },
	{ .name = "store/socket", .text = "... writes over its socket, without event channels",
	  .needs = NEEDS_STORE, .run = run_socket, .data = "write" },
	{ .name = "guest-store/read", .text = "reads from xenstored by a guest",
	  .needs = NEEDS_GUEST, .run = run_from_guest, .data = "read" },
	{ .name = "guest-store/write", .text = "... writes, which xenstored rations",
	  .needs = NEEDS_GUEST, .run = run_from_guest, .data = "write" },
	{ .name = "guest-store/watch", .text = "... each with the watch that it fires",
	  .needs = NEEDS_GUEST, .run = run_from_guest, .data = "watch" },
	{ 0 }
};
