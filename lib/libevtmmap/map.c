// SPDX-License-Identifier: MIT
/*
 * The mapped ring: its pages, and the way from one segment to the next.
 */
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>
#include "handle.h"

/* A segment's offset takes 64 bits, on 32-bit machines as well. */
_Static_assert(sizeof(off_t) == sizeof(__u64), "build with _FILE_OFFSET_BITS=64");

static int map(const struct evtmmap *h, __u64 offset, size_t length, int prot,
	       void **page)
{
	*page = mmap(NULL, length, prot, MAP_SHARED, h->fd, (off_t)offset);
	return *page == MAP_FAILED ? -errno : 0;
}

/* A version we do not know is one we must not touch. */
static bool is_known(const struct evtmmap_header *header)
{
	return header->magic == EVTMMAP_MAGIC &&
	       header->version == EVTMMAP_VERSION &&
	       header->length >= offsetof(struct evtmmap_header, command_head) &&
	       header->consumer_length >= sizeof(struct evtmmap_consumer);
}

static void read_segment(const struct evtmmap *h, __u32 generation,
			 struct evtmmap_segment *seg)
{
	const struct evtmmap_segment *from =
		&h->header->segment[generation % EVTMMAP_SEGMENTS];

	seg->offset = ring_read(&from->offset);
	seg->base = ring_read(&from->base);
	seg->nslots = ring_read(&from->nslots);
}

static bool is_segment(const struct evtmmap_segment *seg)
{
	return seg->nslots && !(seg->nslots & (seg->nslots - 1));
}

static void leave_segment(struct evtmmap *h)
{
	if (h->slots)
		munmap(h->slots, h->slots_length);
	h->slots = NULL;
}

static bool is_forbidden(int ret)
{
	return ret == -EACCES || ret == -EPERM;
}

/* No two segments of a file have the same generation. */
static int map_segment(struct evtmmap *h, __u32 generation,
		       const struct evtmmap_segment *seg)
{
	size_t length = 2 * sizeof(__u64) * seg->nslots;
	void *slots;
	int ret;

	if (h->slots && h->generation == generation)
		return 0;
	ret = map(h, seg->offset, length, PROT_READ, &slots);
	if (ret == -ENOMEM || ret == -EAGAIN)
		return -ENOMEM;
	/* Refused by the driver: it has gone since we read about it. */
	if (ret < 0)
		return is_forbidden(ret) ? ret : -EOVERFLOW;
	leave_segment(h);
	h->slots = slots;
	h->slots_length = length;
	h->generation = generation;
	return 0;
}

static int enter_segment(struct evtmmap *h, __u32 generation,
			 const struct evtmmap_segment *seg, __u32 cons)
{
	int ret = map_segment(h, generation, seg);

	if (ret == 0)
		ring_enter(&h->ring, h->slots, seg, cons);
	return ret;
}

/* The slot at cons is CLOSED: everything of this segment was released. */
int map_follow(struct evtmmap *h)
{
	struct evtmmap_segment seg;
	__u32 cons = h->ring.cons + 1;

	read_segment(h, h->generation + 1, &seg);
	/* Gone already: so are the events in it. */
	if (!is_segment(&seg) || seg.base != cons)
		return -EOVERFLOW;
	return enter_segment(h, h->generation + 1, &seg, cons);
}

/* Finds the segment that the position in the consumer's page is in. */
int map_start(struct evtmmap *h)
{
	struct evtmmap_segment seg;
	__u32 cons, end, newest, back;

	h->resyncs = ring_read(&h->header->resyncs);
	cons = ring_read(&h->ring.page->cons);
	newest = ring_newest(h->header, &end);
	end += 2;	/* who goes by tags may be one ahead of prod */
	for (back = 0; back < EVTMMAP_SEGMENTS; back++) {
		read_segment(h, newest - back, &seg);
		if (!is_segment(&seg))
			break;
		/* Not signed: a segment may hold more than 2^31 positions. */
		if (cons - seg.base < end - seg.base)
			return enter_segment(h, newest - back, &seg, cons);
		end = seg.base;
	}
	return -EOVERFLOW;
}

/*
 * A count of resyncs that is not ours: another holder of the descriptor has
 * reset it, and nothing will be written where we look any more.
 */
bool map_is_lost(const struct evtmmap *h)
{
	return ring_read(&h->header->flags) & EVTMMAP_F_OVERRUN ||
	       ring_read(&h->header->resyncs) != h->resyncs ||
	       ring_state(&h->ring) == RING_OVERRUN;
}

/*
 * -ESTALE if the domain was restored since evtmmap_resync() was last told so.
 * That is noted: one that comes behind it is told in its turn.
 */
int map_restored(struct evtmmap *h)
{
	__u32 restores = ring_read(&h->header->restores);

	if (!(h->header->features & EVTMMAP_FEAT_RESTORES) ||
	    restores == ring_read(&h->ring.page->restores))
		return 0;
	h->restores = restores;
	return -ESTALE;
}

/* Our caller knows: from now on the driver lets us sleep. */
void map_knows_restore(struct evtmmap *h)
{
	__atomic_store_n(&h->ring.page->restores, h->restores, __ATOMIC_RELAXED);
}

static void set_quiet(struct evtmmap *h)
{
	__u32 flags = 0;

	if (!(h->header->features & EVTMMAP_FEAT_WAKE_AT))
		h->quiet = false;
	if (h->quiet) {
		ring_wake_here(&h->ring, true);
		flags = EVTMMAP_C_WAKE_AT;
	}
	/* An adopted page may have been left with anything in it. */
	__atomic_store_n(&h->ring.page->flags, flags, __ATOMIC_RELAXED);
}

/* The newest segment, which is hardly ever not the one to start in. */
static int map_newest(struct evtmmap *h)
{
	struct evtmmap_segment seg;
	__u32 prod, newest = ring_newest(h->header, &prod);
	int ret;

	read_segment(h, newest, &seg);
	ret = is_segment(&seg) ? map_segment(h, newest, &seg) : 0;
	/* Gone by now: another one will be there to start in. */
	return ret == -EOVERFLOW ? 0 : ret;
}

/* The consumer's page makes the file a mapped one for good: it comes last. */
static int map_pages(struct evtmmap *h)
{
	void *page;
	int ret = map(h, EVTMMAP_OFF_HEADER, (size_t)sysconf(_SC_PAGESIZE),
		      PROT_READ, &page);

	if (ret < 0)
		return ret;
	h->header = page;
	if (!is_known(h->header))
		return -ENODEV;
	ret = map_newest(h);
	if (ret < 0)
		return ret;
	ret = map(h, h->header->consumer_offset, h->header->consumer_length,
		  PROT_READ | PROT_WRITE, &page);
	if (ret < 0)
		return ret;
	h->ring.page = page;
	h->restores = ring_read(&h->ring.page->restores);
	return 0;
}

static int start(struct evtmmap *h)
{
	int ret = map_start(h);

	/* Whoever had the device before us left no position to go on from. */
	if (ret == -EOVERFLOW)
		ret = evtmmap_resync(h);
	if (ret == 0)
		set_quiet(h);
	return ret;
}

/* -ENODEV if the driver has no ring for us, or we may not map it. */
int map_open(struct evtmmap *h)
{
	int ret = map_pages(h);

	/* Somebody's policy, who may not have heard of mappings of this device. */
	if (is_forbidden(ret))
		ret = -ENODEV;
	if (ret == 0)
		ret = start(h);
	if (ret < 0)
		map_close(h);
	return ret;
}

void map_close(struct evtmmap *h)
{
	if (!h->header)
		return;
	leave_segment(h);
	if (h->ring.page)
		munmap(h->ring.page, h->header->consumer_length);
	munmap((void *)h->header, (size_t)sysconf(_SC_PAGESIZE));
	h->ring.page = NULL;
	h->header = NULL;
}
