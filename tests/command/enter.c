// SPDX-License-Identifier: GPL-2.0

#include "enter.h"

static void *enterer_main(void *arg)
{
	struct enterer *e = arg;
	long rc;

	__atomic_store_n(&e->tid, gettid(), __ATOMIC_RELEASE);
	rc = enter(e->fd, &e->arg);
	e->result = rc < 0 ? -errno : rc;
	__atomic_store_n(&e->done, true, __ATOMIC_RELEASE);
	return NULL;
}

void enterer_start(struct enterer *e, int fd, const struct evtmmap_enter *arg)
{
	*e = (struct enterer){ .fd = fd, .arg = *arg };
	CHECK_EQ(pthread_create(&e->thread, NULL, enterer_main, e), 0);
	while (!__atomic_load_n(&e->tid, __ATOMIC_ACQUIRE))
		usleep(1000);
}

bool enterer_done(struct enterer *e)
{
	return __atomic_load_n(&e->done, __ATOMIC_ACQUIRE);
}

void enterer_sleeps(struct enterer *e)
{
	proc_wait_syscall(e->tid, SYS_ioctl);
	usleep(EVT_QUIET_MS * 1000);
	if (enterer_done(e))
		tap_fail(__FILE__, __LINE__, "ENTER is back with %ld", e->result);
}

long enterer_join(struct enterer *e)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (!enterer_done(e)) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "ENTER still sleeps after %d ms",
				 EVT_WAIT_MS);
		usleep(1000);
	}
	pthread_join(e->thread, NULL);
	return e->result;
}
