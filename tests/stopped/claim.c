// SPDX-License-Identifier: GPL-2.0
#include "../command/enter.h"
#include "claim.h"
#include "hold.h"

#define PORTS	21
#define CLAIMED	3	/* of them, by an ENTER that stops */
#define LATE_S	1.0	/* as late as that only by waiting for it */

static struct commander k;
static pthread_t thread;
static uint32_t claimed = 1;	/* by a poller */

static void *submit(void *arg)
{
	hold_run_on(HOLD_CPU);
	CHECK_EQ(enter_submit(&k, CLAIMED), CLAIMED);
	return arg;
}

static void queue_some(void)
{
	uint32_t i;

	for (i = 0; i < CLAIMED; i++)
		command_store(&k, NOTIFY, k.s.a[i]);
}

/* In any order: each has a vCPU of its own to come on. */
static void events_of(uint32_t first, uint32_t n)
{
	bool seen[PORTS] = { false };
	uint32_t i, at;

	for (i = 0; i < n; i++) {
		at = bundle_index(&k.s, mapped_take(&k.c));
		CHECK(at >= first && at < first + n && !seen[at]);
		seen[at] = true;
	}
}

/* They are taken by who asks for it, and their events come. */
static void taken_at_once(uint32_t first, uint32_t n)
{
	double late = seconds();
	uint32_t i;

	for (i = first; i < first + n; i++)
		command_store(&k, NOTIFY, k.s.a[i]);
	CHECK_EQ(enter_submit(&k, n), n);
	late = seconds() - late;
	if (late > LATE_S)
		tap_fail(__FILE__, __LINE__,
			 "late by %.0f ms: ENTER waits for the one that is held",
			 late * 1e3);
	events_of(first, n);
}

static void others_go_on(uint32_t first, int point)
{
	for (; first < PORTS; first += 1 + first % 2)
		taken_at_once(first, 1 + first % 2);
	CHECK(hold_is_at(point));
}

void claim_by_enter(int point)
{
	commander_open(&k, PORTS);
	queue_some();
	hold_arm(point);
	CHECK_EQ(pthread_create(&thread, NULL, submit, NULL), 0);
	claimed = CLAIMED;
	hold_await(point);
	others_go_on(CLAIMED, point);
}

void claim_by_poller(int point)
{
	struct evtmmap_poller arg = {
		.flags = EVTMMAP_POLLER_CPU, .cpu = HOLD_CPU, .idle_us = 1000000,
	};

	commander_open(&k, PORTS);
	/* Only a CPU that we may use ourselves. */
	hold_run_on(HOLD_CPU);
	CHECK_OK(ioctl(k.fd, EVTMMAP_IOC_POLLER, &arg));
	hold_run_elsewhere();
	hold_arm(point);
	command_store(&k, NOTIFY, k.s.a[0]);
	hold_await(point);
	others_go_on(1, point);
}

void claim_is_done(void)
{
	if (claimed > 1)
		CHECK_EQ(pthread_join(thread, NULL), 0);
	events_of(0, claimed);
	mapped_silent(&k.c);
}
