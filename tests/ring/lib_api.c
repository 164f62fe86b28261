// SPDX-License-Identifier: GPL-2.0
/* libevtmmap: open, peek, release, rearm, notify: right and wrong. */
#include <fcntl.h>
#include <string.h>

#include "lib.h"

CASE(lib_open_maps_what_can_be_mapped)
{
	struct evtmmap *h = lib_open();

	OBSERVE("mapped", "%d", evtmmap_is_mapped(h));
	CHECK_OK(fcntl(evtmmap_fd(h), F_GETFD));
	CHECK(fcntl(evtmmap_fd(h), F_GETFD) & FD_CLOEXEC);
	if (lib_flags() & EVTMMAP_OPT_NO_MMAP)
		CHECK_EQ(evtmmap_is_mapped(h), 0);
	evtmmap_close(h);
	evtmmap_close(NULL);
}

CASE(lib_open_says_what_is_wrong)
{
	struct evtmmap_options o = { .size = sizeof(o), .path = "/dev/none" };
	struct evtmmap *h = (void *)&o;

	CHECK_EQ(evtmmap_open(&h, &o), -ENOENT);
	o.path = NULL;
	o.flags = EVTMMAP_OPT_ADOPT_FD;
	o.fd = -1;
	CHECK_EQ(evtmmap_open(&h, &o), -EBADF);
	o.flags = 1U << 20;
	CHECK_EQ(evtmmap_open(&h, &o), -EINVAL);
	o.size = 1;
	CHECK_EQ(evtmmap_open(&h, &o), -EINVAL);
	CHECK_EQ(evtmmap_open(NULL, NULL), -EINVAL);
	CHECK(h == (void *)&o);
}

CASE(lib_open_and_close_leak_no_descriptor)
{
	int fd = evtmmap_fd(lib_open());
	int i;

	for (i = 0; i < 50; i++) {
		struct evtmmap *h = lib_open();

		CHECK_EQ(evtmmap_fd(h), fd + 1);
		lib_bind(h);
		evtmmap_close(h);
	}
}

CASE(lib_no_handle_is_einval)
{
	uint32_t port = 1;

	CHECK_EQ(evtmmap_fd(NULL), -EINVAL);
	CHECK_EQ(evtmmap_is_mapped(NULL), -EINVAL);
	CHECK_EQ(evtmmap_bind_virq(NULL, 0), -EINVAL);
	CHECK_EQ(evtmmap_bind_interdomain(NULL, 0, 1), -EINVAL);
	CHECK_EQ(evtmmap_bind_unbound(NULL, 0), -EINVAL);
	CHECK_EQ(evtmmap_bind_static(NULL, 1), -EINVAL);
	CHECK_EQ(evtmmap_unbind(NULL, 1), -EINVAL);
	CHECK_EQ(evtmmap_restrict(NULL, 1), -EINVAL);
	CHECK_EQ(evtmmap_rearm(NULL, 1), -EINVAL);
	CHECK_EQ(evtmmap_rearm_many(NULL, &port, 1), -EINVAL);
	CHECK_EQ(evtmmap_notify(NULL, 1), -EINVAL);
	CHECK_EQ(evtmmap_set_user(NULL, 1, NULL), -EINVAL);
	CHECK_EQ(evtmmap_wait(NULL, 0), -EINVAL);
	CHECK_EQ(evtmmap_arm(NULL), -EINVAL);
	CHECK_EQ(evtmmap_overrun(NULL), -EINVAL);
	CHECK_EQ(evtmmap_resync(NULL), -EINVAL);
	CHECK_EQ(evtmmap_reset(NULL), -EINVAL);
	CHECK_EQ(evtmmap_detach(NULL), -EINVAL);
}

CASE_LIMIT(lib_event_goes_around, 60)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int i;

	for (i = 0; i < 100; i++) {
		CHECK_EQ(evtmmap_notify(h, p.a), 0);
		lib_expect(h, p.b);
		CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	}
	lib_silent(h);
}

CASE(lib_event_masks_its_port)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);

	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_silent(h);
	CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	lib_expect(h, p.b);
	lib_silent(h);
}

/* One of these, in whatever order they fired, and the first time. */
static void took(struct lib_pair *p, int n, uint32_t port)
{
	int i;

	for (i = 0; i < n && p[i].b != (int)port; i++)
		;
	CHECK(i < n);
	p[i].b = -1;
}

CASE(lib_peek_leaves_events_until_release)
{
	const struct evtmmap_event *ev = NULL;
	struct evtmmap *h = lib_open();
	struct lib_pair p[8];
	int i, k, n;

	CHECK_EQ(evtmmap_peek(h, &ev), 0);
	CHECK(!ev);
	for (i = 0; i < 8; i++)
		p[i] = lib_bind(h);
	for (n = 0; n < 8;) {
		CHECK_EQ(evtmmap_wait(h, LONG_TIME), 1);
		k = evtmmap_peek(h, &ev);
		CHECK_GE(k, 1);
		/* More may have come. */
		i = evtmmap_peek(h, &ev);
		CHECK_GE(i, k);
		CHECK_LE(i, 8 - n);
		CHECK_EQ(evtmmap_release(h, i + 1), -EINVAL);
		for (k = 0; k < i; k++)
			took(p, 8, ev[k].port);
		CHECK_EQ(evtmmap_release(h, i), 0);
		CHECK_EQ(evtmmap_release(h, 1), -EINVAL);
		n += i;
	}
	lib_silent(h);
}

CASE(lib_rearm_many_arms_all)
{
	uint32_t ports[10 + 3] = { [10] = 0, [11] = 0xffffffff, [12] = 0x12345 };
	struct evtmmap *h = lib_open();
	struct lib_pair p[10];
	int i;

	for (i = 0; i < 10; i++) {
		p[i] = lib_bind(h);
		lib_expect(h, p[i].b);
		ports[i] = p[i].b;
		CHECK_EQ(evtmmap_notify(h, p[i].a), 0);
	}
	lib_silent(h);
	CHECK_EQ(evtmmap_rearm_many(h, ports, 13), 13);
	for (i = 0; i < 10; i++)
		CHECK_GE(lib_take(h), 1);
	lib_silent(h);
	CHECK_EQ(evtmmap_rearm_many(h, NULL, 1), -EINVAL);
	CHECK_EQ(evtmmap_rearm_many(h, ports, (size_t)-1), -EINVAL);
	CHECK_EQ(evtmmap_rearm_many(h, NULL, 0), 0);
}

CASE(lib_rearm_of_no_event_is_harmless)
{
	struct evtmmap *h = lib_open();
	struct lib_pair p = lib_bind_quietly(h);
	int i;

	for (i = 0; i < 10; i++)
		CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	CHECK_EQ(evtmmap_rearm(h, 0), 0);
	CHECK_EQ(evtmmap_rearm(h, EVTMMAP_PORT_LIMIT - 1), 0);
	CHECK_EQ(evtmmap_rearm(h, EVTMMAP_PORT_LIMIT), -EINVAL);
	CHECK_EQ(evtmmap_rearm(h, 0xffffffff), -EINVAL);
	lib_silent(h);
	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
}

CASE(lib_notify_needs_a_port_of_ours)
{
	struct evtmmap *h = lib_open(), *other = lib_open();
	struct lib_pair p = lib_bind_quietly(other);

	CHECK_EQ(evtmmap_notify(h, p.a), -ENOTCONN);
	CHECK_EQ(evtmmap_notify(h, 0), -ENOTCONN);
	CHECK_EQ(evtmmap_notify(h, 0xffffffff), -ENOTCONN);
	lib_silent(other);
}

CASE(lib_strerror_knows_the_device)
{
	static const int errors[] = {
		0, EACCES, EBADF, EBUSY, EEXIST, E2BIG, EINTR, EINVAL, EISCONN,
		ENODEV, ENOENT, ENOMEM, ENOSPC, ENOSYS, ENOTCONN, ENXIO,
		ENOTTY, EOVERFLOW, ESRCH, ESTALE,
	};
	unsigned int i;

	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		CHECK(strcmp(evtmmap_strerror(-errors[i]), strerror(errors[i])));
		CHECK(evtmmap_strerror(errors[i]) == evtmmap_strerror(-errors[i]));
	}
	CHECK(!strcmp(evtmmap_strerror(-EPIPE), strerror(EPIPE)));
	CHECK(evtmmap_strerror(INT32_MIN));
}
