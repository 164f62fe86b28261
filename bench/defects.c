// SPDX-License-Identifier: GPL-2.0
/*
 * What the in-tree driver loses.  An innocent crowd of ports has an event
 * each; then one port of the same file misbehaves until a fixed ring would
 * overflow; then the crowd is read.  Whoever does not show up is lost, and
 * who cannot be woken again after RESET is dead.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define CROWD	32	/* with the one beside them, still a ring of 64 */

struct outcome {
	unsigned int efbig;	/* read() said EFBIG */
	unsigned int lost;	/* of the crowd's events */
	unsigned int stale;	/* entries of ports that are bound no more */
	unsigned int dead;	/* of the crowd, after RESET */
};

static struct stream s;

/* Upcalls may be on their way to other CPUs: give them time to arrive. */
static void settle(void)
{
	usleep(1000);
}

/* Writes a port that is queued still, so that it fires again; leaves it bound. */
static unsigned int unmask_before_drain(unsigned int sender, unsigned int tries)
{
	unsigned int port = evtchn_bind_interdomain(s.rx, sender), i;

	for (i = 0; i < tries; i++) {
		if (write(s.rx, &port, sizeof(port)) != sizeof(port))
			die("write");
		evtchn_notify(s.tx, sender);
		settle();
	}
	return port;
}

/* Bind, fire, unbind, never read: binding between domains fires by itself. */
static unsigned int unbind_unread(unsigned int sender, unsigned int tries)
{
	unsigned int i, port;

	for (i = 0; i < tries; i++) {
		port = evtchn_bind_interdomain(s.rx, sender);
		settle();
		if (evtchn_unbind(s.rx, port))
			die("UNBIND");
	}
	return 0;
}

static ssize_t read_port(uint32_t *port, int patience)
{
	ssize_t n = read(s.rx, port, sizeof(*port));

	if (n < 0 && errno == EAGAIN && patience) {
		s.way->wait(&s, patience);
		n = read(s.rx, port, sizeof(*port));
	}
	return n;
}

/*
 * Reads all there is, and waits for those that are missing; says which ports of
 * the crowd showed up.
 */
static unsigned int read_crowd(struct outcome *o, bool *seen, uint32_t bound)
{
	unsigned int came = 0;
	uint32_t port;
	ssize_t n;

	memset(seen, 0, CROWD * sizeof(*seen));
	while ((n = read_port(&port, came < CROWD ? 1000 : 0)) == sizeof(port)) {
		unsigned int i = port < 1 << 17 ? s.index[port] : 0;

		if (!i) {
			o->stale += port != bound;
		} else if (!seen[i - 1]) {
			seen[i - 1] = true;
			came++;
		}
	}
	if (n < 0 && errno == EFBIG)
		o->efbig = 1;
	else if (n >= 0 || errno != EAGAIN)
		die("read");
	return came;
}

static void rearm_seen(const bool *seen)
{
	unsigned int i;

	for (i = 0; i < CROWD; i++)
		if (seen[i] && write(s.rx, &s.port[i], 4) != 4)
			die("write");
}

/* A client rearms what it was given, and after EFBIG does what it can: RESET. */
static struct outcome run(unsigned int (*misbehave)(unsigned int, unsigned int),
			  unsigned int tries)
{
	struct outcome o = { 0 };
	unsigned int sender, bound, i;
	bool seen[CROWD];

	stream_open(&s, &way_batch, CROWD);
	sender = evtchn_bind_unbound(s.tx);
	for (i = 0; i < CROWD; i++)
		evtchn_notify(s.tx, s.peer[i]);
	settle();
	bound = misbehave(sender, tries);
	o.lost = CROWD - read_crowd(&o, seen, bound);
	rearm_seen(seen);
	if (o.efbig)
		evtchn_reset(s.rx);
	for (i = 0; i < CROWD; i++)
		evtchn_notify(s.tx, s.peer[i]);
	settle();
	o.dead = CROWD - read_crowd(&o, seen, bound);
	stream_close(&s);
	return o;
}

struct mistake {
	unsigned int (*misbehave)(unsigned int sender, unsigned int tries);
	unsigned int tries;
};

static void say(const struct benchmark *b, const char *metric, const char *unit,
		unsigned int value)
{
	struct result r = result_of(b, 0);

	r.metric = metric;
	r.unit = unit;
	sample_add(&r.sample, value);
	publish(&r);
}

static void run_mistake(const struct benchmark *b, unsigned int value)
{
	const struct mistake *m = b->data;
	struct outcome o = run(m->misbehave, m->tries);

	(void)value;
	say(b, "read_failed_efbig", "times", o.efbig);
	say(b, "events_lost_of_32", "events", o.lost);
	say(b, "ports_after_unbind", "ports", o.stale);
	say(b, "ports_dead_of_32", "ports", o.dead);
}

static const struct mistake unmask = { unmask_before_drain, 100 };
static const struct mistake unbind = { unbind_unread, 100 };
static const struct mistake stale = { unbind_unread, 20 };

const struct benchmark bench_defects[] = {
	{ .name = "defects/unmask", .needs = NEEDS_DRIVER, .run = run_mistake,
	  .text = "one port unmasked 100 times before it was read", .data = &unmask },
	{ .name = "defects/unbind", .needs = NEEDS_DRIVER, .run = run_mistake,
	  .text = "one port bound, fired and unbound 100 times, unread", .data = &unbind },
	{ .name = "defects/stale", .needs = NEEDS_DRIVER, .run = run_mistake,
	  .text = "the same only 20 times: nothing overflows", .data = &stale },
	{ 0 }
};
