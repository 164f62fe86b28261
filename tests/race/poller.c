// SPDX-License-Identifier: GPL-2.0
/*
 * Pollers that serve several files, come with them and go with the last one:
 * under the threads that store commands for them, and by whoever closes last.
 */
#include <stdlib.h>

#include "work.h"

#define SLOTS 4

struct parcel {
	int fd;
	uint32_t a, b;
};

/* Whoever takes one out closes its descriptor, be it the last or not. */
static struct parcel *shelf[SLOTS];

/* A descriptor of somebody's file; it may be closed, and be another's. */
static int lately = -1;

static struct parcel *swap(int slot, struct parcel *p)
{
	return __atomic_exchange_n(&shelf[slot], p, __ATOMIC_ACQ_REL);
}

static void drop(struct parcel *p)
{
	if (p)
		close(p->fd);
	free(p);
}

/* Ports, a consumer's page and a poller; the page is mapped by who needs it. */
static void step_open(struct scene *s, unsigned int *seed)
{
	int i, fd = evt_open(O_NONBLOCK);
	struct loop l = loop_bind(fd, fd);
	struct parcel *p;

	munmap(map_consumer(fd), CONSUMER_PAGE);
	if (!work_poller(fd, rand_r(seed) % 3 ?
			 __atomic_load_n(&lately, __ATOMIC_RELAXED) : -1, seed))
		work_poller(fd, -1, seed);
	for (i = 0; i < SLOTS; i++) {
		p = malloc(sizeof(*p));
		CHECK(p);
		*p = (struct parcel){ CHECK_OK(dup(fd)), l.a, l.b };
		__atomic_store_n(&lately, p->fd, __ATOMIC_RELAXED);
		drop(swap(i, p));
	}
	close(fd);
	(void)s;
}

static void command(struct parcel *p, unsigned int *seed)
{
	struct evtmmap_header *header = map_header(p->fd);
	struct evtmmap_consumer *page = map_consumer(p->fd);
	uint32_t ports[2] = { p->a, p->b }, i;

	if (rand_r(seed) % 2) {
		work_scribble(page, header, ports, 2, seed);
	} else {
		for (i = 0; i < 20; i++)
			work_queue(page, 1 + rand_r(seed) % 3, ports[i % 2]);
	}
	/* S, matches T */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (load_acquire(&header->poller) & EVTMMAP_P_NEED_WAKEUP)
		work_enter(p->fd, 0, 0, EVTMMAP_ENTER_WAKEUP, seed);
	/* Closed at once, or when it has had a look. */
	usleep(rand_r(seed) % 2 * (rand_r(seed) % 1000));
	munmap(page, CONSUMER_PAGE);
	munmap(header, CONSUMER_PAGE);
}

static void step_use(struct scene *s, unsigned int *seed)
{
	struct parcel *p = swap(rand_r(seed) % SLOTS, NULL);

	if (!p) {
		usleep(200);
		return;
	}
	switch (rand_r(seed) % 6) {
	case 0: evt_unbind(p->fd, p->b); break;
	case 1: work_enter(p->fd, rand_r(seed) % 40, 1,
			   rand_r(seed) & EVTMMAP_ENTER_WAKEUP, seed); break;
	case 2: ioctl(p->fd, EVTMMAP_IOC_RESYNC); break;
	default: command(p, seed); break;
	}
	drop(p);
	(void)s;
}

static struct role roles[] = {
	{ .name = "open with a poller", .step = step_open },
	{ .name = "open with a poller too", .step = step_open },
	{ .name = "command and close", .step = step_use },
	{ .name = "command and close too", .step = step_use },
	{ .name = "command and close as well", .step = step_use },
};

CASE_LIMIT(race_pollers, 900)
{
	static struct scene s;
	int i;

	scene_play(&s, roles, sizeof(roles) / sizeof(*roles));
	for (i = 0; i < SLOTS; i++)
		drop(swap(i, NULL));
}
