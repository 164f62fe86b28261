// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that are none, a tail that is anywhere, and a poller that is asked
 * to do them: no event is lost by it, and nobody else is delayed.
 */
#include <signal.h>
#include <stdlib.h>

#include "frame.h"
#include "proc.h"

#define OPS	(EVTMMAP_CMD_REARM | EVTMMAP_CMD_NOTIFY | EVTMMAP_CMD_SPURIOUS)

/* A port that is bound and unbound all the time. */
static uint32_t fleeting;

static uint64_t any_command(void)
{
	uint32_t port = random() & 1 ? mine.b[random() % mine.n] : random();

	/* Of the offender's own ports a notification only: flow() counts them. */
	switch (random() % 5) {
	case 0:
		return EVTMMAP_COMMAND(random(), random());
	case 1:
		return EVTMMAP_COMMAND(random() & OPS, 0x20000 + random() % 0x20000);
	case 2:
		return EVTMMAP_COMMAND(random() & OPS, ~0U - random() % 16);
	case 3:
		return EVTMMAP_COMMAND(random() & OPS,
				       __atomic_load_n(&fleeting, __ATOMIC_RELAXED));
	default:
		return EVTMMAP_COMMAND(EVTMMAP_CMD_NOTIFY, port);
	}
}

static void store_commands(struct evtmmap_consumer *page)
{
	int i;

	for (i = 0; i < EVTMMAP_COMMANDS; i++)
		__atomic_store_n(&page->command[i], any_command(), __ATOMIC_RELAXED);
}

static void scribble_commands(void *arg)
{
	(void)arg;
	store_commands(ring.page);
}

/* Sometimes one that makes sense, so that commands are taken. */
static void scribble_tail(void *arg)
{
	uint32_t head = load_acquire(&ring.header->command_head);

	(void)arg;
	store(&ring.page->command_tail, random() % 3 ? head + random() % 300 :
						       (uint32_t)random() << 1);
}

static int enter(int fd, uint32_t submit, uint32_t flags)
{
	struct evtmmap_enter arg = {
		.to_submit = submit, .flags = flags | EVTMMAP_ENTER_TIMEOUT,
		.timeout = 1000000, .min_complete = random() % 3,
	};

	return ioctl(fd, EVTMMAP_IOC_ENTER, &arg);
}

static void enter_somehow(void *arg)
{
	(void)arg;
	enter(mine.rx, random() % 400, random() & EVTMMAP_ENTER_WAKEUP);
}

static int start_poller(int fd)
{
	struct evtmmap_poller arg = { .idle_us = random() % 200 };

	return ioctl(fd, EVTMMAP_IOC_POLLER, &arg);
}

static void begin(void)
{
	meanwhile(scribble_commands, NULL);
	meanwhile(scribble_tail, NULL);
	meanwhile(enter_somehow, NULL);
}

static void end(void)
{
	end_threads();
	store(&ring.page->command_tail, load_acquire(&ring.header->command_head));
}

static void attack(void)
{
	begin();
	while (going())
		flow_silently();
	end();
}

HOSTILE(commands_of_garbage_by_enter)
{
	attack();
}

HOSTILE(commands_of_garbage_by_a_poller)
{
	CHECK_OK(start_poller(mine.rx));
	attack();
}

/* Both serve one poller, and one of them lies. */
HOSTILE(commands_of_garbage_by_a_shared_poller)
{
	struct bundle s;
	struct consumer c;
	struct evtmmap_poller arg = { .flags = EVTMMAP_POLLER_SHARE, .fd = mine.rx };

	bundle_open(&s, 2);
	c = consumer_open(s.rx);
	CHECK_OK(start_poller(mine.rx));
	CHECK_OK(ioctl(s.rx, EVTMMAP_IOC_POLLER, &arg));
	attack();
	consumer_close(&c);
	bundle_close(&s);
}

/* A process of its own, with a poller and all of that, that ends anyhow. */
static void poller_and_garbage(void)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 2);
	c = consumer_open(s.rx);
	start_poller(s.rx);
	for (;;) {
		store_commands(c.page);
		store(&c.page->command_tail,
		      load_acquire(&c.header->command_head) + random() % 257);
		enter(s.rx, random() % 300, EVTMMAP_ENTER_WAKEUP);
	}
}

HOSTILE(poller_of_a_process_that_is_killed)
{
	pid_t pid;

	while (going()) {
		pid = CHECK_OK(fork());
		if (!pid) {
			poller_and_garbage();
			_exit(0);
		}
		usleep(20000);
		kill(pid, SIGKILL);
		tap_reap_signal(pid, SIGKILL);
		flow();
	}
}

/* Opened, served and closed, again and again. */
HOSTILE(poller_of_a_file_that_is_closed)
{
	struct consumer c;
	struct bundle s;

	while (going()) {
		bundle_open(&s, 1);
		c = consumer_open(s.rx);
		CHECK_OK(start_poller(s.rx));
		store_commands(c.page);
		store(&c.page->command_tail, 200);
		consumer_close(&c);
		bundle_close(&s);
		flow();
	}
}

static void unbind_and_bind(void *arg)
{
	struct loop l = loop_bind(mine.rx, mine.rx);

	(void)arg;
	__atomic_store_n(&fleeting, l.b, __ATOMIC_RELAXED);
	evt_unbind(mine.rx, l.a);
	evt_unbind(mine.rx, l.b);
}

HOSTILE(commands_for_ports_that_come_and_go)
{
	CHECK_OK(start_poller(mine.rx));
	meanwhile(unbind_and_bind, NULL);
	begin();
	/* Their events come between those that flow() knows. */
	while (going())
		usleep(1000);
	end();
	fleeting = 0;
}
