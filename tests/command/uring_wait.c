// SPDX-License-Identifier: GPL-2.0
/* EVTMMAP_URING_WAIT: a request that completes when events are there. */
#include "enter.h"
#include "request.h"

static struct io_uring r;

static bool can_wait(const struct commander *k)
{
	return k->c.header->features & EVTMMAP_FEAT_URING_WAIT;
}

static void open_waiter(struct commander *k, uint32_t n)
{
	commander_open(k, n);
	if (!can_wait(k))
		SKIP("the driver has no EVTMMAP_FEAT_URING_WAIT");
	ring_open(&r);
}

static void submit_wait(struct commander *k, uint64_t tag, uint32_t n)
{
	ring_prep_command(ring_sqe(&r, tag), k->fd, EVTMMAP_URING_WAIT, n, 0);
	ring_submit(&r, 1);
}

CASE(uring_wait_is_there_or_says_no)
{
	struct commander k;

	commander_open(&k, 1);
	ring_open(&r);
	submit_wait(&k, 1, 0);
	CHECK_EQ(ring_result(&r, 1), can_wait(&k) ? 0 : -EOPNOTSUPP);
	ring_close(&r);
}

CASE(uring_wait_of_what_is_there)
{
	struct commander k;
	uint32_t n;

	open_waiter(&k, 3);
	bundle_fire_all(&k.s);
	ring_reaches(k.c.header, k.c.pos + 3);
	for (n = 0; n <= 3; n++) {
		submit_wait(&k, n, n);
		CHECK_EQ(ring_result(&r, n), 0);
	}
	ring_close(&r);
}

static void waits_for_two(struct commander *k)
{
	int i;

	for (i = 0; i < 5; i++) {
		submit_wait(k, i, 2);
		ring_silent(&r);
		bundle_fire(&k->s, 0);
		ring_silent(&r);
		bundle_fire(&k->s, 1);
		CHECK_EQ(ring_result(&r, i), 0);
		mapped_take_each(&k->c, &k->s);
		bundle_rearm_all(&k->s);
	}
}

CASE(uring_wait_completes_when_enough_is_there)
{
	struct commander k;

	open_waiter(&k, 2);
	waits_for_two(&k);
	/* The same, and the driver stores where it is to be woken. */
	k.c.page->wake = k.c.pos + CONSUMER_FAR;
	k.c.page->flags = EVTMMAP_C_WAKE_AT;
	waits_for_two(&k);
	ring_close(&r);
}

CASE(uring_waits_for_different_numbers)
{
	struct commander k;

	open_waiter(&k, 2);
	submit_wait(&k, 2, 2);
	submit_wait(&k, 1, 1);
	ring_silent(&r);
	bundle_fire(&k.s, 0);
	CHECK_EQ(ring_result(&r, 1), 0);
	ring_silent(&r);
	bundle_fire(&k.s, 1);
	CHECK_EQ(ring_result(&r, 2), 0);
	ring_close(&r);
}

/* Kernels cancel commands with the ring or the task only, see gone.c. */
CASE(uring_wait_stays_when_it_is_called_off)
{
	struct commander k;

	open_waiter(&k, 1);
	submit_wait(&k, 1, 1);
	ring_silent(&r);
	io_uring_prep_cancel64(ring_sqe(&r, 0), 1, 0);
	ring_submit(&r, 1);
	CHECK_EQ(ring_any(&r).res, -ENOENT);
	ring_silent(&r);
	bundle_fire(&k.s, 0);
	CHECK_EQ(ring_result(&r, 1), 0);
	ring_close(&r);
}

CASE(uring_wait_that_makes_no_sense)
{
	struct commander k;
	struct loop l;

	open_waiter(&k, 1);
	submit_wait(&k, 1, UINT32_MAX);
	CHECK_EQ(ring_result(&r, 1), -EINVAL);
	l = loop_open();
	ring_prep_command(ring_sqe(&r, 2), l.fd, EVTMMAP_URING_WAIT, 1, 0);
	ring_submit(&r, 1);
	CHECK_EQ(ring_result(&r, 2), -ENXIO);
	ring_close(&r);
}

/* A publisher looks at all of them: a file has a limit, and gets it back. */
/* Nor does it move the place that those who wait are woken at. */
static void refused(struct commander *k, int id)
{
	struct evtmmap_consumer *page = k->c.page;
	const uint32_t flags = page->flags, wake = page->wake;

	page->flags = flags | EVTMMAP_C_WAKE_AT;
	submit_wait(k, id, 100);
	CHECK_EQ(ring_result(&r, id), -EBUSY);
	CHECK_EQ(page->wake, wake);
	page->flags = flags;
}

CASE(uring_waits_of_a_file_are_limited)
{
	struct commander k, other;
	int round, i;

	open_waiter(&k, 1);
	commander_open(&other, 1);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < EVTMMAP_URING_WAITS; i++)
			submit_wait(&k, i, 1 + i % 2);
		ring_silent(&r);
		refused(&k, i);
		submit_wait(&other, i, 1);
		ring_silent(&r);
		bundle_fire(&other.s, 0);
		CHECK_EQ(ring_result(&r, i), 0);
		mapped_take_each(&other.c, &other.s);
		bundle_rearm_all(&other.s);
		bundle_fire(&k.s, 0);
		ring_reaches(k.c.header, k.c.pos + 1);
		/* There already: it need not wait, so there is room for it. */
		submit_wait(&k, 1000, 1);
		bundle_rearm_all(&k.s);
		bundle_fire(&k.s, 0);
		for (i = 0; i <= EVTMMAP_URING_WAITS; i++)
			CHECK_EQ(ring_any(&r).res, 0);
		for (i = 0; i < 2; i++)
			mapped_expect(&k.c, k.s.b[0]);
		bundle_rearm_all(&k.s);
	}
	ring_close(&r);
}

/* Those that would sleep, or want memory, are not for io_uring. */
CASE(uring_command_that_is_none)
{
	static const uint32_t none[] = {
		EVTMMAP_IOC_ENTER, EVTMMAP_IOC_POLLER, EVT_IOC(8, 4), 0, UINT32_MAX,
	};
	struct commander k;
	uint32_t i;

	commander_open(&k, 1);
	ring_open(&r);
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		ring_prep_command(ring_sqe(&r, i), k.fd, none[i], 0, 0);
		ring_submit(&r, 1);
		CHECK_EQ(ring_result(&r, i), -ENOSYS);
	}
	ring_close(&r);
}

static int command(struct commander *k, uint32_t cmd, uint32_t word0, uint32_t word1)
{
	ring_prep_command(ring_sqe(&r, cmd), k->fd, cmd, word0, word1);
	ring_submit(&r, 1);
	return ring_result(&r, cmd);
}

/* Binding may sleep, so a worker does it; what comes out is the same. */
CASE(uring_binds_and_unbinds)
{
	struct commander k;
	int a, b;

	commander_open(&k, 0);
	ring_open(&r);
	a = command(&k, EVT_BIND_UNBOUND, 0, 0);
	CHECK_GE(a, 1);
	b = command(&k, EVT_BIND_INTERDOMAIN, 0, a);
	CHECK_GE(b, 1);
	mapped_expect(&k.c, b);
	CHECK_EQ(command(&k, EVTMMAP_IOC_REARM, b, 0), 0);
	CHECK_EQ(command(&k, EVT_NOTIFY, a, 0), 0);
	mapped_expect(&k.c, b);
	CHECK_EQ(command(&k, EVT_UNBIND, b, 0), 0);
	CHECK_EQ(command(&k, EVT_UNBIND, b, 0), -ENOTCONN);
	CHECK_EQ(command(&k, EVTMMAP_IOC_RESYNC, 0, 0), 0);
	CHECK_EQ(k.c.header->resyncs, 1);
	io_uring_queue_exit(&r);
}
