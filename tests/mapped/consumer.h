/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A consumer of the mapped ring in its plainest form: mmap() and loads, no
 * library. The letters are those of <xen/evtchn_mmap.h>.
 */
#ifndef CONSUMER_H
#define CONSUMER_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xen/evtchn_command.h>
#include <xen/evtchn_mmap.h>

#include "tap.h"

#define CONSUMER_PAGE 4096UL

/* Far enough ahead that no test gets there. */
#define CONSUMER_FAR (1U << 30)

/**
 * struct consumer - where it is
 * @pos: of the next entry to take
 * @closed: how many CLOSED markers it has followed
 * @overrun: met a slot that was used again before it was taken
 * @keep: leave segments mapped that it is done with
 */
struct consumer {
	int fd;
	struct evtmmap_header *header;
	struct evtmmap_consumer *page;
	const uint64_t *slots;
	uint32_t nslots, base, generation;
	uint32_t pos;
	uint32_t closed;
	bool overrun, keep;
};

static inline void *map_part(int fd, int prot, size_t length, uint64_t offset)
{
	return mmap(NULL, length, prot, MAP_SHARED, fd, offset);
}

static inline void *map_ok(int fd, int prot, size_t length, uint64_t offset)
{
	void *p = map_part(fd, prot, length, offset);

	if (p == MAP_FAILED)
		tap_fail(__FILE__, __LINE__, "mmap %#llx, %zu bytes: %s",
			 (unsigned long long)offset, length, tap_errno(errno));
	return p;
}

static inline struct evtmmap_header *map_header(int fd)
{
	return map_ok(fd, PROT_READ, CONSUMER_PAGE, EVTMMAP_OFF_HEADER);
}

static inline struct evtmmap_consumer *map_consumer(int fd)
{
	return map_ok(fd, PROT_READ | PROT_WRITE, CONSUMER_PAGE,
		      EVTMMAP_OFF_CONSUMER);
}

static inline size_t segment_size(uint32_t nslots)
{
	return 2UL * nslots * sizeof(uint64_t);
}

static inline uint32_t load_acquire(const uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static inline void store(uint32_t *p, uint32_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELAXED);
}

static inline void consumer_enter(struct consumer *c, uint32_t generation)
{
	const volatile struct evtmmap_segment *seg =
		&c->header->segment[generation % EVTMMAP_SEGMENTS];

	if (c->slots && !c->keep)
		munmap((void *)c->slots, segment_size(c->nslots));
	CHECK(seg->nslots);
	c->nslots = seg->nslots;
	c->base = seg->base;
	c->generation = generation;
	c->slots = map_ok(c->fd, PROT_READ, segment_size(c->nslots),
			  seg->offset);
}

/* Goes where the consumer's page says, which may be an older segment. */
static inline void consumer_seek(struct consumer *c)
{
	uint32_t generation;

	c->pos = c->page->cons;
	load_acquire(&c->header->prod);		/* L, matches J and K */
	generation = load_acquire(&c->header->generation);
	while (generation) {
		const struct evtmmap_segment *seg = c->header->segment;

		if ((int32_t)(c->pos - seg[generation % EVTMMAP_SEGMENTS].base) >= 0 ||
		    !seg[(generation - 1) % EVTMMAP_SEGMENTS].nslots)
			break;
		generation--;
	}
	consumer_enter(c, generation);
}

static inline struct consumer consumer_open(int fd)
{
	struct consumer c = { .fd = fd };

	c.header = map_header(fd);
	c.page = map_consumer(fd);
	consumer_seek(&c);
	return c;
}

static inline void consumer_close(struct consumer *c)
{
	munmap((void *)c->slots, segment_size(c->nslots));
	munmap(c->page, CONSUMER_PAGE);
	munmap(c->header, CONSUMER_PAGE);
}

static inline uint64_t consumer_slot(const struct consumer *c, uint32_t pos)
{
	/* B, matches A */
	return __atomic_load_n(&c->slots[(pos - c->base) & (c->nslots - 1)],
			       __ATOMIC_ACQUIRE);
}

/* The next port, if there is one; steps over entries that are none. */
static inline bool consumer_peek(struct consumer *c, uint32_t *port)
{
	for (;;) {
		uint64_t slot = consumer_slot(c, c->pos);
		uint32_t rel = c->pos - c->base;

		if ((int32_t)(EVTMMAP_SLOT_TAG(slot) - rel) > 0)
			c->overrun = true;
		if (EVTMMAP_SLOT_TAG(slot) != rel)
			return false;
		*port = EVTMMAP_SLOT_PORT(slot);
		if (*port < EVTMMAP_PORT_SPECIAL)
			return true;
		c->pos++;
		if (*port != EVTMMAP_PORT_CLOSED)
			continue;
		c->closed++;
		consumer_enter(c, c->generation + 1);
	}
}

static inline bool consumer_take(struct consumer *c, uint32_t *port)
{
	bool any = consumer_peek(c, port);

	c->pos += any;
	store(&c->page->cons, c->pos);
	return any;
}

/* Sleeps until there may be something; false when the time is over. */
static inline bool consumer_sleep(struct consumer *c, int ms)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	uint32_t port;
	int rc;

	store(&c->page->flags, EVTMMAP_C_WAKE_AT);
	store(&c->page->wake, c->pos);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* D, matches A */
	if (consumer_peek(c, &port))
		return true;
	/* Peeking may have stepped over something. */
	store(&c->page->cons, c->pos);
	store(&c->page->wake, c->pos);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* D, matches A */
	if (consumer_peek(c, &port))
		return true;
	rc = poll(&p, 1, ms);
	store(&c->page->wake, c->pos + CONSUMER_FAR);
	return rc > 0;
}

#endif
