/* SPDX-License-Identifier: GPL-2.0 */
/* EVTMMAP_IOC_POLLER by hand, and the threads it makes. */
#ifndef POLLER_H
#define POLLER_H

#include <sys/utsname.h>

#include "enter.h"

/*
 * Its thread is one of the process that asked for it, from 6.10 on: counted,
 * frozen, moved and killed with it. Before, it is a kernel thread.
 */
static inline bool poller_is_ours(void)
{
	struct utsname kernel;
	int major, minor;

	CHECK_OK(uname(&kernel));
	CHECK_EQ(sscanf(kernel.release, "%d.%d", &major, &minor), 2);
	return major > 6 || (major == 6 && minor >= 10);
}

#define NEED_OUR_THREAD(what)						\
	do {								\
		if (!poller_is_ours())					\
			SKIP("a kernel thread, which " what);		\
	} while (0)

/* Threads of pollers that @pid has made. */
static inline int threads_of(pid_t pid, pid_t *thread)
{
	return proc_pollers(pid, thread, !!thread);
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

static inline int poller_on(int fd, uint32_t cpu, uint32_t idle_us)
{
	return ioctl(fd, EVTMMAP_IOC_POLLER, &(struct evtmmap_poller){
		.flags = EVTMMAP_POLLER_CPU, .cpu = cpu, .idle_us = idle_us,
	});
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

/*
 * One that works no more, or is stopped: ENTER is as without one. It says so before
 * it looks for the last time, and one that is killed does both twice.
 */
static inline void goes_on_without(struct commander *k)
{
	uint32_t looks;

	for (looks = 0; looks < 3; looks++) {
		until_it_sleeps(k);
		command_store(k, NOTIFY, k->s.a[0]);
		usleep(EVT_QUIET_MS * 1000);
		if (command_head(k) != k->c.page->command_tail)
			break;
		mapped_expect(&k->c, k->s.b[0]);
		evt_unmask(k->fd, k->s.b[0]);
	}
	mapped_silent(&k->c);
	CHECK_EQ(enter(k->fd, &(struct evtmmap_enter){
		.to_submit = 1, .flags = EVTMMAP_ENTER_WAKEUP,
	}), 1);
	mapped_expect(&k->c, k->s.b[0]);
	evt_unmask(k->fd, k->s.b[0]);
}

#endif
