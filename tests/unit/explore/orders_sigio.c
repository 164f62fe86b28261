// SPDX-License-Identifier: GPL-2.0
/* Interrupts against a client that sleeps until SIGIO, and then takes all. */
#include "file.h"
#include "mapped.h"

#define SLOTS 8

static const struct origin wrap = { 0xfffffffe, 0 };
static struct fasync_struct taker = { .thread = 2 };

static void begin(int first)
{
	file_start(SLOTS, &wrap, 2);
	file_expect(0, first);
	file_expect(1, 1);
	file.fasync = &taker;
	/* As if one had been sent long ago, for another position. */
	file.signalled = file.ring.taker.pos - 1;
	filp.f_flags = O_NONBLOCK;
}

static void begin_classic(void)
{
	begin(1);
}

static void begin_classic_twice(void)
{
	begin(2);
}

static void begin_mapped(void)
{
	begin(1);
	file_map(false);
}

static void begin_quiet(void)
{
	begin(1);
	file_map(true);
}

static void classic_taker(void)
{
	u32 port;

	for (;;) {
		while (file_read(&port, 1) == sizeof(port)) {
			file_taken(port);
			file_write(port);
		}
		if (file_all_taken())
			return;
		wait_for_sigio();
	}
}

/*
 * Gives no port back before the end: nothing but the library's D stands between
 * its store of cons and its last look before it sleeps.
 */
static void mapped_taker(void)
{
	u32 got[PORTS];
	int n = 0;

	for (;;) {
		do
			while (n < PORTS && mapped_take(&got[n]))
				file_taken(got[n++]);
		while (mapped_arm());
		if (file_all_taken())
			break;
		wait_for_sigio();
	}
	while (n)
		file_write(got[--n]);
}

CASE_LIMIT(orders_of_sigio_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_classic,
		.thread = { vcpu_0, vcpu_1, classic_taker },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_sigio_and_an_interrupt_that_comes_again, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_classic_twice,
		.thread = { vcpu_0_twice, vcpu_1, classic_taker },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 2 });
}

CASE_LIMIT(orders_of_sigio_and_a_mapped_consumer, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_mapped,
		.thread = { vcpu_0, vcpu_1, mapped_taker },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 2 });
}

CASE_LIMIT(orders_of_sigio_and_a_quiet_consumer, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_quiet,
		.thread = { vcpu_0, vcpu_1, mapped_taker },
		.still = file_others_are_served, .taker = 2,
		.end = file_end, .preemptions = 2 });
}
