// SPDX-License-Identifier: GPL-2.0
/* libevtmmap: ports come and go, and what is remembered of them. */
#include "lib.h"
#include "xencall.h"

CASE(lib_bind_says_what_is_wrong)
{
	struct evtmmap *h = lib_open();
	int port = evtmmap_bind_virq(h, EVT_VIRQ_TBUF);

	CHECK_GE(port, 1);
	CHECK_EQ(evtmmap_bind_virq(h, EVT_VIRQ_TBUF), -EEXIST);
	CHECK_EQ(evtmmap_bind_virq(h, EVT_NR_VIRQS), -EINVAL);
	CHECK_EQ(evtmmap_bind_interdomain(h, 0x7000, 1), -ESRCH);
	CHECK_EQ(evtmmap_bind_interdomain(h, 0, EVTMMAP_PORT_LIMIT - 1), -EINVAL);
	CHECK_EQ(evtmmap_unbind(h, port), 0);
	CHECK_EQ(evtmmap_unbind(h, port), -ENOTCONN);
	CHECK_EQ(evtmmap_unbind(h, EVTMMAP_PORT_LIMIT), -EINVAL);
	CHECK_EQ(evtmmap_bind_virq(h, EVT_VIRQ_TBUF), port);
}

/* A static port and one that is connected to it. */
static struct lib_pair bind_static(struct evtmmap *h, uint32_t port)
{
	struct lib_pair p = { .b = port };
	int ret = evtmmap_bind_static(h, port);

	if (ret == -ENOSYS)
		SKIP("this driver has no BIND_STATIC");
	CHECK_EQ(ret, port);
	CHECK_EQ(evtmmap_bind_static(h, port), -EISCONN);
	p.a = evtmmap_bind_interdomain(h, 0, port);
	CHECK_GE(p.a, 1);
	lib_expect(h, p.a);
	return p;
}

CASE(lib_bind_static_takes_an_open_port)
{
	struct evtmmap *h = lib_open();
	uint32_t port = xen_alloc_unbound(0);
	struct lib_pair p = bind_static(h, port);

	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, port);
	CHECK_EQ(evtmmap_rearm(h, port), 0);
	evtmmap_close(h);
	CHECK_NE(xen_port_state(port), XEN_PORT_CLOSED);
	xen_close_port(port);
}

CASE_LIMIT(lib_bind_static_again_is_armed, 30)
{
	struct evtmmap *h = lib_open();
	uint32_t port = xen_alloc_unbound(0);
	int i;

	for (i = 0; i < 3; i++) {
		struct lib_pair p = bind_static(h, port);

		CHECK_EQ(evtmmap_notify(h, p.a), 0);
		lib_expect(h, port);
		/* Given up while it is masked. */
		CHECK_EQ(evtmmap_unbind(h, port), 0);
		CHECK_EQ(evtmmap_unbind(h, p.a), 0);
	}
	evtmmap_close(h);
	xen_close_port(port);
}

CASE(lib_virq_fires)
{
	struct evtmmap *h = lib_open();
	int port = evtmmap_bind_virq(h, EVT_VIRQ_CON_RING);

	if (port == -EEXIST)
		SKIP("somebody has VIRQ_CON_RING");
	CHECK_GE(port, 1);
	xen_print_something();
	lib_expect(h, port);
}

CASE(lib_restrict_works_once)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);

	CHECK_EQ(evtmmap_restrict(h, 0), -EINVAL);
	CHECK_EQ(evtmmap_restrict(h, 0x7ff0), -EINVAL);
	CHECK_EQ(evtmmap_restrict(h, 0x10001), -EINVAL);
	CHECK_EQ(evtmmap_restrict(h, 1), 0);
	CHECK_EQ(evtmmap_restrict(h, 1), -EACCES);
	CHECK_EQ(evtmmap_bind_virq(h, EVT_VIRQ_TBUF), -EACCES);
	CHECK_EQ(evtmmap_bind_unbound(h, 0), -EACCES);
	CHECK_EQ(evtmmap_bind_interdomain(h, 0, p.a), -EACCES);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
}

CASE(lib_user_pointer_comes_with_the_event)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p[5];
	int i;

	for (i = 0; i < 5; i++) {
		p[i] = lib_bind(h);
		CHECK(!evtmmap_user(h, p[i].b));
		CHECK_EQ(evtmmap_set_user(h, p[i].b, &p[i]), 0);
	}
	for (i = 0; i < 5; i++) {
		const struct lib_pair *user = evtmmap_user(h, lib_take(h));

		CHECK(user == &p[i]);
	}
	CHECK_EQ(evtmmap_set_user(h, p[0].b, NULL), 0);
	CHECK(!evtmmap_user(h, p[0].b));
	CHECK_EQ(evtmmap_unbind(h, p[1].b), 0);
	CHECK(!evtmmap_user(h, p[1].b));
	CHECK_EQ(evtmmap_set_user(h, p[1].b, h), -ENOTCONN);
	CHECK_EQ(evtmmap_set_user(h, EVTMMAP_PORT_LIMIT, h), -EINVAL);
	CHECK(!evtmmap_user(h, EVTMMAP_PORT_LIMIT));
	CHECK(!evtmmap_user(h, 0xffffffff));
	CHECK(evtmmap_user(h, p[2].b) == &p[2]);
}

/* A port that is not bound, and one of another handle. */
CASE(lib_user_pointer_needs_a_port_of_ours)
{
	struct evtmmap *h = lib_open(), *other = lib_open();
	struct lib_pair p = lib_bind_quietly(h), q = lib_bind_quietly(other);
	int port;

	CHECK_EQ(evtmmap_set_user(h, q.b, h), -ENOTCONN);
	CHECK_EQ(evtmmap_set_user(h, EVTMMAP_PORT_LIMIT - 1, h), -ENOTCONN);
	CHECK_EQ(evtmmap_set_user(h, 0, h), -ENOTCONN);
	CHECK(!evtmmap_user(h, q.b));
	/* What did not fail of it would be an event now. */
	CHECK_EQ(evtmmap_resync(h), 0);
	while ((port = evtmmap_next(h)) > 0)
		CHECK(port == p.a || port == p.b);
	CHECK_EQ(port, 0);
	CHECK_EQ(evtmmap_set_user(h, p.b, h), 0);
	/* A failure says nothing about a port that is bound. */
	CHECK_EQ(evtmmap_unbind(h, q.b), -ENOTCONN);
	CHECK_EQ(evtmmap_unbind(h, EVTMMAP_PORT_LIMIT), -EINVAL);
	CHECK(evtmmap_user(h, p.b) == h);
}

/* There the caller says what is bound, until the handle knows better. */
CASE(lib_user_pointer_of_an_adopted_port)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);

	h = lib_adopt(evtmmap_detach(h));
	CHECK_EQ(evtmmap_set_user(h, p.b, h), 0);
	CHECK(evtmmap_user(h, p.b) == h);
	CHECK_EQ(evtmmap_unbind(h, p.b), 0);
	CHECK_EQ(evtmmap_set_user(h, p.b, h), -ENOTCONN);
	CHECK_EQ(evtmmap_unbind(h, p.b), -ENOTCONN);
	CHECK_EQ(evtmmap_set_user(h, p.b, h), -ENOTCONN);
}

/* Drivers keep 16 bits: each of these would be domain 0, or 1. */
CASE(lib_domain_beyond_16_bits_is_einval)
{
	static const unsigned int domains[] = {
		0x10000, 0x10001, 0x20000, 0x80000000, 0xffff0000,
	};
	struct evtmmap *h = lib_open();
	int offered = evtmmap_bind_unbound(h, 0);
	unsigned int i;

	CHECK_GE(offered, 1);
	for (i = 0; i < sizeof(domains) / sizeof(*domains); i++) {
		CHECK_EQ(evtmmap_bind_unbound(h, domains[i]), -EINVAL);
		CHECK_EQ(evtmmap_bind_interdomain(h, domains[i], offered), -EINVAL);
		CHECK_EQ(evtmmap_restrict(h, domains[i]), -EINVAL);
	}
	CHECK_GE(evtmmap_bind_interdomain(h, 0, offered), 1);
	CHECK_EQ(evtmmap_restrict(h, 1), 0);
}

CASE_LIMIT(lib_unbind_leaves_nothing_readable, 30)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open();
	struct lib_pair p, q;
	int i;

	q = lib_bind(h);
	lib_expect(h, q.b);
	for (i = 0; i < 40; i++) {
		p = lib_bind(h);
		CHECK_EQ(evtmmap_wait(h, LONG_TIME), 1);
		if (i & 1)
			CHECK_EQ(evtmmap_peek(h, &ev), 1);
		CHECK_EQ(evtmmap_unbind(h, p.b), 0);
		CHECK_EQ(evtmmap_next(h), 0);
		CHECK_EQ(evtmmap_unbind(h, p.a), 0);
	}
	lib_silent(h);
	CHECK_EQ(evtmmap_overrun(h), 0);
	CHECK_EQ(evtmmap_notify(h, q.a), 0);
	CHECK_EQ(evtmmap_rearm(h, q.b), 0);
	lib_expect(h, q.b);
}
