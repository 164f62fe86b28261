// SPDX-License-Identifier: GPL-2.0
/* Mappings come, go, move and shrink while interrupts publish into the pages. */
#include <sched.h>
#include <stdlib.h>

#include "frame.h"

#define PAGE	CONSUMER_PAGE

static void map_and_unmap(void *arg)
{
	struct consumer c = consumer_open(*(int *)arg);

	store(&c.page->wake, 0);
	consumer_close(&c);
}

HOSTILE(munmap_while_events_flow)
{
	int i;

	for (i = 0; i < 3; i++)
		meanwhile(map_and_unmap, &mine.rx);
	while (going())
		flow();
	end_threads();
}

HOSTILE(munmap_of_all_and_map_again)
{
	uint32_t pos;

	while (going()) {
		flow();
		pos = ring.pos;
		bundle_fire_all(&mine);
		consumer_close(&ring);
		ring = consumer_open(mine.rx);
		CHECK_EQ(ring.pos, pos);
		mapped_take_each(&ring, &mine);
		bundle_rearm_all(&mine);
	}
}

HOSTILE(munmap_of_a_part)
{
	struct consumer c = consumer_open(mine.rx);

	CHECK_OK(munmap((void *)c.slots, PAGE));
	/* The second copy of the slots is still there. */
	c.slots += PAGE / sizeof(*c.slots);
	while (going()) {
		CHECK(consumer_slot(&c, ring.pos) == consumer_slot(&ring, ring.pos));
		flow();
	}
	CHECK_OK(munmap((void *)c.slots, PAGE));
	CHECK_OK(munmap(c.header, PAGE));
	flow();
}

static void cannot_grow(void *p, size_t len)
{
	CHECK(mremap(p, len, len + PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, EFAULT);
	/* From nothing: that would be a second mapping. */
	CHECK(mremap(p, 0, len, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, EFAULT);
	CHECK(mremap(p, len, len, MREMAP_MAYMOVE | MREMAP_DONTUNMAP) == MAP_FAILED);
}

HOSTILE(mremap_cannot_grow)
{
	while (going()) {
		cannot_grow(ring.header, PAGE);
		cannot_grow(ring.page, PAGE);
		cannot_grow((void *)ring.slots, segment_size(ring.nslots));
		flow();
	}
}

static void *reserve(size_t len)
{
	void *p = mmap(NULL, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

HOSTILE(mremap_moves)
{
	size_t len = segment_size(ring.nslots);
	void *to;

	while (going()) {
		to = reserve(PAGE);
		ring.header = mremap(ring.header, PAGE, PAGE,
				     MREMAP_MAYMOVE | MREMAP_FIXED, to);
		CHECK(ring.header == to);
		CHECK_EQ(ring.header->magic, EVTMMAP_MAGIC);
		CHECK_ERR(mprotect(to, PAGE, PROT_READ | PROT_WRITE), EACCES);
		to = reserve(len);
		ring.slots = mremap((void *)ring.slots, len, len,
				    MREMAP_MAYMOVE | MREMAP_FIXED, to);
		CHECK(ring.slots == to);
		flow();
	}
}

/* A thread moves it; another writes whatever stands at its old place. */
static void *moving[2];

static void move(void *arg)
{
	void *p;

	(void)arg;
	p = mremap(moving[0], PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, moving[1]);
	CHECK(p == moving[1]);
	moving[1] = moving[0];
	moving[0] = p;
	/* A hole for somebody else; or where it goes back to. */
	reserve(PAGE);
}

HOSTILE(mremap_moves_in_a_thread)
{
	moving[0] = map_consumer(mine.rx);
	moving[1] = reserve(PAGE);
	meanwhile(move, NULL);
	while (going())
		flow();
	end_threads();
}

HOSTILE(mremap_shrinks)
{
	size_t len = segment_size(ring.nslots);
	struct consumer c;
	void *p;

	while (going()) {
		c = consumer_open(mine.rx);
		p = mremap((void *)c.slots, len, PAGE, 0);
		CHECK(p == c.slots);
		CHECK(mremap(p, PAGE, len, MREMAP_MAYMOVE) == MAP_FAILED);
		CHECK(consumer_slot(&c, ring.pos) == consumer_slot(&ring, ring.pos));
		CHECK_OK(munmap(p, PAGE));
		flow();
	}
}

HOSTILE(other_memory_in_place_of_the_pages)
{
	size_t len = segment_size(ring.nslots);
	struct consumer c;

	while (going()) {
		c = consumer_open(mine.rx);
		CHECK(mmap(c.header, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			   MAP_FIXED | MAP_ANONYMOUS, -1, 0) == c.header);
		CHECK(mmap((void *)c.slots, len, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) == c.slots);
		c.header->prod = ~0U;
		*(uint64_t *)c.slots = ~0ULL;
		CHECK_NE(ring.header->prod, ~0U);
		flow();
		consumer_close(&c);
	}
}

/* One number, opened and closed by one thread and mapped by others. */
static int racing = -1;

static void open_and_close(void *arg)
{
	(void)arg;
	racing = evt_open(O_NONBLOCK);
	sched_yield();
	close(racing);
}

static void map_what_is_there(void *arg)
{
	int fd = racing;
	void *p;

	(void)arg;
	p = map_part(fd, PROT_READ, PAGE, EVTMMAP_OFF_HEADER);
	if (p != MAP_FAILED) {
		CHECK_EQ(((struct evtmmap_header *)p)->magic, EVTMMAP_MAGIC);
		munmap(p, PAGE);
	}
	p = map_part(fd, PROT_READ | PROT_WRITE, PAGE, EVTMMAP_OFF_CONSUMER);
	if (p == MAP_FAILED)
		return;
	store(&((struct evtmmap_consumer *)p)->cons, ~0U);
	ioctl(fd, EVTMMAP_IOC_RESYNC);
	munmap(p, PAGE);
}

HOSTILE(close_races_mmap)
{
	meanwhile(open_and_close, NULL);
	meanwhile(map_what_is_there, NULL);
	meanwhile(map_what_is_there, NULL);
	while (going())
		usleep(1000);
	end_threads();
}

/* The last descriptor goes while events flow; the mapping is what is left. */
HOSTILE(mapping_outlives_close)
{
	struct bundle s;
	struct consumer c;
	uint32_t port;

	while (going()) {
		bundle_open(&s, 2);
		c = consumer_open(s.rx);
		bundle_fire_all(&s);
		bundle_close(&s);
		CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
		consumer_take(&c, &port);
		store(&c.page->cons, random());
		store(&c.page->wake, random());
		consumer_close(&c);
	}
}

static void resync(void *arg)
{
	CHECK_OK(ioctl(*(int *)arg, EVTMMAP_IOC_RESYNC));
}

/* Segments come and go under whoever maps them. */
static void map_any_segment(void *arg)
{
	const struct evtmmap_segment *seg;
	uint32_t i = random() % EVTMMAP_SEGMENTS, nslots;
	void *p;

	seg = &ring.header->segment[i];
	nslots = *(volatile uint32_t *)&seg->nslots ?: 512;
	p = map_part(*(int *)arg, PROT_READ, segment_size(nslots),
		     (uint64_t)(i + 1) << 32);
	if (p == MAP_FAILED)
		return;
	CHECK_NE(*(volatile uint64_t *)p, 1);
	munmap(p, segment_size(nslots));
}

HOSTILE(mmap_races_resync)
{
	int i;

	meanwhile(resync, &mine.rx);
	for (i = 0; i < 3; i++)
		meanwhile(map_any_segment, &mine.rx);
	while (going())
		bundle_fire_all(&mine);
	end_threads();
}

HOSTILE(mmap_of_any_offset_and_length)
{
	uint64_t offset;
	size_t len;
	void *p;

	while (going()) {
		offset = ((uint64_t)random() << 32 | random()) >> random() % 60;
		len = (1 + random() % 5) * PAGE;
		p = map_part(mine.rx, random() % 8, len, offset & ~(PAGE - 1));
		if (p != MAP_FAILED)
			munmap(p, len);
		flow();
	}
}

HOSTILE(thousands_of_mappings)
{
	void *p[3000];
	int i, n = 0;

	while (n < 3000) {
		p[n] = map_part(mine.rx, PROT_READ, PAGE, EVTMMAP_OFF_HEADER);
		if (p[n] == MAP_FAILED)
			break;
		if (n++ % 100 == 0)
			flow();
	}
	CHECK_EQ(n, 3000);
	CHECK_EQ(((struct evtmmap_header *)p[n - 1])->magic, EVTMMAP_MAGIC);
	for (i = 0; i < n; i++)
		CHECK_OK(munmap(p[i], PAGE));
}
