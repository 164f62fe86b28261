// SPDX-License-Identifier: GPL-2.0
/* More than one thread on a file. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "loop.h"
#include "proc.h"
#include "tap.h"

static struct loop blocking_loop(void)
{
	struct loop l = loop_open();

	CHECK_OK(fcntl(l.fd, F_SETFL, 0));
	return l;
}

CASE(blocking_read_is_woken_by_an_event)
{
	struct loop l = blocking_loop();
	int i;

	for (i = 0; i < 5; i++) {
		struct reader *r = reader_start(l.fd);

		loop_fire(&l);
		CHECK_EQ(reader_join(r), l.b);
		evt_unmask(l.fd, l.b);
	}
}

CASE(blocking_read_sleeps_until_then)
{
	struct loop l = blocking_loop();
	struct reader *r = reader_start(l.fd);

	CHECK(!reader_done(r, EVT_QUIET_MS));
	loop_fire(&l);
	CHECK_EQ(reader_join(r), l.b);
}

CASE(blocking_read_blocks_no_write)
{
	struct loop l = blocking_loop();
	struct reader *r;

	loop_fire(&l);
	evt_expect(l.fd, l.b);
	loop_fire(&l);
	r = reader_start(l.fd);
	evt_unmask(l.fd, l.b);
	CHECK_EQ(reader_join(r), l.b);
}

CASE(blocking_read_blocks_no_ioctl)
{
	struct loop l = blocking_loop(), m;
	struct reader *r = reader_start(l.fd);
	int virq = CHECK_OK(evt_bind_virq(l.fd, EVT_VIRQ_TBUF));

	CHECK_OK(evt_unbind(l.fd, virq));
	CHECK_OK(evt_reset(l.fd));
	CHECK_EQ(evt_poll(l.fd, 0), POLLOUT | POLLWRNORM);
	m = loop_bind(l.fd, l.fd);
	CHECK_EQ(reader_join(r), m.b);
}

CASE(blocking_read_outlives_the_unbind_of_its_port)
{
	struct loop l = blocking_loop();
	struct reader *r = reader_start(l.fd);

	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK(!reader_done(r, EVT_QUIET_MS));
	l.b = CHECK_OK(evt_bind_interdomain(l.fd, 0, l.a));
	CHECK_EQ(reader_join(r), l.b);
}

CASE(two_readers_share_the_events)
{
	struct loop l = blocking_loop(), m = loop_bind(l.fd, l.fd);
	struct reader *r, *s;
	long long a, b;

	evt_settle_first(m.fd, 1);
	r = reader_start(l.fd);
	s = reader_start(l.fd);
	loop_fire(&l);
	/* Two at once, and the in-tree driver may wake neither of them for one. */
	while (!reader_done(r, 10) && !reader_done(s, 10))
		;
	loop_fire(&m);
	a = reader_join(r);
	b = reader_join(s);
	CHECK((a == l.b && b == m.b) || (a == m.b && b == l.b));
}

CASE(one_event_goes_to_one_of_two_readers)
{
	struct loop l = blocking_loop();
	struct reader *r[2] = { reader_start(l.fd), reader_start(l.fd) };
	int first;

	loop_fire(&l);
	while (!reader_done(r[0], 10) && !reader_done(r[1], 10))
		;
	first = reader_done(r[0], 0) ? 0 : 1;
	CHECK(!reader_done(r[!first], EVT_QUIET_MS));
	CHECK_EQ(reader_join(r[first]), l.b);
	evt_unmask(l.fd, l.b);
	loop_fire(&l);
	CHECK_EQ(reader_join(r[!first]), l.b);
}

CASE(unmask_may_come_from_another_thread)
{
	struct loop l = loop_open();
	pid_t pid;
	int i;

	for (i = 0; i < 5; i++) {
		loop_fire(&l);
		evt_expect(l.fd, l.b);
		loop_fire(&l);
		pid = CHECK_OK(fork());
		if (!pid) {
			evt_unmask(l.fd, l.b);
			_exit(0);
		}
		evt_cycle(l.fd, l.b);
		tap_reap(pid);
	}
}

#define SENDERS 64
#define ROUNDS 20

struct sender {
	struct loop loop;
	sem_t heard;
};

static void *send_and_wait(void *arg)
{
	struct sender *s = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		loop_fire(&s->loop);
		sem_wait(&s->heard);
	}
	return NULL;
}

static struct sender *sender_of(struct sender *s, uint32_t port)
{
	int i;

	for (i = 0; i < SENDERS; i++)
		if (s[i].loop.b == port)
			return &s[i];
	tap_fail(__FILE__, __LINE__, "port %u is nobody's", port);
}

CASE_LIMIT(sixty_four_threads_notify_and_lose_nothing, 30)
{
	static struct sender s[SENDERS];
	pthread_t thread[SENDERS];
	int fd = evt_open(O_NONBLOCK), i, n;

	for (i = 0; i < SENDERS; i++) {
		s[i].loop = loop_bind(fd, fd);
		sem_init(&s[i].heard, 0, 0);
	}
	evt_settle_first(fd, SENDERS);
	for (i = 0; i < SENDERS; i++)
		CHECK_EQ(pthread_create(&thread[i], NULL, send_and_wait, &s[i]), 0);
	for (n = 0; n < SENDERS * ROUNDS; n++) {
		uint32_t port = evt_take(fd);

		evt_unmask(fd, port);
		sem_post(&sender_of(s, port)->heard);
	}
	for (i = 0; i < SENDERS; i++)
		pthread_join(thread[i], NULL);
	evt_silent(fd);
}
