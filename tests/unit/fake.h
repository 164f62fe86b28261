/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device that is no device: a memfd with a ring in it stands in for it, and
 * this file for the driver. With it the library's unit tests run anywhere.
 */
#ifndef FAKE_H
#define FAKE_H

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xen/evtchn_mmap.h>

#include "evtmmap.h"
#include "tap.h"

#define SLOTS 512U	/* of the first segment: a page of them */
#define FAKE_NOTIFY _IOC(_IOC_NONE, 'E', 4, 4)

static struct fake {
	int fd;
	struct evtmmap_header *header;
	struct evtmmap_consumer *consumer;
	uint64_t *slots;	/* of the newest segment */
	uint32_t base;
	uint32_t nslots;
} fake;

/* What happens just when the consumer has gone to sleep. */
static void (*on_sleep)(void);

static inline void *fake_map(uint64_t offset, size_t length)
{
	void *p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fake.fd,
		       (off_t)offset);

	CHECK(p != MAP_FAILED);
	return p;
}

static inline void fake_segment(uint32_t generation, uint32_t base, uint32_t nslots)
{
	struct evtmmap_segment *seg = &fake.header->segment[generation % EVTMMAP_SEGMENTS];
	uint32_t i;

	seg->offset = (uint64_t)(generation % EVTMMAP_SEGMENTS + 1) << 24;
	seg->base = base;
	seg->nslots = nslots;
	fake.slots = fake_map(seg->offset, 16 * nslots);
	fake.base = base;
	fake.nslots = nslots;
	for (i = 0; i < 2 * nslots; i++)
		fake.slots[i] = EVTMMAP_SLOT(i % nslots - nslots, 0);
	fake.header->generation = generation;
}

static inline void fake_open(uint32_t first)
{
	fake.fd = CHECK_OK(memfd_create("ring", 0));
	CHECK_OK(ftruncate(fake.fd, (EVTMMAP_SEGMENTS + 2LL) << 24));
	fake.header = fake_map(EVTMMAP_OFF_HEADER, 4096);
	fake.consumer = fake_map(EVTMMAP_OFF_CONSUMER, 4096);
	fake.header->magic = EVTMMAP_MAGIC;
	fake.header->version = EVTMMAP_VERSION;
	fake.header->length = sizeof(*fake.header);
	fake.header->page_size = 4096;
	fake.header->features = EVTMMAP_FEAT_WAKE_AT | EVTMMAP_FEAT_RESYNC;
	fake.header->consumer_offset = EVTMMAP_OFF_CONSUMER;
	fake.header->consumer_length = 4096;
	fake.header->prod = first;
	fake.consumer->cons = first;
	fake_segment(0, first, SLOTS);
}

/* Both mappings of a slot are one word in the real ring. */
static inline void fake_fill(uint32_t pos, uint32_t port)
{
	uint32_t i = (pos - fake.base) & (fake.nslots - 1);
	uint64_t slot = EVTMMAP_SLOT(pos - fake.base, port);

	__atomic_store_n(&fake.slots[i + fake.nslots], slot, __ATOMIC_RELEASE);
	__atomic_store_n(&fake.slots[i], slot, __ATOMIC_RELEASE);
}

static inline void fake_publish(uint32_t port)
{
	fake_fill(fake.header->prod, port);
	__atomic_store_n(&fake.header->prod, fake.header->prod + 1, __ATOMIC_RELEASE);
}

static inline void fake_grow(uint32_t nslots)
{
	uint32_t pos = fake.header->prod, generation = fake.header->generation + 1;
	struct fake old = fake;

	fake_segment(generation, pos + 1, nslots);
	old.slots[(pos - old.base) % old.nslots] =
	old.slots[(pos - old.base) % old.nslots + old.nslots] =
		EVTMMAP_SLOT(pos - old.base, EVTMMAP_PORT_CLOSED);
	fake.header->prod = pos + 1;
}

/* The library's system calls end here. What it opens passes for a device. */
int fstat(int fd, struct stat *st)
{
	*st = (struct stat){ .st_mode = S_IFCHR };
	return fcntl(fd, F_GETFD) < 0 ? -1 : 0;
}

int ioctl(int fd, unsigned long command, ...)
{
	(void)fd;
	if (command != EVTMMAP_IOC_RESYNC) {
		errno = command == FAKE_NOTIFY ? ENOTCONN : ENOTTY;
		return -1;
	}
	fake_grow(fake.nslots);
	fake.consumer->cons = fake.base;
	fake.header->flags = 0;
	fake.header->resyncs++;
	return 0;
}

int ppoll(struct pollfd *p, nfds_t n, const struct timespec *ts, const sigset_t *set)
{
	(void)n, (void)set;
	if (on_sleep) {
		on_sleep();
		p->revents = POLLIN;
		return 1;
	}
	CHECK(ts);
	nanosleep(ts, NULL);
	return 0;
}

static inline struct evtmmap *lib_open_fd(int fd, unsigned int flags)
{
	struct evtmmap_options o = { .size = sizeof(o), .fd = fd,
				     .flags = flags | EVTMMAP_OPT_ADOPT_FD };
	struct evtmmap *h;

	CHECK_EQ(evtmmap_open(&h, &o), 0);
	return h;
}

static inline struct evtmmap *lib_open(uint32_t first, unsigned int flags)
{
	struct evtmmap *h;

	fake_open(first);
	h = lib_open_fd(fake.fd, flags);
	CHECK_EQ(evtmmap_is_mapped(h), 1);
	return h;
}

#endif
