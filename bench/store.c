// SPDX-License-Identifier: GPL-2.0
/*
 * xenstored's requests, one after the other, as any client makes them. Over
 * xenbus each costs events of xenstored's port, from dom0's kernel or from a
 * guest's; its socket has no part in them, and is there to compare with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define REQUESTS	50

bool storm_open(struct storm *s, const char *path, const char *what, const char *node)
{
	s->watched = !strcmp(what, "watch");
	s->read = !strcmp(what, "read");
	s->node = node;
	if (!store_open(&s->store, path) || !store_write(&s->store, node, "0"))
		return false;
	if (!s->watched)
		return s->read || !strcmp(what, "write");
	return store_watch(&s->store, node) && store_wait(&s->store, 10);
}

void storm_close(struct storm *s)
{
	store_remove(&s->store, s->node);
	store_close(&s->store);
}

static void read_it(struct storm *s)
{
	char *text = store_read(&s->store, s->node);

	if (!text || strcmp(text, "0"))
		die("reading %s", s->node);
	free(text);
}

static void write_it(struct storm *s, unsigned int i)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", i);
	if (!store_write(&s->store, s->node, text))
		die("writing %s", s->node);
	if (s->watched && !store_wait(&s->store, 60))
		die("watch of %s", s->node);
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

static void publish_requests(struct result *r)
{
	unsigned int i;

	if (environment.icount == 1) {
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

static void measure_storm(const struct benchmark *b, unsigned int value, const char *path)
{
	static const struct steps steps = { .timed = some_requests };
	struct result r = result_of(b, value);
	struct storm s;

	if (!storm_open(&s, path, b->data, "/tool/evtbench"))
		die("no requests to xenstored");
	measure(&r, &steps, &s, REQUESTS);
	storm_close(&s);
	publish_requests(&r);
}

static void run_xenbus(const struct benchmark *b, unsigned int value)
{
	measure_storm(b, value, STORE_XENBUS);
}

static void run_socket(const struct benchmark *b, unsigned int value)
{
	measure_storm(b, value, STORE_SOCKET);
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
	publish_requests(&r);
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
	{ .name = "guest-store/write", .text = "... writes",
	  .needs = NEEDS_GUEST, .run = run_from_guest, .data = "write" },
	{ .name = "guest-store/watch", .text = "... each with the watch that it fires",
	  .needs = NEEDS_GUEST, .run = run_from_guest, .data = "watch" },
	{ 0 }
};
