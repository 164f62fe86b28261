// SPDX-License-Identifier: GPL-2.0
/*
 * One file whose commands many take at once: threads in ENTER, a poller in one
 * of the scenes, io_uring; while one stores garbage over them, ports come and
 * go, and how a port works is changed under its events.
 */
#include <stdlib.h>

#include "work.h"

#define PORTS 24	/* notified by themselves: tx is rx */

/* A pair that is bound and unbound all the time. */
static struct loop fleeting;
static struct worker *worker;

static void begin_again(struct scene *s, int cmd)
{
	CHECK_OK(ioctl(s->ports.rx, cmd));
	consumer_seek(&s->consumer);
	s->consumer.overrun = false;
}

static uint32_t any(struct scene *s, unsigned int *seed)
{
	return rand_r(seed) % s->ports.n;
}

/* Takes what is there and queues the answers, as a backend does. */
static void step_serve(struct scene *s, unsigned int *seed)
{
	struct evtmmap_consumer *page = s->consumer.page;
	uint32_t port, n = 0;

	while (n < 40 && consumer_take(&s->consumer, &port)) {
		/* U, matches V */
		__atomic_store_n(&page->cons, s->consumer.pos, __ATOMIC_RELEASE);
		work_queue(page, EVTMMAP_CMD_REARM, port & ~EVTMMAP_PORT_MASKED);
		work_queue(page, EVTMMAP_CMD_NOTIFY, s->ports.a[any(s, seed)]);
		n++;
	}
	work_enter(s->ports.rx, 2 * n, 1, EVTMMAP_ENTER_WAKEUP, seed);
	if (s->consumer.overrun || rand_r(seed) % 50 == 0)
		begin_again(s, rand_r(seed) % 2 ? EVT_RESET : EVTMMAP_IOC_RESYNC);
}

static void step_enter(struct scene *s, unsigned int *seed)
{
	static const uint32_t batches[] = { 1, 3, 40, EVTMMAP_COMMANDS };

	work_enter(s->ports.rx, batches[rand_r(seed) % 4], rand_r(seed) % 3,
		   rand_r(seed) & EVTMMAP_ENTER_WAKEUP, seed);
}

static void step_scribble(struct scene *s, unsigned int *seed)
{
	uint32_t ports[PORTS + 2], i;

	for (i = 0; i < PORTS; i++)
		ports[i] = rand_r(seed) % 2 ? s->ports.a[i] : s->ports.b[i];
	ports[i++] = __atomic_load_n(&fleeting.a, __ATOMIC_RELAXED);
	ports[i++] = __atomic_load_n(&fleeting.b, __ATOMIC_RELAXED);
	work_scribble(s->consumer.page, s->consumer.header, ports, i, seed);
	usleep(rand_r(seed) % 3000);
}

static void step_rearm(struct scene *s, unsigned int *seed)
{
	uint32_t i = any(s, seed);

	CHECK_EQ(write(s->ports.rx, s->ports.b + i, 4), 4);
	usleep(rand_r(seed) % 2000);
}

static void step_notify(struct scene *s, unsigned int *seed)
{
	bundle_fire(&s->ports, any(s, seed));
	evt_notify(s->ports.rx, __atomic_load_n(&fleeting.a, __ATOMIC_RELAXED));
}

/* Everything that can be set, while its events flow; then it is unbound. */
static void step_early(struct scene *s, unsigned int *seed)
{
	int fd = s->ports.rx, i;
	struct loop l = loop_bind(fd, fd);

	__atomic_store_n(&fleeting.a, l.a, __ATOMIC_RELAXED);
	__atomic_store_n(&fleeting.b, l.b, __ATOMIC_RELAXED);
	for (i = 0; i < 4; i++) {
		CHECK_OK(evt_notify(fd, l.a));
		usleep(rand_r(seed) % 1000);
		if (i == 1)
			CHECK(work_option(fd, EVTMMAP_IOC_EARLY_EOI, l.b, 0));
	}
	CHECK_OK(evt_unbind(fd, l.b));
	CHECK_OK(evt_unbind(fd, l.a));
}

static void step_option(struct scene *s, unsigned int *seed)
{
	uint32_t port = s->ports.b[any(s, seed)];
	int fd = s->ports.rx;

	switch (rand_r(seed) % 4) {
	case 0:
		work_option(fd, EVTMMAP_IOC_PRIORITY, port, rand_r(seed) % 16);
		break;
	case 1:
		work_option(fd, EVTMMAP_IOC_AFFINITY, port, rand_r(seed) % 2);
		break;
	case 2:
		work_option(fd, EVTMMAP_IOC_AFFINITY, port, EVTMMAP_CPU_CONSUMER);
		break;
	default:
		work_option(fd, EVTMMAP_IOC_PRIORITY,
			    __atomic_load_n(&fleeting.b, __ATOMIC_RELAXED), 3);
		break;
	}
	usleep(rand_r(seed) % 3000);
}

static void step_uring(struct scene *s, unsigned int *seed)
{
	uint32_t i = any(s, seed);

	worker_step(worker, s->ports.a[i], s->ports.b[i], seed);
}

static struct role roles[] = {
	{ .name = "serve", .step = step_serve },
	{ .name = "enter", .step = step_enter },
	{ .name = "enter too", .step = step_enter },
	{ .name = "garbage", .step = step_scribble },
	{ .name = "rearm", .step = step_rearm },
	{ .name = "notify", .step = step_notify },
	{ .name = "early EOI", .step = step_early },
	{ .name = "options", .step = step_option },
	{ .name = "io_uring", .step = step_uring },
};

static void start(struct scene *s)
{
	int fd = evt_open(O_NONBLOCK);

	s->ports = (struct bundle){ .tx = fd, .rx = fd };
	while (s->ports.n < PORTS) {
		bundle_add(&s->ports);
		bundle_settle_last(&s->ports);
	}
	s->consumer = consumer_open(fd);
	worker = worker_open(fd);
}

/* Whatever was done to it, the file is whole: each port carries an event. */
static void works(struct scene *s)
{
	struct evtmmap_consumer *page = s->consumer.page;
	uint32_t port;

	worker_close(worker);
	store(&page->command_tail, load_acquire(&s->consumer.header->command_head));
	usleep(EVT_QUIET_MS * 1000);
	begin_again(s, EVT_RESET);
	while (consumer_sleep(&s->consumer, EVT_QUIET_MS))
		if (consumer_take(&s->consumer, &port))
			evt_unmask(s->ports.rx, port & ~EVTMMAP_PORT_MASKED);
	mapped_all_alive(&s->consumer, &s->ports);
}

CASE_LIMIT(race_command, 900)
{
	static struct scene s;

	start(&s);
	scene_play(&s, roles, sizeof(roles) / sizeof(*roles));
	works(&s);
}

/* The same with one taker more, which nobody calls. */
CASE_LIMIT(race_polled, 900)
{
	static struct scene s;
	unsigned int seed = 1;

	start(&s);
	CHECK(work_poller(s.ports.rx, -1, &seed));
	scene_play(&s, roles, sizeof(roles) / sizeof(*roles));
	works(&s);
}
