// SPDX-License-Identifier: GPL-2.0
/*
 * A port fires, is taken, is given back, all at once; the ring begins again, is
 * swept, forgets a port under its publishers.
 */
#include "file.h"
#include "mapped.h"

#define SLOTS 8
#define UNBOUND 7

/* Tags wrap at once. */
static const struct origin old = { 11, 0xfffffffe };
static bool forgotten;

static void begin_merging(void)
{
	file_start(SLOTS, &old, 1);
	file_expect(0, 3);
	file_may_merge();
}

static void begin_mapped(void)
{
	file_start(SLOTS, &old, 1);
	file_expect(0, 3);
	file_map(false);
}

static void begin_replays(void)
{
	file_start(SLOTS, &old, 1);
	file_expect(0, 3);
	file_may_replay();
}

static void begin_mapped_replays(void)
{
	begin_replays();
	file_map(false);
}

static void begin_early_replays(void)
{
	begin_mapped_replays();
	file_early(0);
}

static void begin_resync(void)
{
	file_start(SLOTS, &old, 2);
	file_expect(0, 2);
	file_expect(1, 1);
	file_map(true);
	file_may_repeat();
}

/* Two ports, and between them an entry of one that is unbound. */
static void begin_dead(void)
{
	forgotten = false;
	file_start(SLOTS, &old, 2);
	file_expect(0, 1);
	file_expect(1, 1);
	evtchn_ring_publish(&file.ring, UNBOUND);
}

/* Gives the port back, whether it was taken or not. */
static void rearm_thrice(void)
{
	file_write(0);
	file_write(0);
	file_write(0);
}

/* Until what is sent is served; some events went into one. */
static void merging_reader(void)
{
	u32 port;

	while (!file_all_served()) {
		CHECK_EQ(file_read(&port, 1), sizeof(port));
		file_taken(port);
		file_write(port);
	}
}

static void resync(void)
{
	CHECK_EQ(evtchn_resync(&file), 0);
	mapped_restart();
}

static void consume(bool (*through)(void), bool with_resync)
{
	u32 port;

	for (;;) {
		while (mapped_take(&port)) {
			file_taken(port);
			if (with_resync)
				resync();
			with_resync = false;
			file_write(port);
			file_write(port);
		}
		if (through())
			return;
		if (!mapped_arm())
			poll_readable(&filp);
	}
}

/* Gives each port back twice. */
static void mapped_consumer(void)
{
	consume(file_all_taken, false);
}

static void mapped_consumer_with_resync(void)
{
	consume(file_all_served, true);
}

static void mapped_consumer_until_served(void)
{
	consume(file_all_served, false);
}

/* Gives back what says that it is masked. */
static void early_consumer(void)
{
	u32 port;

	for (;;) {
		while (mapped_take(&port)) {
			file_taken(port & ~EVTMMAP_PORT_MASKED);
			if (port & EVTMMAP_PORT_MASKED)
				file_write(port & ~EVTMMAP_PORT_MASKED);
		}
		if (file_all_served())
			return;
		if (!mapped_arm())
			poll_readable(&filp);
	}
}

/* As bind does it to make room. */
static void sweep(void)
{
	mutex_lock(&file.bind_lock);
	mutex_lock(&file.taker_lock);
	evtchn_ring_sweep(&file.ring);
	rcu_read_lock();
	evtchn_wake(&file, READ_ONCE(file.ring.header->prod) - 1);
	rcu_read_unlock();
	mutex_unlock(&file.taker_lock);
	mutex_unlock(&file.bind_lock);
}

/* As unbind does it. */
static void forget(void)
{
	mutex_lock(&file.bind_lock);
	mutex_lock(&file.taker_lock);
	evtchn_ring_forget(&file.ring, UNBOUND, false);
	mutex_unlock(&file.taker_lock);
	forgotten = true;
	mutex_unlock(&file.bind_lock);
}

static void forget_and_sweep(void)
{
	forget();
	sweep();
}

static void reader_beside_an_unbind(void)
{
	bool was_forgotten;
	u32 port;

	while (!file_all_taken()) {
		was_forgotten = forgotten;
		CHECK_EQ(file_read(&port, 1), sizeof(port));
		if (port == UNBOUND) {
			CHECK(!was_forgotten);
			continue;
		}
		file_taken(port);
		file_write(port);
	}
}

CASE_LIMIT(orders_of_rearm_upcall_and_take, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_merging,
		.thread = { vcpu_0_thrice, merging_reader, rearm_thrice },
		.end = file_end, .preemptions = 2 });
}

CASE_LIMIT(orders_of_two_rearms_upcall_and_take, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_merging,
		.thread = { vcpu_0_thrice, merging_reader, rearm_thrice,
			    rearm_thrice },
		.end = file_end, .preemptions = 1 });
}

CASE_LIMIT(orders_of_mapped_rearm_and_upcall, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_mapped,
		.thread = { vcpu_0_thrice, mapped_consumer },
		.end = file_end, .preemptions = 4 });
}

/* The port fires although its credit says MASKED. */
CASE_LIMIT(orders_of_replays_and_a_reader, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_replays,
		.thread = { vcpu_0_thrice, merging_reader },
		.end = file_end, .preemptions = 4 });
}

CASE_LIMIT(orders_of_replays_and_a_mapped_consumer, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_mapped_replays,
		.thread = { vcpu_0_thrice, mapped_consumer_until_served },
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_replays_and_early_eoi, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_early_replays,
		.thread = { vcpu_0_thrice, early_consumer },
		.end = file_end, .preemptions = 3 });
}

CASE_LIMIT(orders_of_resync_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_resync,
		.thread = { vcpu_0_twice, vcpu_1, mapped_consumer_with_resync },
		.end = file_end, .preemptions = 2 });
}

CASE_LIMIT(orders_of_forget_sweep_and_two_interrupts, ORDERS_LIMIT)
{
	explore(&(struct scenario){ .begin = begin_dead,
		.thread = { vcpu_0, vcpu_1, reader_beside_an_unbind,
			    forget_and_sweep },
		.end = file_end, .preemptions = 2 });
}
