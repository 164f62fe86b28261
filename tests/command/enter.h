/* SPDX-License-Identifier: GPL-2.0 */
/*
 * EVTMMAP_IOC_ENTER by hand: commands are stored in the consumer's page, no
 * library. A NOTIFY of a[i] is an event of b[i], all on one file.
 */
#ifndef ENTER_H
#define ENTER_H

#include <pthread.h>
#include <string.h>

#include "bundle.h"
#include "proc.h"

#define REARM		EVTMMAP_CMD_REARM
#define NOTIFY		EVTMMAP_CMD_NOTIFY
#define SPURIOUS	EVTMMAP_CMD_SPURIOUS

#define MS		1000000ULL	/* in nanoseconds */

/**
 * struct commander - a file with bound ports, and its mapped consumer
 * @fd: the file
 * @s: its ports; both ends of each are on it
 * @c: where events are taken
 */
struct commander {
	int fd;
	struct bundle s;
	struct consumer c;
};

/* All bound, quiet and armed. */
static inline void commander_open(struct commander *k, uint32_t n)
{
	k->fd = evt_open(O_NONBLOCK);
	k->s = (struct bundle){ .tx = k->fd, .rx = k->fd };
	while (k->s.n < n) {
		bundle_add(&k->s);
		bundle_settle_last(&k->s);
	}
	if (n)
		evt_settle(k->fd, k->s.b[n - 1]);
	k->c = consumer_open(k->fd);
	CHECK(k->c.header->features & EVTMMAP_FEAT_COMMANDS);
	CHECK_EQ(k->c.header->command_count, EVTMMAP_COMMANDS);
	CHECK_EQ(k->c.header->command_offset,
		 offsetof(struct evtmmap_consumer, command));
}

/* On one CPU from here on, an event is in the ring when ENTER returns. */
static inline void commander_settle(struct commander *k)
{
	proc_pin_events();
	mapped_all_alive(&k->c, &k->s);
}

static inline void commander_close(struct commander *k)
{
	consumer_close(&k->c);
	close(k->fd);
}

static inline uint32_t command_head(const struct commander *k)
{
	return load_acquire(&k->c.header->command_head);	/* R, matches Q */
}

/* Whatever it is, whether there is room or not. */
static inline void command_store(struct commander *k, uint32_t op, uint32_t port)
{
	struct evtmmap_consumer *page = k->c.page;
	uint32_t tail = page->command_tail;

	__atomic_store_n(&page->command[tail % EVTMMAP_COMMANDS],
			 EVTMMAP_COMMAND(op, port), __ATOMIC_RELAXED);
	/* O, matches P */
	__atomic_store_n(&page->command_tail, tail + 1, __ATOMIC_RELEASE);
}

static inline long enter(int fd, const struct evtmmap_enter *arg)
{
	return ioctl(fd, EVTMMAP_IOC_ENTER, arg);
}

static inline long enter_submit(struct commander *k, uint32_t n)
{
	return enter(k->fd, &(struct evtmmap_enter){ .to_submit = n });
}

/* Stores one, has it taken: like the system call it stands for. */
static inline long command_do(struct commander *k, uint32_t op, uint32_t port)
{
	command_store(k, op, port);
	return enter_submit(k, 1);
}

/* A thread in ENTER. */
struct enterer {
	pthread_t thread;
	int fd;
	struct evtmmap_enter arg;
	pid_t tid;
	bool done;
	long result;		/* or -errno */
};

void enterer_start(struct enterer *e, int fd, const struct evtmmap_enter *arg);
/* It sleeps in there, and does not stop. */
void enterer_sleeps(struct enterer *e);
bool enterer_done(struct enterer *e);
long enterer_join(struct enterer *e);	/* has to end */

#endif
