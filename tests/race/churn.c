// SPDX-License-Identifier: GPL-2.0
/* Files that come and go, used by one thread while another closes them. */
#include <signal.h>
#include <stdlib.h>

#include "role.h"

#define SLOTS 4

struct parcel {
	int fd;
	uint32_t a, b;
};

/* Whoever takes one out closes its descriptor, be it the last or not. */
static struct parcel *shelf[SLOTS];

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

static void step_open(struct scene *s, unsigned int *seed)
{
	struct loop l;
	struct parcel *p;
	int i, fd = evt_open(O_NONBLOCK);

	if (rand_r(seed) % 4 == 0)
		CHECK_OK(fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK));
	l = loop_bind(fd, fd);
	for (i = 0; i < SLOTS; i++) {
		p = malloc(sizeof(*p));
		CHECK(p);
		*p = (struct parcel){ CHECK_OK(dup(fd)), l.a, l.b };
		drop(swap(i, p));
	}
	CHECK_OK(evt_notify(fd, l.a));
	close(fd);
	(void)s;
}

static void map_some(int fd)
{
	void *header = map_part(fd, PROT_READ, CONSUMER_PAGE, EVTMMAP_OFF_HEADER);
	void *page = map_part(fd, PROT_READ | PROT_WRITE, CONSUMER_PAGE,
			      EVTMMAP_OFF_CONSUMER);

	if (header != MAP_FAILED)
		munmap(header, CONSUMER_PAGE);
	if (page != MAP_FAILED)
		munmap(page, CONSUMER_PAGE);
}

/* What comes of it is not ours to know: it is mapped, or reset, or unbound. */
static void step_use(struct scene *s, unsigned int *seed)
{
	struct parcel *p = swap(rand_r(seed) % SLOTS, NULL);
	uint32_t port;

	if (!p) {
		usleep(200);
		return;
	}
	switch (rand_r(seed) % 8) {
	case 0: evt_poll(p->fd, 1); break;
	case 1: port = read(p->fd, &port, sizeof(port)); break;
	case 2: evt_notify(p->fd, p->a); break;
	case 3: evt_unbind(p->fd, p->b); break;
	case 4: evt_reset(p->fd); break;
	case 5: map_some(p->fd); break;
	case 6: ioctl(p->fd, EVTMMAP_IOC_RESYNC); break;
	default: port = write(p->fd, &p->b, sizeof(p->b)); break;
	}
	drop(p);
	(void)s;
}

static struct role roles[] = {
	{ .name = "open", .step = step_open },
	{ .name = "open too", .step = step_open },
	{ .name = "use and close", .step = step_use },
	{ .name = "use and close too", .step = step_use },
	{ .name = "use and close as well", .step = step_use },
};

CASE_LIMIT(race_churn, 900)
{
	static struct scene s;
	int i;

	signal(SIGIO, SIG_IGN);
	scene_play(&s, roles, sizeof(roles) / sizeof(*roles));
	for (i = 0; i < SLOTS; i++)
		drop(swap(i, NULL));
}
