// SPDX-License-Identifier: GPL-2.0
/* A mapped ring, its consumer, and everyone else who has the file. */
#include <stdlib.h>

#include "role.h"

#define PORTS	240
#define MORE	80	/* the ring has to grow for them */

static void begin_again(struct scene *s, int cmd)
{
	CHECK_OK(ioctl(s->ports.rx, cmd));
	consumer_seek(&s->consumer);
	s->consumer.overrun = false;
}

/* Others rearm what it has not taken yet: that it is overrun is their fault. */
static void step_consume(struct scene *s, unsigned int *seed)
{
	uint32_t port;
	int rc;

	while (!scene_over(s) && consumer_take(&s->consumer, &port)) {
		rc = write(s->ports.rx, &port, sizeof(port));
		CHECK_EQ(rc, sizeof(port));
	}
	if (s->consumer.overrun || rand_r(seed) % 50 == 0)
		begin_again(s, EVTMMAP_IOC_RESYNC);
	else if (rand_r(seed) % 50 == 0)
		begin_again(s, EVT_RESET);
	else
		consumer_sleep(&s->consumer, 20);
}

static void step_rearm(struct scene *s, unsigned int *seed)
{
	uint32_t i = rand_r(seed) % PORTS;

	CHECK_EQ(write(s->ports.rx, s->ports.b + i, 4), 4);
	usleep(rand_r(seed) % 2000);
}

static void step_notify(struct scene *s, unsigned int *seed)
{
	bundle_fire(&s->ports, rand_r(seed) % PORTS);
}

static void step_poll(struct scene *s, unsigned int *seed)
{
	evt_poll(s->ports.rx, rand_r(seed) % 2);
}

static void step_refused_read(struct scene *s, unsigned int *seed)
{
	uint32_t port;

	CHECK_ERR(read(s->ports.rx, &port, sizeof(port)), EBUSY);
	usleep(rand_r(seed) % 1000);
}

static void step_map(struct scene *s, unsigned int *seed)
{
	struct evtmmap_header *header = map_header(s->ports.rx);
	const struct evtmmap_segment *seg;
	void *page = map_consumer(s->ports.rx), *slots;

	/* By the time we come it may be gone, or another one. */
	seg = &header->segment[load_acquire(&header->generation) %
			       EVTMMAP_SEGMENTS];
	slots = map_part(s->ports.rx, PROT_READ, segment_size(512), seg->offset);
	usleep(rand_r(seed) % 1000);
	if (slots != MAP_FAILED)
		munmap(slots, segment_size(512));
	munmap(page, CONSUMER_PAGE);
	munmap(header, CONSUMER_PAGE);
}

static void step_bind(struct scene *s, unsigned int *seed)
{
	struct loop l = loop_bind(s->ports.tx, s->ports.rx);

	if (rand_r(seed) % 2)
		CHECK_OK(evt_notify(l.fd_a, l.a));
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_OK(evt_unbind(l.fd_a, l.a));
}

/* A port more, and more, so that the ring grows; then all of them go again. */
static void step_grow(struct scene *s, unsigned int *seed)
{
	static struct loop l[MORE];
	static int n;
	static bool down;

	if (!down) {
		l[n++] = loop_bind(s->ports.tx, s->ports.rx);
		down = n == MORE;
		return;
	}
	n--;
	down = n;
	if (rand_r(seed) % 2)
		CHECK_OK(evt_notify(l[n].fd_a, l[n].a));
	CHECK_OK(evt_unbind(l[n].fd, l[n].b));
	CHECK_OK(evt_unbind(l[n].fd_a, l[n].a));
}

static struct role roles[] = {
	{ .name = "consume", .step = step_consume },
	{ .name = "rearm", .step = step_rearm },
	{ .name = "notify", .step = step_notify },
	{ .name = "notify too", .step = step_notify },
	{ .name = "poll", .step = step_poll },
	{ .name = "read, refused", .step = step_refused_read },
	{ .name = "map and unmap", .step = step_map },
	{ .name = "bind and unbind", .step = step_bind },
	{ .name = "grow", .step = step_grow },
};

CASE_LIMIT(race_mapped, 900)
{
	static struct scene s;
	uint32_t port;

	if (evt_is_in_tree())
		SKIP("the in-tree driver maps nothing");
	bundle_open(&s.ports, PORTS);
	s.consumer = consumer_open(s.ports.rx);
	scene_play(&s, roles, sizeof(roles) / sizeof(*roles));
	begin_again(&s, EVT_RESET);
	while (consumer_sleep(&s.consumer, EVT_QUIET_MS))
		if (consumer_take(&s.consumer, &port))
			evt_unmask(s.ports.rx, port);
	mapped_all_alive(&s.consumer, &s.ports);
}
