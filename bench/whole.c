// SPDX-License-Identifier: GPL-2.0
/*
 * The same stream of events through every way: sent, delivered, taken and
 * rearmed, sequence-checked.
 */
#include <stdio.h>

#include "bench.h"

#define RUNS	9
#define BATCH	64

struct cost {
	double take;		/* take and rearm, per event */
	double whole;		/* with NOTIFY and delivery */
};

static struct cost measure(struct stream *s, unsigned int batch)
{
	uint64_t take[RUNS], whole[RUNS], start, sent;
	struct cost c;
	unsigned int r;

	for (r = 0; r < RUNS; r++) {
		start = now();
		stream_send(s, 0, s->n);
		sent = now();
		stream_drain(s, s->n, batch);
		take[r] = now() - sent;
		whole[r] = sent - start + take[r];
	}
	c.take = per_event(take, RUNS, s->n);
	c.whole = per_event(whole, RUNS, s->n);
	return c;
}

static void say(const struct way *w, const char *what, double value,
		const char *text)
{
	char key[32];

	snprintf(key, sizeof(key), "%s_%s", w->key, what);
	figure(key, value, "%s", text);
}

static void one_way(const struct way *w, unsigned int n)
{
	static struct stream s;
	struct cost c = { NA, NA };
	bool has = stream_open(&s, w, n);

	title(w->title);
	if (has)
		c = measure(&s, BATCH);
	say(w, "event", c.take, "take + rearm, per event");
	say(w, "whole", c.whole, "NOTIFY + delivery + take + rearm, per event");
	say(w, "sent", has ? s.total_sent : NA, "events sent");
	say(w, "received", has ? s.total_got : NA, "received");
	say(w, "lost", has ? stream_lost(&s) : NA, "lost");
	say(w, "duplicated", has ? s.duplicated + s.foreign : NA, "duplicated");
	if (has)
		stream_close(&s);
}

void bench_ways(void)
{
	one_way(&way_lib, opt_ports);
	one_way(&way_raw, opt_ports);
	one_way(&way_batch, opt_ports);
	one_way(&way_mapped, opt_ports);
}
