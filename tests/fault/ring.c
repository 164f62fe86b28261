// SPDX-License-Identifier: GPL-2.0
/* Mapping, and what works on a mapped ring: all of it or nothing. */
#include <string.h>
#include <sys/mman.h>

#include "bundle.h"
#include "fault.h"
#include "inject.h"

static struct loop loop;	/* one end on the file, the other on neighbour's */
static void *page;

static void bind_one(void)
{
	loop = loop_bind(neighbour.fd_a, file);
	evt_cycle(file, loop.b);
}

static void drop_one(void)
{
	CHECK_OK(evt_unbind(file, loop.b));
	CHECK_OK(evt_unbind(neighbour.fd_a, loop.a));
}

/* What failed to be mapped has changed nothing: read() still takes events. */
static void still_classic(void)
{
	loop_fire(&loop);
	evt_cycle(file, loop.b);
	neighbour_is_well();
}

/* Each time where no page tables are yet. */
static long map_at(int prot, size_t length, uint64_t offset)
{
	static uintptr_t place = 1UL << 44;

	place += 1UL << 30;
	page = mmap((void *)place, length, prot, MAP_SHARED | MAP_FIXED_NOREPLACE,
		    file, offset);
	return page == MAP_FAILED ? -1 : 0;
}

static long call_map_header(void)
{
	return map_at(PROT_READ, CONSUMER_PAGE, EVTMMAP_OFF_HEADER);
}

static void after_map_header(long rc)
{
	const struct evtmmap_header *header;

	if (rc < 0)
		CHECK_OK(call_map_header());
	header = page;
	CHECK_EQ(header->magic, EVTMMAP_MAGIC);
	CHECK_OK(munmap(page, CONSUMER_PAGE));
	still_classic();
}

CASE_LIMIT(mmap_of_the_header, 60)
{
	static const struct entry e = {
		"mmap() of the header", NULL, call_map_header, after_map_header,
		{ ENOMEM },
	};

	fault_start();
	bind_one();
	inject_each(&e);
}

#define SEGMENT_0	(1ULL << 32)
#define SLOTS_0		(CONSUMER_PAGE / sizeof(uint64_t))

static long call_map_slots(void)
{
	return map_at(PROT_READ, segment_size(SLOTS_0), SEGMENT_0);
}

static void after_map_slots(long rc)
{
	if (rc < 0)
		CHECK_OK(call_map_slots());
	/* Each slot is there twice. */
	CHECK_EQ(memcmp(page, page + CONSUMER_PAGE, CONSUMER_PAGE), 0);
	CHECK_OK(munmap(page, segment_size(SLOTS_0)));
	still_classic();
}

CASE_LIMIT(mmap_of_the_slots, 60)
{
	static const struct entry e = {
		"mmap() of the slots", NULL, call_map_slots, after_map_slots,
		{ ENOMEM },
	};

	fault_start();
	bind_one();
	inject_each(&e);
}

static void before_map_consumer(void)
{
	another_file();
	bind_one();
}

static long call_map_consumer(void)
{
	return map_at(PROT_READ | PROT_WRITE, CONSUMER_PAGE, EVTMMAP_OFF_CONSUMER);
}

/* A file whose consumer's page could not be mapped has not become a mapped one. */
static void after_map_consumer(long rc)
{
	struct consumer c;

	if (rc < 0) {
		still_classic();
		CHECK_OK(call_map_consumer());
	}
	CHECK_OK(munmap(page, CONSUMER_PAGE));
	c = consumer_open(file);
	loop_fire(&loop);
	mapped_expect(&c, loop.b);
	consumer_close(&c);
	drop_one();
}

CASE_LIMIT(mmap_of_the_consumer_page, 60)
{
	static const struct entry e = {
		"mmap() of the consumer's page", before_map_consumer,
		call_map_consumer, after_map_consumer, { ENOMEM },
	};

	fault_start();
	inject_each(&e);
}

static struct consumer consumer;

/* The ring is as it was, or begun anew, and carries events either way. */
static void after_restart(long rc)
{
	static uint32_t generation;

	CHECK_EQ(consumer.header->generation, generation + (rc >= 0));
	generation = consumer.header->generation;
	if (rc >= 0)
		consumer_seek(&consumer);
	loop_fire(&loop);
	mapped_expect(&consumer, loop.b);
	evt_unmask(file, loop.b);
	neighbour_is_well();
}

static void map_file(void)
{
	fault_start();
	bind_one();
	consumer = consumer_open(file);
}

static long resync(void)
{
	return ioctl(file, EVTMMAP_IOC_RESYNC);
}

CASE_LIMIT(resync_of_a_mapped_ring, 60)
{
	static const struct entry e = {
		"RESYNC", NULL, resync, after_restart, { ENOMEM },
	};

	map_file();
	inject_each(&e);
}

static long reset(void)
{
	return evt_reset(file);
}

CASE_LIMIT(reset_of_a_mapped_ring, 60)
{
	static const struct entry e = {
		"RESET, mapped", NULL, reset, after_restart, { ENOMEM },
	};

	map_file();
	inject_each(&e);
}

static void after_classic_reset(long rc)
{
	CHECK_EQ(rc, 0);
	still_classic();
}

CASE_LIMIT(reset_of_a_classic_file_always_works, 60)
{
	static const struct entry e = {
		"RESET", NULL, reset, after_classic_reset, { 0 },
	};

	fault_start();
	bind_one();
	inject_each(&e);
}

static void before_munmap(void)
{
	CHECK_OK(call_map_slots());
}

static long unmap_half(void)
{
	return munmap(page, CONSUMER_PAGE);
}

/* munmap() of a part splits the mapping, which may fail. */
static void after_munmap(long rc)
{
	(void)rc;
	CHECK_OK(munmap(page, segment_size(SLOTS_0)));
	still_classic();
}

CASE_LIMIT(munmap_of_half_the_slots, 60)
{
	static const struct entry e = {
		"munmap() of half the slots", before_munmap, unmap_half,
		after_munmap, { ENOMEM },
	};

	fault_start();
	bind_one();
	inject_each(&e);
}
