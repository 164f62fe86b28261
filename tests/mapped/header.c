// SPDX-License-Identifier: GPL-2.0
/* What the pages say of themselves. */
#include <stddef.h>
#include <string.h>

#include "bundle.h"

static bool all_zero(const void *p, size_t n)
{
	const char *c = p;

	while (n && !*c) {
		c++;
		n--;
	}
	return !n;
}

CASE(header_describes_itself)
{
	struct evtmmap_header *h = map_header(evt_open(0));

	CHECK_EQ(h->magic, EVTMMAP_MAGIC);
	CHECK_EQ(h->version, EVTMMAP_VERSION);
	CHECK_EQ(h->length, sizeof(*h));
	CHECK_EQ(h->page_size, sysconf(_SC_PAGESIZE));
	CHECK(h->features & EVTMMAP_FEAT_WAKE_AT);
	CHECK(h->features & EVTMMAP_FEAT_RESYNC);
	CHECK_EQ(h->consumer_offset, EVTMMAP_OFF_CONSUMER);
	CHECK_EQ(h->consumer_length, CONSUMER_PAGE);
	CHECK_EQ(!h->command_offset, !h->command_count);
	CHECK_EQ(h->command_count & (h->command_count - 1), 0);
}

CASE(header_of_a_fresh_file)
{
	struct evtmmap_header *h = map_header(evt_open(0));

	CHECK_EQ(h->prod, 0);
	CHECK_EQ(h->generation, 0);
	CHECK_EQ(h->flags, 0);
	CHECK_EQ(h->spurious, 0);
	CHECK_EQ(h->overruns, 0);
	CHECK_EQ(h->resyncs, 0);
	CHECK_EQ(h->restores, 0);
	CHECK_EQ(h->segment[0].offset, 1ULL << 32);
	CHECK_EQ(h->segment[0].base, 0);
	CHECK_EQ(h->segment[0].nslots, 512);
	CHECK(all_zero(&h->segment[1], sizeof(h->segment) - sizeof(h->segment[0])));
}

CASE(pages_leak_nothing)
{
	struct consumer c = consumer_open(evt_open(0));
	uint32_t i;

	CHECK(all_zero(c.header->reserved0, sizeof(c.header->reserved0)));
	CHECK(all_zero(c.header->reserved1, sizeof(c.header->reserved1)));
	CHECK_EQ(c.header->reserved4, 0);
	CHECK(all_zero(c.header->reserved2, sizeof(c.header->reserved2)));
	CHECK(all_zero(c.header + 1, CONSUMER_PAGE - sizeof(*c.header)));
	CHECK(all_zero(c.page, CONSUMER_PAGE));
	for (i = 0; i < c.nslots; i++)
		CHECK(c.slots[i] == EVTMMAP_SLOT(i - c.nslots, 0));
}

/* Field by field, since another compiler's struct has to be the same. */
CASE(layout_is_what_it_was)
{
	CHECK_EQ(offsetof(struct evtmmap_header, features), 16);
	CHECK_EQ(offsetof(struct evtmmap_header, prod), 64);
	CHECK_EQ(offsetof(struct evtmmap_header, generation), 128);
	CHECK_EQ(offsetof(struct evtmmap_header, spurious), 136);
	CHECK_EQ(offsetof(struct evtmmap_header, restores), 160);
	CHECK_EQ(offsetof(struct evtmmap_header, segment), 192);
	CHECK_EQ(sizeof(struct evtmmap_segment), 16);
	CHECK_EQ(offsetof(struct evtmmap_header, command_head), 704);
	CHECK_EQ(offsetof(struct evtmmap_header, poller), 720);
	CHECK_EQ(sizeof(struct evtmmap_header), 768);
	CHECK_EQ(offsetof(struct evtmmap_consumer, wake), 64);
	CHECK_EQ(offsetof(struct evtmmap_consumer, flags), 68);
	CHECK_EQ(offsetof(struct evtmmap_consumer, restores), 72);
	CHECK_EQ(offsetof(struct evtmmap_consumer, command_tail), 128);
	CHECK_EQ(offsetof(struct evtmmap_consumer, command), 192);
	CHECK_EQ(sizeof(struct evtmmap_consumer), CONSUMER_PAGE);
}

CASE(slots_stand_twice_in_a_row)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 40);
	c = consumer_open(s.rx);
	bundle_fire_all(&s);
	mapped_take_each(&c, &s);
	CHECK(!memcmp(c.slots, c.slots + c.nslots, c.nslots * sizeof(*c.slots)));
}

CASE(header_alone_changes_nothing)
{
	struct loop l = loop_open();
	struct evtmmap_header *h = map_header(l.fd);
	uint32_t base = load_acquire(&h->prod);

	map_ok(l.fd, PROT_READ, segment_size(512), 1ULL << 32);
	loop_fire_wait(&l);
	CHECK_EQ(load_acquire(&h->prod), base + 1);
	evt_cycle(l.fd, l.b);
	CHECK_EQ(evt_poll(l.fd, 0), POLLOUT | POLLWRNORM);
	CHECK_ERR(ioctl(l.fd, EVTMMAP_IOC_RESYNC), ENXIO);
}
