// SPDX-License-Identifier: GPL-2.0
/* The library's consumer: lost, adopted, asleep. */
#include "fake.h"

CASE(consumer_reports_a_gone_segment)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open(0, 0);

	fake_publish(1);
	fake_grow(SLOTS);
	fake.header->segment[1].nslots = 0;
	CHECK_EQ(evtmmap_next(h), 1);
	CHECK_EQ(evtmmap_next(h), -EOVERFLOW);
	CHECK_EQ(evtmmap_peek(h, &ev), -EOVERFLOW);
	CHECK_EQ(evtmmap_wait(h, -1), -EOVERFLOW);
	CHECK_EQ(fake.consumer->cons, 1);
	CHECK_EQ(evtmmap_resync(h), 0);
	fake_publish(2);
	CHECK_EQ(evtmmap_next(h), 2);
	evtmmap_close(h);
}

CASE(consumer_reports_an_overrun_until_resync)
{
	const struct evtmmap_event *ev;
	struct evtmmap *h = lib_open(0, 0);
	uint32_t i;

	for (i = 0; i < SLOTS + 1; i++)
		fake_publish(1 + i);
	CHECK_EQ(evtmmap_overrun(h), 1);
	CHECK_EQ(evtmmap_next(h), -EOVERFLOW);
	CHECK_EQ(evtmmap_next(h), -EOVERFLOW);
	CHECK_EQ(evtmmap_peek(h, &ev), -EOVERFLOW);
	CHECK_EQ(evtmmap_arm(h), -EOVERFLOW);
	CHECK_EQ(evtmmap_resync(h), 0);
	CHECK_EQ(evtmmap_overrun(h), 0);
	CHECK_EQ(evtmmap_next(h), 0);
	fake_publish(7);
	CHECK_EQ(evtmmap_next(h), 7);
	evtmmap_close(h);
}

CASE(consumer_believes_the_overrun_flag)
{
	struct evtmmap *h = lib_open(0, 0);

	fake_publish(1);
	fake.header->flags = EVTMMAP_F_OVERRUN;
	CHECK_EQ(evtmmap_overrun(h), 1);
	CHECK_EQ(evtmmap_next(h), 1);
	CHECK_EQ(evtmmap_next(h), -EOVERFLOW);
	evtmmap_close(h);
}

CASE(consumer_notices_a_reset_by_another)
{
	struct evtmmap *h = lib_open(0, 0);

	CHECK_EQ(ioctl(fake.fd, EVTMMAP_IOC_RESYNC), 0);
	fake_publish(1);
	CHECK_EQ(evtmmap_overrun(h), 1);
	CHECK_EQ(evtmmap_next(h), 1);
	CHECK_EQ(evtmmap_wait(h, 1000), -EOVERFLOW);
	CHECK_EQ(evtmmap_resync(h), 0);
	CHECK_EQ(evtmmap_wait(h, 1000), 0);
	evtmmap_close(h);
}

CASE(adopting_goes_on_where_the_last_one_stopped)
{
	struct evtmmap *h = lib_open(100, 0);

	fake_publish(1);
	fake_publish(2);
	fake_grow(SLOTS);
	fake_publish(3);
	fake_publish(4);
	CHECK_EQ(evtmmap_next(h), 1);
	CHECK_EQ(evtmmap_detach(h), fake.fd);
	h = lib_open_fd(fake.fd, 0);
	CHECK_EQ(evtmmap_next(h), 2);
	CHECK_EQ(evtmmap_next(h), 3);
	CHECK_EQ(evtmmap_detach(h), fake.fd);
	h = lib_open_fd(fake.fd, 0);
	CHECK_EQ(evtmmap_next(h), 4);
	CHECK_EQ(evtmmap_next(h), 0);
	evtmmap_close(h);
}

CASE(adopting_a_lost_ring_begins_again)
{
	struct evtmmap *h;

	fake_open(100);
	fake.consumer->cons = 50;
	h = lib_open_fd(fake.fd, 0);
	CHECK_EQ(fake.header->resyncs, 1);
	fake_publish(3);
	CHECK_EQ(evtmmap_next(h), 3);
	evtmmap_close(h);
}

static uint32_t wake_when_asleep;

static void publish_when_asleep(void)
{
	wake_when_asleep = fake.consumer->wake;
	fake_publish(EVTMMAP_PORT_DEAD);
	on_sleep = NULL;
}

static void publish_dead_then_live(void)
{
	wake_when_asleep = fake.consumer->wake;
	if (fake.header->prod < 3)
		fake_publish(EVTMMAP_PORT_DEAD);
	else
		fake_publish(77);
}

CASE(quiet_consumer_moves_its_wake_position)
{
	struct evtmmap *h = lib_open(0, EVTMMAP_OPT_QUIET);

	CHECK_EQ(fake.consumer->flags, EVTMMAP_C_WAKE_AT);
	CHECK_EQ(fake.consumer->wake, 0);
	on_sleep = publish_dead_then_live;
	CHECK_EQ(evtmmap_wait(h, -1), 1);
	CHECK_EQ(wake_when_asleep, 3);
	CHECK_EQ(fake.consumer->wake, 3 + (1U << 30));
	CHECK_EQ(evtmmap_next(h), 77);
	CHECK_EQ(evtmmap_arm(h), 0);
	CHECK_EQ(fake.consumer->wake, 4);
	evtmmap_close(h);
}

CASE(quiet_needs_the_feature)
{
	struct evtmmap *h;

	fake_open(0);
	fake.header->features = 0;
	fake.consumer->flags = EVTMMAP_C_WAKE_AT;
	h = lib_open_fd(fake.fd, EVTMMAP_OPT_QUIET);
	CHECK_EQ(fake.consumer->flags, 0);
	evtmmap_close(h);
}

CASE(loud_consumer_leaves_wake_alone)
{
	struct evtmmap *h = lib_open(0, 0);

	fake.consumer->wake = 12345;
	on_sleep = publish_when_asleep;
	CHECK_EQ(evtmmap_wait(h, 50 * 1000 * 1000), 0);
	CHECK_EQ(wake_when_asleep, 12345);
	CHECK_EQ(fake.consumer->flags, 0);
	evtmmap_close(h);
}

CASE(unknown_header_is_not_mapped)
{
	struct evtmmap_header good;
	struct evtmmap *h;

	fake_open(0);
	good = *fake.header;
	fake.header->version++;
	CHECK_EQ(evtmmap_is_mapped(lib_open_fd(fake.fd, 0)), 0);
	*fake.header = good;
	fake.header->magic++;
	CHECK_EQ(evtmmap_is_mapped(lib_open_fd(fake.fd, 0)), 0);
	*fake.header = good;
	fake.header->length = offsetof(struct evtmmap_header, command_head) - 1;
	CHECK_EQ(evtmmap_is_mapped(lib_open_fd(fake.fd, 0)), 0);
	*fake.header = good;
	h = lib_open_fd(fake.fd, 0);
	CHECK_EQ(evtmmap_is_mapped(h), 1);
	evtmmap_close(h);
}
