/* SPDX-License-Identifier: GPL-2.0 */
/* EVTMMAP_IOC_POLLER by hand, and the threads it makes. */
#ifndef POLLER_H
#define POLLER_H

#include "enter.h"

/* Threads of pollers that @pid has made. */
static inline int threads_of(pid_t pid, pid_t *thread)
{
	char name[32];

	snprintf(name, sizeof(name), "evtchn-poll/%d\n", pid);
	return proc_named(name, thread, !!thread);
}

static inline void threads_become(pid_t pid, int n)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (threads_of(pid, NULL) != n) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "%d threads of pollers, wanted %d",
				 threads_of(pid, NULL), n);
		usleep(10000);
	}
}

/* One of its own, on any CPU. */
static inline int poller(int fd, uint32_t idle_us)
{
	return ioctl(fd, EVTMMAP_IOC_POLLER,
		     &(struct evtmmap_poller){ .idle_us = idle_us });
}

/* The one of that other file. */
static inline int share(int fd, int other)
{
	return ioctl(fd, EVTMMAP_IOC_POLLER, &(struct evtmmap_poller){
		.flags = EVTMMAP_POLLER_SHARE, .fd = other,
	});
}

static inline bool sleeps(const struct commander *k)
{
	return load_acquire(&k->c.header->poller) & EVTMMAP_P_NEED_WAKEUP;
}

static inline void until_it_sleeps(const struct commander *k)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (!sleeps(k)) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "the poller does not sleep");
		usleep(1000);
	}
}

/* No call of ours but the one that wakes it. */
static inline void poller_serves(struct commander *k)
{
	command_store(k, NOTIFY, k->s.a[0]);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* S, matches T */
	if (sleeps(k))
		CHECK_OK(enter(k->fd, &(struct evtmmap_enter){
			.flags = EVTMMAP_ENTER_WAKEUP,
		}));
	mapped_expect(&k->c, k->s.b[0]);
	evt_unmask(k->fd, k->s.b[0]);
}

#endif
