// SPDX-License-Identifier: GPL-2.0
/* The command ring: ENTER, the poller, options of a port, VIRQs of a vCPU. */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "bundle.h"
#include "fault.h"
#include "inject.h"
#include "xencall.h"

#define BATCH 40	/* more than are taken at once */

static struct bundle ports;	/* all of them on @file */
static struct consumer consumer;

/* A file whose ring is mapped, with that many ports. */
static void open_mapped(uint32_t n)
{
	ports = (struct bundle){ .tx = file, .rx = file };
	while (ports.n < n) {
		bundle_add(&ports);
		bundle_settle_last(&ports);
	}
	consumer = consumer_open(file);
}

static void close_mapped(void)
{
	consumer_close(&consumer);
	memset(&consumer, 0, sizeof(consumer));
}

static void queue(uint32_t op, uint32_t port)
{
	uint32_t tail = consumer.page->command_tail;

	consumer.page->command[tail % EVTMMAP_COMMANDS] = EVTMMAP_COMMAND(op, port);
	/* O, matches P */
	__atomic_store_n(&consumer.page->command_tail, tail + 1, __ATOMIC_RELEASE);
}

static long enter(struct evtmmap_enter arg)
{
	return ioctl(file, EVTMMAP_IOC_ENTER, &arg);
}

static void before_batch(void)
{
	uint32_t i;

	for (i = 0; i < BATCH; i++)
		queue(EVTMMAP_CMD_NOTIFY, ports.a[i]);
}

static long enter_batch(void)
{
	return enter((struct evtmmap_enter){ .to_submit = BATCH });
}

/* Each was sent, once. */
static void after_batch(long rc)
{
	CHECK_EQ(rc, BATCH);
	mapped_take_each(&consumer, &ports);
	bundle_rearm_all(&ports);
	neighbour_is_well();
}

CASE_LIMIT(enter_of_a_batch_always_works, 120)
{
	static const struct entry e = {
		"ENTER of 40 notifications", before_batch, enter_batch,
		after_batch, { 0 },
	};

	fault_start();
	open_mapped(BATCH);
	inject_each(&e);
}

static uint64_t mask;

static long enter_masked(void)
{
	return enter((struct evtmmap_enter){
		.min_complete = 1, .flags = EVTMMAP_ENTER_TIMEOUT,
		.timeout = 1000000, .sigset = (uintptr_t)&mask,
		.sigset_size = sizeof(mask),
	});
}

/* The thread's own mask is back, and it can wait. */
static void after_masked(long rc)
{
	sigset_t now;

	CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &now));
	CHECK(!sigismember(&now, SIGUSR1));
	CHECK(sigismember(&now, SIGUSR2));
	if (rc < 0)
		CHECK_EQ(enter_masked(), 0);
	mapped_all_alive(&consumer, &ports);
	neighbour_is_well();
}

CASE_LIMIT(enter_that_waits_with_a_signal_mask, 120)
{
	static const struct entry e = {
		"ENTER with a signal mask", NULL, enter_masked, after_masked,
		{ EFAULT },
	};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	mask = 1ULL << (SIGUSR1 - 1);
	fault_start();
	open_mapped(1);
	inject_each(&e);
}

/* Taken is taken, whatever becomes of the waiting behind it. */
static long enter_batch_masked(void)
{
	return enter((struct evtmmap_enter){
		.to_submit = BATCH, .min_complete = BATCH,
		.flags = EVTMMAP_ENTER_TIMEOUT, .timeout = 1000000,
		.sigset = (uintptr_t)&mask, .sigset_size = sizeof(mask),
	});
}

CASE_LIMIT(enter_that_submits_and_waits_always_works, 120)
{
	static const struct entry e = {
		"ENTER of 40 that waits", before_batch, enter_batch_masked,
		after_batch, { 0 },
	};

	fault_start();
	open_mapped(BATCH);
	inject_each(&e);
}

static void before_poller(void)
{
	if (consumer.header)
		close_mapped();
	another_file();
	open_mapped(1);
}

static long poller(void)
{
	struct evtmmap_poller arg = { .idle_us = 100 };

	return ioctl(file, EVTMMAP_IOC_POLLER, &arg);
}

static void poller_serves(void)
{
	queue(EVTMMAP_CMD_NOTIFY, ports.a[0]);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* S, matches T */
	if (consumer.header->poller & EVTMMAP_P_NEED_WAKEUP)
		CHECK_OK(enter((struct evtmmap_enter){ .flags = EVTMMAP_ENTER_WAKEUP }));
	mapped_expect(&consumer, ports.b[0]);
	evt_unmask(file, ports.b[0]);
}

static void after_poller(long rc)
{
	if (rc < 0) {
		mapped_all_alive(&consumer, &ports);
		CHECK_OK(poller());
	}
	CHECK_ERR(poller(), EBUSY);
	poller_serves();
	close_mapped();
	another_file();
	neighbour_is_well();
}

CASE_LIMIT(poller_of_a_file, 120)
{
	static const struct entry e = {
		"POLLER", before_poller, poller, after_poller,
		{ ENOMEM, EFAULT },
	};

	fault_start();
	inject_each(&e);
}

static int owner;

static long shared_poller(void)
{
	struct evtmmap_poller arg = { .flags = EVTMMAP_POLLER_SHARE, .fd = owner };

	return ioctl(file, EVTMMAP_IOC_POLLER, &arg);
}

static void after_shared_poller(long rc)
{
	if (rc < 0)
		CHECK_OK(shared_poller());
	after_poller(0);
}

CASE_LIMIT(poller_that_is_shared, 120)
{
	static const struct entry e = {
		"POLLER, shared", before_poller, shared_poller,
		after_shared_poller, { EFAULT },
	};
	struct evtmmap_poller arg = { .idle_us = 100 };

	fault_start();
	owner = evt_open(O_NONBLOCK);
	map_consumer(owner);
	CHECK_OK(ioctl(owner, EVTMMAP_IOC_POLLER, &arg));
	inject_each(&e);
}
