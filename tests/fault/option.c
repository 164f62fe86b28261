// SPDX-License-Identifier: GPL-2.0
/* How a port works, VIRQs of a vCPU, and the same by io_uring. */
#include <sys/mman.h>

#include "bundle.h"
#include "fault.h"
#include "inject.h"
#include "uring.h"
#include "xencall.h"

#define VIRQ_XENOPROF 7	/* each vCPU has one, and nobody uses it */

static struct loop loop;	/* both ends on @file */
static struct consumer consumer;

static void open_mapped(void)
{
	loop = loop_bind(file, file);
	evt_cycle(file, loop.b);
	consumer = consumer_open(file);
}

static void carries_an_event(void)
{
	CHECK_OK(evt_notify(file, loop.a));
	mapped_expect(&consumer, loop.b);
	evt_unmask(file, loop.b);
	neighbour_is_well();
}

static long set(unsigned long cmd, uint32_t value)
{
	struct evtmmap_port_option arg = { loop.b, value };

	return ioctl(file, cmd, &arg);
}

/* With early EOI for one of them this many ports need a larger ring. */
#define BEFORE_GROWTH 252

/* Another file only when the ring of the last has grown: it takes its time. */
static void before_early(void)
{
	uint32_t i;

	if (consumer.header && !consumer.header->generation)
		return;
	if (consumer.header)
		consumer_close(&consumer);
	another_file();
	open_mapped();
	for (i = 0; i < BEFORE_GROWTH; i++)
		CHECK_OK(evt_bind_unbound(file, 0));
	CHECK_EQ(consumer.header->generation, 0);
}

static long early(void)
{
	return set(EVTMMAP_IOC_EARLY_EOI, 0);
}

/* One that failed has changed nothing: an event waits for its rearm. */
static void after_early(long rc)
{
	CHECK_EQ(consumer.header->generation, rc >= 0);
	if (rc < 0) {
		CHECK_OK(evt_notify(file, loop.a));
		mapped_expect(&consumer, loop.b);
		CHECK_OK(evt_notify(file, loop.a));
		mapped_silent(&consumer);
		evt_unmask(file, loop.b);
		mapped_expect(&consumer, loop.b);
		evt_unmask(file, loop.b);
	}
	carries_an_event();
}

CASE_LIMIT(early_eoi_that_grows_the_ring, 300)
{
	static const struct entry e = {
		"EARLY_EOI", before_early, early, after_early, { ENOMEM },
	};

	fault_start();
	inject_each(&e);
	before_early();
	CHECK_OK(early());
	CHECK_EQ(consumer.header->generation, 1);
	carries_an_event();
}

static long affinity(void)
{
	return set(EVTMMAP_IOC_AFFINITY, 1);
}

static long follow(void)
{
	return set(EVTMMAP_IOC_AFFINITY, EVTMMAP_CPU_CONSUMER);
}

static long priority(void)
{
	return set(EVTMMAP_IOC_PRIORITY, 3);
}

static void after_option(long rc)
{
	CHECK_EQ(rc, 0);
	carries_an_event();
}

CASE_LIMIT(options_always_work, 120)
{
	static const struct entry e[] = {
		{ "AFFINITY", NULL, affinity, after_option, { 0 } },
		{ "AFFINITY, follow", NULL, follow, after_option, { 0 } },
		{ "PRIORITY", NULL, priority, after_option, { 0 } },
	};
	uint32_t i;

	fault_start();
	open_mapped();
	for (i = 0; i < sizeof(e) / sizeof(*e); i++)
		inject_each(&e[i]);
}

static long bind_virq(void)
{
	struct evtmmap_bind_virq arg = { VIRQ_XENOPROF, 1 };

	return ioctl(file, EVTMMAP_IOC_BIND_VIRQ, &arg);
}

/* A VIRQ that was left half bound would say EEXIST. */
static void after_virq(long rc)
{
	uint32_t port = rc >= 0 ? rc : CHECK_OK(bind_virq());

	neighbour_is_well();
	CHECK_EQ(xen_port_state(port), XEN_PORT_VIRQ);
	CHECK_OK(evt_unbind(file, port));
}

CASE_LIMIT(bind_virq_of_a_vcpu, 120)
{
	static const struct entry e = {
		"BIND_VIRQ of vCPU 1", another_file, bind_virq, after_virq,
		{ ENOMEM },
	};

	fault_start();
	inject_each(&e);
}

static struct uring uring;

/* A fresh one each time: a request that was refused stays in the old one. */
static void before_uring(void)
{
	CHECK(uring_open(&uring));
}

static bool done(int *result, int ms)
{
	double end = seconds() + ms / 1000.0;

	while (!uring_done(&uring, result)) {
		if (seconds() > end)
			return false;
		usleep(1000);
	}
	return true;
}

/* -1 and errno, as a system call; @ms is how long its result may take. */
static long command(uint32_t cmd, uint32_t word0, uint32_t word1, int ms)
{
	struct io_uring_sqe sqe = uring_command(file, cmd, word0, word1);
	int result = 0;

	if (uring_try(&uring, &sqe) < 0)
		return -1;
	if (!done(&result, ms) || result >= 0)
		return result;
	errno = -result;
	return -1;
}

static long uring_bind(void)
{
	return command(EVT_BIND_UNBOUND, 0, 0, EVT_WAIT_MS);
}

static void after_uring_bind(long rc)
{
	uring_close(&uring);
	if (rc >= 0) {
		CHECK_EQ(xen_port_state(rc), XEN_PORT_UNBOUND);
		CHECK_OK(evt_unbind(file, rc));
	}
	carries_an_event();
}

CASE_LIMIT(uring_bind_of_a_port, 240)
{
	static const struct entry e = {
		"URING_CMD, BIND_UNBOUND_PORT", before_uring, uring_bind,
		after_uring_bind, { ENOMEM, EAGAIN },
	};

	fault_start();
	open_mapped();
	inject_each_survivable(&e);
}

static long uring_notify(void)
{
	return command(EVT_NOTIFY, loop.a, 0, EVT_WAIT_MS);
}

/* One that failed was not sent. */
static void after_uring_notify(long rc)
{
	uring_close(&uring);
	if (rc < 0)
		mapped_silent(&consumer);
	else
		mapped_expect(&consumer, loop.b);
	evt_unmask(file, loop.b);
	carries_an_event();
}

CASE_LIMIT(uring_notify_of_a_port, 120)
{
	static const struct entry e = {
		"URING_CMD, NOTIFY", before_uring, uring_notify,
		after_uring_notify, { ENOMEM, EAGAIN },
	};

	fault_start();
	open_mapped();
	inject_each_survivable(&e);
}

#define PARKED 1000	/* no result of the driver's */

static long uring_wait_for_one(void)
{
	struct io_uring_sqe sqe = uring_command(file, EVTMMAP_URING_WAIT, 1, 0);
	int result = PARKED;

	if (uring_try(&uring, &sqe) < 0)
		return -1;
	uring_done(&uring, &result);
	errno = -result;
	return result < 0 ? -1 : result;
}

/* One that was parked is woken; one that failed is nowhere. */
static void after_uring_wait(long rc)
{
	int result = -1;

	CHECK_OK(evt_notify(file, loop.a));
	if (rc == PARKED) {
		CHECK(done(&result, EVT_WAIT_MS));
		CHECK_EQ(result, 0);
	}
	uring_close(&uring);
	mapped_expect(&consumer, loop.b);
	evt_unmask(file, loop.b);
	carries_an_event();
}

CASE_LIMIT(uring_wait_that_is_parked, 120)
{
	static const struct entry e = {
		"URING_CMD, WAIT", before_uring, uring_wait_for_one,
		after_uring_wait, { ENOMEM, EAGAIN },
	};

	fault_start();
	open_mapped();
	inject_each_survivable(&e);
}
