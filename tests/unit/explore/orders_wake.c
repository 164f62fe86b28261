// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts against clients that sleep: read(), poll(), epoll, a mapped ring
 * with and without a wake position. From the handler to the system call it is
 * the module's source. Nobody sleeps for ever with an event there.
 */
#include "file.h"
#include "mapped.h"

#define SLOTS 8

/* Positions wrap at once. */
static const struct origin wrap = { 0xfffffffe, 0 };

static void begin(int ports, int each)
{
	int i;

	file_start(SLOTS, &wrap, ports);
	for (i = 0; i < ports; i++)
		file_expect(i, each);
}

static void begin_1(void)
{
	begin(1, 1);
}

static void begin_1_twice(void)
{
	begin(1, 2);
}

static void begin_2(void)
{
	begin(2, 1);
}

static void begin_2_mapped(void)
{
	begin_2();
	file_map(false);
}

static void begin_1_quiet(void)
{
	begin_1();
	file_map(true);
}

static void begin_1_twice_quiet(void)
{
	begin_1_twice();
	file_map(true);
}

static void begin_2_quiet(void)
{
	begin_2();
	file_map(true);
}

/* One that looks before it reads, as event loops do. */
static void poller(void)
{
	u32 port;

	while (!file_all_taken()) {
		poll_readable(&filp);
		CHECK_EQ(file_read(&port, 1), sizeof(port));
		file_taken(port);
		file_write(port);
	}
}

static void mapped_consumer(void (*wait)(struct file *filp))
{
	u32 port;

	for (;;) {
		while (mapped_take(&port)) {
			file_taken(port);
			file_write(port);
		}
		if (file_all_taken())
			return;
		if (!mapped_arm())
			wait(&filp);
	}
}

static void mapped_poller(void)
{
	mapped_consumer(poll_readable);
}

static void mapped_epoller(void)
{
	epoll_add(&filp);
	mapped_consumer(epoll_readable);
}

CASE_LIMIT(orders_of_a_reader_and_an_interrupt, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_1_twice,
		.thread = { vcpu_0_twice, reader },
		.still = file_others_are_served, .taker = 1,
		.end = file_end, .preemptions = 4 });
}

CASE_LIMIT(orders_of_a_reader_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_2,
		.thread = { vcpu_0, vcpu_1, reader },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_a_reader_and_a_grower, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_1,
		.thread = { vcpu_0, file_grow, reader },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_a_poller_and_an_interrupt, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_1_twice,
		.thread = { vcpu_0_twice, poller },
		.still = file_others_are_served, .taker = 1,
		.end = file_end, .preemptions = 5 });
}

CASE_LIMIT(orders_of_a_poller_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_2,
		.thread = { vcpu_0, vcpu_1, poller },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_a_mapped_consumer_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_2_mapped,
		.thread = { vcpu_0, vcpu_1, mapped_poller },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_a_quiet_consumer_and_an_interrupt, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_1_twice_quiet,
		.thread = { vcpu_0_twice, mapped_poller },
		.still = file_others_are_served, .taker = 1,
		.end = file_end, .preemptions = 4 });
}

CASE_LIMIT(orders_of_a_quiet_consumer_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_2_quiet,
		.thread = { vcpu_0, vcpu_1, mapped_poller },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_a_quiet_consumer_and_a_grower, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_1_quiet,
		.thread = { vcpu_0, file_grow, mapped_poller },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_a_quiet_epoller_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_2_quiet,
		.thread = { vcpu_0, vcpu_1, mapped_epoller },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_a_quiet_epoller_and_a_grower, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_1_quiet,
		.thread = { vcpu_0, file_grow, mapped_epoller },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_a_quiet_consumer_a_grower_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_2_quiet,
		.thread = { vcpu_0, vcpu_1, file_grow, mapped_poller },
		.still = file_others_are_served, .taker = 3,
		.end = file_end, .preemptions = 2 });
}
