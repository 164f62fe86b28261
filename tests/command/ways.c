// SPDX-License-Identifier: GPL-2.0
/*
 * The same through every way: what an operation does, and what it says, does
 * not depend on how the driver is told.
 */
#include "tell.h"

#define NOBODYS		(EVT_NR_CHANNELS - 1)

static struct commander other;		/* another file, which keeps its ports */

/* The port that the operation is told of. */
enum target {
	ARMED,		/* quiet */
	MASKED,		/* its event was taken, and another has come */
	NOBODYS_PORT,
	OTHERS_PORT,	/* bound to another file, masked as above */
	UNBOUND_PORT,	/* it was bound here, and masked as above */
};

struct operation {
	uint32_t op;
	enum target target;
	int error;
	bool event;	/* then one of the port comes */
	bool sent;	/* and one of its other end */
};

static const struct operation
	rearm_of_an_armed_port = { .op = REARM, .target = ARMED },
	rearm_of_a_masked_port = { .op = REARM, .target = MASKED, .event = true },
	rearm_of_nobodys_port = { .op = REARM, .target = NOBODYS_PORT },
	rearm_of_anothers_port = { .op = REARM, .target = OTHERS_PORT },
	rearm_after_unbind = { .op = REARM, .target = UNBOUND_PORT },
	notify_of_an_armed_port = { .op = NOTIFY, .target = ARMED, .sent = true },
	notify_of_a_masked_port = { .op = NOTIFY, .target = MASKED, .sent = true },
	notify_of_nobodys_port = {
		.op = NOTIFY, .target = NOBODYS_PORT, .error = ENOTCONN },
	notify_of_anothers_port = {
		.op = NOTIFY, .target = OTHERS_PORT, .error = ENOTCONN },
	notify_after_unbind = {
		.op = NOTIFY, .target = UNBOUND_PORT, .error = ENOTCONN },
	rearm_and_notify = {
		.op = REARM | NOTIFY, .target = MASKED, .event = true, .sent = true },
	rearm_and_notify_after_unbind = {
		.op = REARM | NOTIFY, .target = UNBOUND_PORT, .error = ENOTCONN },
	spurious_rearm = {
		.op = REARM | SPURIOUS, .target = MASKED, .event = true },
	spurious_rearm_after_unbind = {
		.op = REARM | SPURIOUS, .target = UNBOUND_PORT };

/* Two events: one is taken, one has come behind it. */
static uint32_t masked(struct commander *k)
{
	bundle_fire(&k->s, 0);
	mapped_expect(&k->c, k->s.b[0]);
	bundle_fire(&k->s, 0);
	return k->s.b[0];
}

static uint32_t port_of(struct commander *k, enum target target)
{
	switch (target) {
	case ARMED:
		return k->s.b[0];
	case MASKED:
		return masked(k);
	case NOBODYS_PORT:
		return NOBODYS;
	case OTHERS_PORT:
		return masked(&other);
	default:
		masked(k);
		CHECK_OK(evt_unbind(k->fd, k->s.b[0]));
		return k->s.b[0];
	}
}

/* What it was to do has happened, in either order, and nothing else. */
static void effect(struct commander *k, const struct operation *o)
{
	bool event = false, sent = false;
	uint32_t port;
	int n;

	for (n = o->event + o->sent; n; n--) {
		port = mapped_take(&k->c);
		event |= port == k->s.b[0];
		sent |= port == k->s.a[0];
	}
	CHECK_EQ(event, o->event);
	CHECK_EQ(sent, o->sent);
	mapped_silent(&k->c);
	mapped_silent(&other.c);
}

static void same(const struct operation *o, const struct tell *w)
{
	struct commander k;

	commander_open(&k, 2);
	commander_open(&other, 1);
	w->open(&k);
	CHECK_EQ(w->tell(&k, o->op, port_of(&k, o->target)), o->error);
	effect(&k, o);
	/* And the way goes on working. */
	CHECK_EQ(w->tell(&k, NOTIFY, k.s.a[1]), 0);
	mapped_expect(&k.c, k.s.b[1]);
	CHECK_EQ(w->tell(&k, REARM, k.s.b[1]), 0);
	CHECK_EQ(w->tell(&k, NOTIFY, k.s.a[1]), 0);
	mapped_expect(&k.c, k.s.b[1]);
}

#define SAME_BY(operation, way)			\
CASE(operation##_##way)				\
{						\
	same(&operation, &way);			\
}

#define SAME(operation)				\
	SAME_BY(operation, by_write)		\
	SAME_BY(operation, by_ioctl)		\
	SAME_BY(operation, by_enter)		\
	SAME_BY(operation, by_poller)		\
	SAME_BY(operation, by_sleeping_poller)	\
	SAME_BY(operation, by_uring)

SAME(rearm_of_an_armed_port)
SAME(rearm_of_a_masked_port)
SAME(rearm_of_nobodys_port)
SAME(rearm_of_anothers_port)
SAME(rearm_after_unbind)
SAME(notify_of_an_armed_port)
SAME(notify_of_a_masked_port)
SAME(notify_of_nobodys_port)
SAME(notify_of_anothers_port)
SAME(notify_after_unbind)
SAME(rearm_and_notify)
SAME(rearm_and_notify_after_unbind)
SAME(spurious_rearm)
SAME(spurious_rearm_after_unbind)
