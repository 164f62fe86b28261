// SPDX-License-Identifier: GPL-2.0
/*
 * The consumer's page says whatever somebody likes: its own file may suffer,
 * nobody else does, and RESYNC makes it whole.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"

static struct bundle victim, other;
static struct consumer consumer;

static void open_both(uint32_t n)
{
	bundle_open(&victim, n);
	consumer = consumer_open(victim.rx);
	bundle_open(&other, 4);
}

/* Another file of the same process, classic: every event comes. */
static void other_is_well(void)
{
	uint32_t i;

	for (i = 0; i < other.n; i++) {
		bundle_fire(&other, i);
		evt_cycle(other.rx, other.b[i]);
	}
}

/* Begin again: what was in the ring comes, and then every port is armed. */
static void recovers(void)
{
	uint32_t port;

	memset(consumer.page, 0, sizeof(*consumer.page));
	CHECK_OK(ioctl(victim.rx, EVTMMAP_IOC_RESYNC));
	consumer_seek(&consumer);
	consumer.overrun = false;
	CHECK_EQ(consumer.header->flags, 0);
	while (consumer_take(&consumer, &port)) {
		bundle_index(&victim, port);
		evt_unmask(victim.rx, port);
		/* What Xen remembered comes now. */
		consumer_sleep(&consumer, 2);
	}
	while (consumer_sleep(&consumer, EVT_QUIET_MS))
		if (consumer_take(&consumer, &port))
			evt_unmask(victim.rx, port);
	mapped_all_alive(&consumer, &victim);
	CHECK_EQ(evt_poll(victim.rx, 0) & POLLERR, 0);
	other_is_well();
}

static uint32_t garbage(int kind)
{
	uint32_t prod = load_acquire(&consumer.header->prod);

	switch (kind) {
	case 0: return 0;
	case 1: return 1;
	case 2: return ~0U;
	case 3: return 0x80000000;
	case 4: return prod - 1;
	case 5: return prod + 1;
	case 6: return prod + 0x80000000;
	default: return random();
	}
}

#define KINDS 9

CASE_LIMIT(garbage_in_every_word, 60)
{
	uint32_t *words = (uint32_t *)(open_both(3), consumer.page);
	uint32_t i, port;
	int kind;

	for (i = 0; i < CONSUMER_PAGE / sizeof(*words); i++) {
		for (kind = 0; kind < KINDS; kind++) {
			store(&words[i], garbage(kind));
			/* Words that mean something are worth an event each. */
			if (i % 16 > 1 && i != 100)
				continue;
			bundle_fire(&victim, kind % 3);
			evt_poll(victim.rx, 0);
			CHECK_ERR(read(victim.rx, &port, 4), EBUSY);
			evt_unmask(victim.rx, victim.b[kind % 3]);
		}
		if (i % 64 == 1)
			other_is_well();
	}
	recovers();
}

CASE_LIMIT(garbage_in_words_that_count_by_twos, 60)
{
	int cons, wake, flags;

	open_both(2);
	for (cons = 0; cons < KINDS; cons++)
		for (wake = 0; wake < KINDS; wake++)
			for (flags = 0; flags < 4; flags++) {
				store(&consumer.page->cons, garbage(cons));
				store(&consumer.page->wake, garbage(wake));
				store(&consumer.page->flags, garbage(flags));
				bundle_fire(&victim, 0);
				evt_poll(victim.rx, 0);
				evt_unmask(victim.rx, victim.b[0]);
			}
	recovers();
}

/* Room in the ring, and the place of the next event, are the driver's to know. */
CASE_LIMIT(cons_of_any_value_loses_nothing, 30)
{
	uint32_t i, port, pos;
	int kind;

	open_both(5);
	for (kind = 0; kind < 100; kind++) {
		pos = consumer.pos;
		store(&consumer.page->cons, garbage(kind % KINDS));
		bundle_fire_all(&victim);
		ring_reaches(consumer.header, pos + victim.n);
		for (i = 0; i < victim.n; i++) {
			CHECK(consumer_peek(&consumer, &port));
			bundle_index(&victim, port);
			consumer.pos++;
		}
		store(&consumer.page->cons, garbage(7));
		bundle_rearm_all(&victim);
	}
	recovers();
}

static bool scribbling;

static void *scribble(void *arg)
{
	unsigned int seed = 1;
	uint32_t *words = arg;

	while (__atomic_load_n(&scribbling, __ATOMIC_ACQUIRE)) {
		int r = rand_r(&seed);
		uint32_t word = r % 4 ? (r >> 2) % 3 : (r >> 2) % 1024;
		uint32_t at = word == 1 ? 16 : word == 2 ? 17 : word;

		store(&words[at], garbage((r >> 12) % KINDS));
	}
	return NULL;
}

/* Binding, rearming, polling and growing while the page changes at random. */
CASE_LIMIT(garbage_all_the_time, 60)
{
	double end = seconds() + 4;
	pthread_t thread;
	uint32_t i = 0;
	struct loop l;

	open_both(16);
	scribbling = true;
	CHECK_EQ(pthread_create(&thread, NULL, scribble, consumer.page), 0);
	for (; seconds() < end; i++) {
		bundle_fire(&victim, i % victim.n);
		evt_poll(victim.rx, 0);
		evt_unmask(victim.rx, victim.b[i * 7 % victim.n]);
		if (i % 8 == 0)
			other_is_well();
		if (i % 50)
			continue;
		l = loop_bind(victim.tx, victim.rx);
		if (i % 100)
			CHECK_OK(ioctl(victim.rx, EVTMMAP_IOC_RESYNC));
		CHECK_OK(evt_unbind(victim.rx, l.b));
	}
	__atomic_store_n(&scribbling, false, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	tap_note("%u rounds", i);
	recovers();
}

CASE(consumer_that_never_takes)
{
	uint32_t i, prod;

	open_both(100);
	bundle_fire_all(&victim);
	prod = consumer.pos + victim.n;
	ring_reaches(consumer.header, prod);
	for (i = 0; i < 20; i++)
		bundle_fire_all(&victim);
	CHECK_EQ(load_acquire(&consumer.header->prod), prod);
	CHECK_EQ(consumer.header->flags, 0);
	CHECK_EQ(evt_poll(victim.rx, 0) & (POLLIN | POLLERR), POLLIN);
	other_is_well();
	mapped_take_each(&consumer, &victim);
	recovers();
}

CASE(consumer_that_reads_backwards)
{
	uint64_t slots[20];
	uint32_t i, begin;

	open_both(20);
	begin = consumer.pos;
	bundle_fire_all(&victim);
	mapped_take_each(&consumer, &victim);
	store(&consumer.page->flags, 0);
	for (i = 0; i < victim.n; i++)
		slots[i] = consumer_slot(&consumer, begin + i);
	for (i = victim.n; i--; ) {
		store(&consumer.page->cons, begin + i);
		CHECK(evt_poll(victim.rx, 0) & POLLIN);
		CHECK(consumer_slot(&consumer, begin + i) == slots[i]);
	}
	store(&consumer.page->cons, consumer.pos);
	bundle_rearm_all(&victim);
	mapped_all_alive(&consumer, &victim);
	other_is_well();
}

/* The end of a process in the middle of all that has to find everything. */
CASE_LIMIT(exit_while_the_page_is_scribbled_on, 30)
{
	pthread_t thread;
	int i;

	bundle_open(&other, 4);
	for (i = 0; i < 10; i++) {
		pid_t pid = fork();

		if (!pid) {
			bundle_open(&victim, 4);
			consumer = consumer_open(victim.rx);
			scribbling = true;
			CHECK_EQ(pthread_create(&thread, NULL, scribble,
						consumer.page), 0);
			bundle_fire_all(&victim);
			_exit(0);
		}
		tap_reap(pid);
		other_is_well();
	}
}
