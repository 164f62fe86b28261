// SPDX-License-Identifier: GPL-2.0
/* A mapped file whose ports are gone: whoever sleeps on it hears of it. */
#include <signal.h>
#include <sys/epoll.h>

#include "../command/enter.h"
#include "../command/poller.h"
#include "evtmmap.h"
#include "saved.h"
#include "uring.h"

#define QUIET	(POLLOUT | POLLWRNORM)

static const struct evtmmap_enter for_one = { .min_complete = 1 };

/* The freezer ends a sleep as a signal does. */
static void *sleep_for_one(void *arg)
{
	const struct commander *k = arg;
	long ret;

	do {
		ret = enter(k->fd, &for_one);
	} while (ret < 0 && errno == EINTR);
	return (void *)(ret < 0 ? -errno : ret);
}

static long enter_for_ms(const struct commander *k, unsigned int ms)
{
	return enter(k->fd, &(struct evtmmap_enter){
		.min_complete = 1, .flags = EVTMMAP_ENTER_TIMEOUT,
		.timeout = ms * MS,
	});
}

static void knows(struct commander *k)
{
	store(&k->c.page->restores, k->c.header->restores);
}

static void settle(struct commander *k, uint32_t port)
{
	uint32_t again;

	evt_unmask(k->fd, port);
	usleep(EVT_SETTLE_MS * 1000);
	if (!consumer_take(&k->c, &again))
		return;
	CHECK_EQ(again, port);
	evt_unmask(k->fd, port);
}

/* A pair that is bound now works, in both senses. */
static void works(struct commander *k)
{
	struct loop l = loop_bind(k->fd, k->fd);

	mapped_expect(&k->c, l.b);
	settle(k, l.b);
	CHECK_EQ(command_do(k, NOTIFY, l.a), 1);
	mapped_expect(&k->c, l.b);
	CHECK_EQ(command_do(k, REARM, l.b), 1);
	mapped_silent(&k->c);
}

static uint32_t restores(const struct commander *k)
{
	return load_acquire(&k->c.header->restores);
}

CASE_LIMIT(cancelled_suspend_leaves_a_mapped_file_alone, SAVED_LIMIT)
{
	struct commander k;

	commander_open(&k, 4);
	CHECK(k.c.header->features & EVTMMAP_FEAT_RESTORES);
	saved();
	CHECK_EQ(restores(&k), 0);
	CHECK_EQ(evt_poll(k.fd, 0), QUIET);
	mapped_all_alive(&k.c, &k.s);
}

CASE_LIMIT(restored_sleepers_get_estale, SAVED_LIMIT)
{
	pthread_t thread[2];
	struct commander k;
	uint32_t port;
	void *result;
	int i;

	commander_open(&k, 2);
	for (i = 0; i < 2; i++)
		CHECK_EQ(pthread_create(&thread[i], NULL, sleep_for_one, &k), 0);
	saved();
	for (i = 0; i < 2; i++) {
		CHECK_EQ(pthread_join(thread[i], &result), 0);
		CHECK_EQ((long)result, -ESTALE);
	}
	CHECK_EQ(restores(&k), 1);
	CHECK_EQ(k.c.page->restores, 0);
	/* Until its consumer says that it knows; what is there comes first. */
	CHECK_ERR(enter(k.fd, &for_one), ESTALE);
	CHECK_EQ(evt_poll(k.fd, 0), QUIET | POLLERR);
	loop_bind(k.fd, k.fd);
	ring_reaches(k.c.header, k.c.pos + 1);
	CHECK_OK(enter(k.fd, &for_one));
	CHECK(consumer_take(&k.c, &port));
	works(&k);
	CHECK_ERR(enter_for_ms(&k, 100), ESTALE);
	knows(&k);
	CHECK_EQ(enter_for_ms(&k, 100), 0);
	CHECK_EQ(evt_poll(k.fd, 0), QUIET);
	works(&k);
}

CASE_LIMIT(restored_poll_says_pollerr, SAVED_LIMIT)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int ep = CHECK_OK(epoll_create1(0));
	struct commander k;

	commander_open(&k, 1);
	k.c.page->wake = k.c.pos + CONSUMER_FAR;
	k.c.page->flags = EVTMMAP_C_WAKE_AT;
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, k.fd, &event));
	CHECK_EQ(epoll_wait(ep, &event, 1, 0), 0);
	saved();
	CHECK_EQ(epoll_wait(ep, &event, 1, EVT_WAIT_MS), 1);
	CHECK_EQ(event.events, EPOLLERR);
	knows(&k);
	CHECK_EQ(evt_poll(k.fd, 0), QUIET);
}

CASE_LIMIT(restored_commands_find_no_port, SAVED_LIMIT)
{
	struct commander k;

	commander_open(&k, 2);
	saved();
	CHECK_ERR(command_do(&k, NOTIFY, k.s.a[0]), ENOTCONN);
	CHECK_ERR(command_do(&k, REARM | NOTIFY, k.s.a[1]), ENOTCONN);
	CHECK_EQ(k.c.header->command_errors, 2);
	CHECK_EQ(command_do(&k, REARM, k.s.b[0]), 1);
	works(&k);
}

CASE_LIMIT(restored_entries_are_dead, SAVED_LIMIT)
{
	struct commander k;
	uint32_t port;

	commander_open(&k, 2);
	bundle_fire_all(&k.s);
	ring_reaches(k.c.header, k.c.pos + 2);
	saved();
	CHECK_EQ(EVTMMAP_SLOT_PORT(consumer_slot(&k.c, k.c.pos)), EVTMMAP_PORT_DEAD);
	CHECK(!consumer_take(&k.c, &port));
	/* Nor does a resync bring them back. */
	CHECK_OK(ioctl(k.fd, EVTMMAP_IOC_RESYNC));
	consumer_seek(&k.c);
	CHECK(!consumer_take(&k.c, &port));
	works(&k);
}

CASE_LIMIT(restored_poller_finds_no_port, SAVED_LIMIT)
{
	struct commander k;
	double end;

	commander_open(&k, 1);
	CHECK_OK(poller(k.fd, 1000));
	saved();
	command_store(&k, NOTIFY, k.s.a[0]);
	CHECK_OK(enter(k.fd, &(struct evtmmap_enter){ .flags = EVTMMAP_ENTER_WAKEUP }));
	for (end = seconds() + EVT_WAIT_MS / 1000.0; command_head(&k) != 1; usleep(1000))
		CHECK(seconds() < end);
	CHECK_EQ(k.c.header->command_errors, 1);
	CHECK_EQ(k.c.header->command_error, ENOTCONN);
}

CASE_LIMIT(restored_uring_wait_gets_estale, SAVED_LIMIT)
{
	struct io_uring_sqe sqe;
	struct commander k;
	struct uring u;

	commander_open(&k, 1);
	if (!(k.c.header->features & EVTMMAP_FEAT_URING_WAIT) || !uring_open(&u))
		SKIP("the driver has no EVTMMAP_FEAT_URING_WAIT, or there is no io_uring");
	sqe = uring_command(k.fd, EVTMMAP_URING_WAIT, 1, 0);
	uring_submit(&u, &sqe);
	saved();
	CHECK_EQ(uring_wait(&u), -ESTALE);
	uring_submit(&u, &sqe);
	CHECK_EQ(uring_wait(&u), -ESTALE);
	knows(&k);
	uring_submit(&u, &sqe);
	loop_bind(k.fd, k.fd);
	CHECK_EQ(uring_wait(&u), 0);
	uring_close(&u);
}

/* It has not slept yet, and can read in the header what was before. */
CASE_LIMIT(restored_before_it_was_mapped, SAVED_LIMIT)
{
	struct commander k = { .fd = evt_open(O_NONBLOCK) };

	CHECK_OK(evt_bind_unbound(k.fd, EVT_DOMID_SELF));
	saved();
	k.c = consumer_open(k.fd);
	CHECK_EQ(restores(&k), 1);
	CHECK_EQ(k.c.page->restores, 1);
	CHECK_EQ(evt_poll(k.fd, 0), QUIET);
	CHECK_EQ(enter_for_ms(&k, 100), 0);
}

CASE_LIMIT(restored_sigio_is_sent, SAVED_LIMIT)
{
	struct timespec ts = { .tv_sec = EVT_WAIT_MS / 1000 };
	struct commander k;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	commander_open(&k, 1);
	CHECK_OK(fcntl(k.fd, F_SETOWN, getpid()));
	CHECK_OK(fcntl(k.fd, F_SETFL, O_NONBLOCK | O_ASYNC));
	saved();
	CHECK_EQ(sigtimedwait(&set, NULL, &ts), SIGIO);
}

static void *run_saved(void *arg)
{
	saved();
	return arg;
}

static int lib_wait(struct evtmmap *h, int64_t ns)
{
	int ret;

	do {
		ret = evtmmap_wait(h, ns);
	} while (ret == -EINTR);
	return ret;
}

CASE_LIMIT(restored_library_says_estale, SAVED_LIMIT)
{
	struct evtmmap *h;
	pthread_t thread;
	int port;

	CHECK_EQ(evtmmap_open(&h, NULL), 0);
	CHECK_GE(evtmmap_bind_unbound(h, EVT_DOMID_SELF), 1);
	CHECK_EQ(pthread_create(&thread, NULL, run_saved, NULL), 0);
	CHECK_EQ(lib_wait(h, -1), -ESTALE);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(evtmmap_next(h), -ESTALE);
	CHECK_EQ(evtmmap_arm(h), -ESTALE);
	/* Whoever only polls does not turn in circles. */
	CHECK_EQ(evtmmap_submit_wait(h, 0, -1), -ESTALE);
	port = evtmmap_bind_unbound(h, EVT_DOMID_SELF);
	CHECK_GE(port, 1);
	CHECK_EQ(evtmmap_resync(h), 0);
	CHECK_EQ(lib_wait(h, 100 * MS), 0);
	port = evtmmap_bind_interdomain(h, EVT_DOMID_SELF, port);
	CHECK_EQ(lib_wait(h, -1), 1);
	CHECK_EQ(evtmmap_next(h), port);
	evtmmap_close(h);
}
