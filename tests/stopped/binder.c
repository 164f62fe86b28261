// SPDX-License-Identifier: GPL-2.0
/*
 * A bind that stops in the middle, and BIND_STATIC of other files beside it, as
 * often as somebody likes: the binds and unbinds of a third file wait for neither.
 */
#include <pthread.h>

#include "../mapped/bundle.h"
#include "hold.h"

#define POINT	'a'	/* its ring grows */
#define BINDS	200
#define LATE_S	1.0	/* as late as that only by waiting for it */

static int grower;
static bool over;

static void *grow(void *arg)
{
	hold_run_on(HOLD_CPU);
	while (!__atomic_load_n(&over, __ATOMIC_RELAXED))
		CHECK_OK(evt_bind_unbound(grower, EVT_DOMID_SELF));
	return arg;
}

/* Of nonsense, and of a port that another file has; a restricted file may. */
static void *bind_static(void *arg)
{
	uint32_t port = *(uint32_t *)arg;
	int fd = evt_open(O_NONBLOCK);

	CHECK_OK(evt_restrict(fd, 1));
	while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
		CHECK_EQ(evt_bind_static(fd, EVT_NR_CHANNELS - 1), -1);
		CHECK_EQ(evt_bind_static(fd, port), -1);
		CHECK_EQ(errno, EBUSY);
		usleep(100);
	}
	close(fd);
	return NULL;
}

static void bystander(int fd)
{
	double worst = 0, t;
	uint32_t port;
	int i;

	for (i = 0; i < BINDS; i++) {
		t = seconds();
		port = CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF));
		CHECK_OK(evt_unbind(fd, port));
		t = seconds() - t;
		if (t > worst)
			worst = t;
		if (t > LATE_S)
			tap_fail(__FILE__, __LINE__, "late by %.0f ms: a bind waits for another file's",
				 t * 1e3);
	}
	tap_note("%d binds and unbinds, worst %.2f ms", BINDS, worst * 1e3);
}

CASE_LIMIT(binds_go_on_while_growing_a_is_held, 60)
{
	int fd = evt_open(O_NONBLOCK);
	uint32_t port = CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF));
	pthread_t growing, claiming;

	hold_run_elsewhere();
	grower = evt_open(O_NONBLOCK);
	hold_arm(POINT);
	CHECK_EQ(pthread_create(&growing, NULL, grow, NULL), 0);
	hold_await(POINT);
	CHECK_EQ(pthread_create(&claiming, NULL, bind_static, &port), 0);
	usleep(EVT_SETTLE_MS * 1000);
	bystander(fd);
	CHECK(hold_is_at(POINT));
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
	hold_release();
	pthread_join(growing, NULL);
	pthread_join(claiming, NULL);
}
