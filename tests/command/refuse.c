// SPDX-License-Identifier: GPL-2.0
/* What ENTER says no to, and what it leaves alone then. */
#include "enter.h"
#include "int80.h"

/* It is thrown away, counted, and nothing of it was done. */
static void refused(struct commander *k, uint32_t op, uint32_t port, int err)
{
	uint64_t errors = k->c.header->command_errors;
	uint32_t head = command_head(k);

	CHECK_ERR(command_do(k, op, port), err);
	CHECK_EQ(command_head(k), head + 1);
	CHECK_EQ(k->c.header->command_error, err);
	CHECK_EQ(k->c.header->command_errors, errors + 1);
	CHECK_EQ(enter_submit(k, 1), 0);
}

CASE(command_that_makes_no_sense)
{
	static const uint32_t ops[] = {
		0, SPURIOUS, SPURIOUS | NOTIFY, 1U << 3, REARM | 1U << 3,
		REARM | NOTIFY | 1U << 31, 1U << 31, UINT32_MAX,
	};
	struct commander k;
	uint32_t i;

	commander_open(&k, 1);
	bundle_fire(&k.s, 0);
	mapped_expect(&k.c, k.s.b[0]);
	bundle_fire(&k.s, 0);
	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		refused(&k, ops[i], k.s.b[0], EINVAL);
		refused(&k, ops[i], 0, EINVAL);
	}
	mapped_silent(&k.c);
	CHECK_EQ(command_do(&k, REARM, k.s.b[0]), 1);
	mapped_expect(&k.c, k.s.b[0]);
}

CASE(notify_of_what_is_not_bound)
{
	static const uint32_t none[] = {
		0, EVT_NR_CHANNELS - 1, EVT_NR_CHANNELS, EVTMMAP_PORT_DEAD,
		EVTMMAP_PORT_CLOSED,
	};
	struct commander k, other;
	uint32_t i;

	commander_open(&k, 2);
	commander_open(&other, 1);
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		refused(&k, NOTIFY, none[i], ENOTCONN);
		refused(&k, REARM | NOTIFY | SPURIOUS, none[i], ENOTCONN);
	}
	refused(&k, NOTIFY, other.s.a[0], ENOTCONN);
	CHECK_OK(evt_unbind(k.fd, k.s.a[1]));
	refused(&k, NOTIFY, k.s.a[1], ENOTCONN);
	refused(&k, REARM | NOTIFY, k.s.a[1], ENOTCONN);
	mapped_silent(&other.c);
	mapped_silent(&k.c);
}

/* Good ones, a bad one, good ones: three calls. */
static void bad_one_after(struct commander *k, uint32_t good)
{
	const struct evtmmap_header *h = k->c.header;
	uint64_t errors = h->command_errors;
	uint32_t head = command_head(k), i;

	for (i = 0; i < k->s.n; i++) {
		if (i == good)
			command_store(k, NOTIFY, EVT_NR_CHANNELS - 1);
		command_store(k, NOTIFY, k->s.a[i]);
	}
	CHECK_EQ(enter_submit(k, k->s.n + 1), good);
	CHECK_EQ(command_head(k), head + good);
	CHECK_EQ(h->command_errors, errors);
	for (i = 0; i < good; i++)
		mapped_expect(&k->c, k->s.b[i]);
	mapped_silent(&k->c);
	CHECK_ERR(enter_submit(k, k->s.n + 1 - good), ENOTCONN);
	CHECK_EQ(command_head(k), head + good + 1);
	CHECK_EQ(h->command_errors, errors + 1);
	CHECK_EQ(h->command_error, ENOTCONN);
	mapped_silent(&k->c);
	CHECK_EQ(enter_submit(k, k->s.n - good), k->s.n - good);
	for (i = good; i < k->s.n; i++)
		mapped_expect(&k->c, k->s.b[i]);
	bundle_rearm_all(&k->s);
	mapped_silent(&k->c);
}

CASE(bad_command_in_the_middle)
{
	static const uint32_t places[] = { 1, 2, 31, 32, 33, 64, 69 };
	struct commander k;
	uint32_t i;

	commander_open(&k, 70);
	commander_settle(&k);
	for (i = 0; i < sizeof(places) / sizeof(*places); i++)
		bad_one_after(&k, places[i]);
}

CASE(bad_command_does_not_wait)
{
	struct evtmmap_enter e = { .to_submit = 2, .min_complete = 1 };
	struct commander k;

	commander_open(&k, 1);
	command_store(&k, REARM, k.s.b[0]);
	command_store(&k, 0, k.s.b[0]);
	CHECK_EQ(enter(k.fd, &e), 1);
	CHECK_ERR(enter(k.fd, &e), EINVAL);
	/* Fewer than were asked for: neither. */
	CHECK_EQ(enter(k.fd, &e), 0);
	command_store(&k, REARM, k.s.b[0]);
	CHECK_EQ(enter(k.fd, &e), 1);
}

CASE(tail_that_makes_no_sense)
{
	static const uint32_t off[] = {
		EVTMMAP_COMMANDS + 1, 1000, 0x80000000U, -(uint32_t)1,
	};
	/* As many as no error can be taken for. */
	struct evtmmap_enter e = {
		.to_submit = -(uint32_t)EINVAL, .min_complete = 1,
	};
	struct commander k;
	uint32_t i;

	commander_open(&k, 1);
	CHECK_EQ(command_do(&k, REARM, k.s.b[0]), 1);
	for (i = 0; i < EVTMMAP_COMMANDS; i++)
		k.c.page->command[i] = EVTMMAP_COMMAND(NOTIFY, k.s.a[0]);
	for (i = 0; i < sizeof(off) / sizeof(*off); i++) {
		k.c.page->command_tail = 1 + off[i];
		CHECK_ERR(enter_submit(&k, 1), EINVAL);
		CHECK_ERR(enter_submit(&k, 1000), EINVAL);
		CHECK_ERR(enter(k.fd, &e), EINVAL);
		CHECK_EQ(command_head(&k), 1);
	}
	mapped_silent(&k.c);
	k.c.page->command_tail = 1;
	CHECK_EQ(command_do(&k, NOTIFY, k.s.a[0]), 1);
	mapped_expect(&k.c, k.s.b[0]);
}

CASE(argument_that_makes_no_sense)
{
	static const struct evtmmap_enter bad[] = {
		{ .to_submit = 1, .flags = 1U << 3 },
		{ .to_submit = 1, .flags = 1U << 31 },
		{ .to_submit = 1, .sigset_size = 1 },
		{ .to_submit = 1, .sigset_size = 4 },
		{ .to_submit = 1, .sigset_size = 16 },
		{ .to_submit = 1, .sigset_size = 128 },
		{ .to_submit = 1, .flags = EVTMMAP_ENTER_TIMEOUT,
		  .timeout = INT64_MAX + 1ULL },
		{ .to_submit = 1, .timeout = UINT64_MAX,
		  .flags = EVTMMAP_ENTER_TIMEOUT | EVTMMAP_ENTER_ABSTIME },
		{ .to_submit = 1, .min_complete = UINT32_MAX },
	};
	struct commander k;
	uint32_t i;

	commander_open(&k, 1);
	command_store(&k, NOTIFY, k.s.a[0]);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_ERR(enter(k.fd, &bad[i]), EINVAL);
	mapped_silent(&k.c);
	CHECK_EQ(command_head(&k), 0);
	CHECK_EQ(enter_submit(&k, 1), 1);
	mapped_expect(&k.c, k.s.b[0]);
}

CASE(pointer_that_points_nowhere)
{
	struct evtmmap_enter wait = {
		.min_complete = 1, .sigset_size = 8, .sigset = 8,
	};
	struct commander k;
	void *page = mmap(NULL, CONSUMER_PAGE, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	commander_open(&k, 1);
	command_store(&k, NOTIFY, k.s.a[0]);
	CHECK_ERR(enter(k.fd, NULL), EFAULT);
	CHECK_ERR(enter(k.fd, (void *)8), EFAULT);
	CHECK_ERR(enter(k.fd, page), EFAULT);
	CHECK_ERR(enter(k.fd, (void *)-8L), EFAULT);
	CHECK_ERR(enter(k.fd, (void *)(1UL << 63)), EFAULT);
	CHECK_ERR(enter(k.fd, &wait), EFAULT);
	CHECK_EQ(command_head(&k), 0);
	mapped_silent(&k.c);
	CHECK_EQ(enter_submit(&k, 1), 1);
}

CASE(file_without_a_mapped_consumer)
{
	struct loop l = loop_open();
	struct evtmmap_enter e = { .to_submit = 1, .min_complete = 1 };

	CHECK_ERR(enter(l.fd, &e), ENXIO);
	map_header(l.fd);
	CHECK_ERR(enter(l.fd, &e), ENXIO);
	CHECK_ERR(enter(l.fd, &(struct evtmmap_enter){ 0 }), ENXIO);
	map_consumer(l.fd);
	CHECK_EQ(enter(l.fd, &(struct evtmmap_enter){ 0 }), 0);
}

#ifdef __x86_64__
CASE(enter_of_a_32_bit_client)
{
	struct evtmmap_enter *e = int80_page();
	struct commander k;

	CHECK(e != MAP_FAILED);
	commander_open(&k, 1);
	command_store(&k, NOTIFY, k.s.a[0]);
	command_store(&k, NOTIFY, 0);
	*e = (struct evtmmap_enter){
		.to_submit = 1, .min_complete = 1, .timeout = EVT_WAIT_MS * MS,
		.flags = EVTMMAP_ENTER_TIMEOUT, .sigset_size = 8,
		.sigset = (uintptr_t)(e + 1),
	};
	CHECK_EQ(int80_ioctl(k.fd, EVTMMAP_IOC_ENTER, (uintptr_t)e), 1);
	mapped_expect(&k.c, k.s.b[0]);
	CHECK_ERR(int80_ioctl(k.fd, EVTMMAP_IOC_ENTER, (uintptr_t)e), ENOTCONN);
	CHECK_ERR(int80_ioctl(k.fd, EVTMMAP_IOC_ENTER, 8), EFAULT);
}
#endif
