// SPDX-License-Identifier: GPL-2.0
/* A poller whose thread gets no CPU: only who closes its file waits for it. */
#include <sched.h>
#include <sys/sysinfo.h>

#include "poller.h"

/* Less than what the scheduler leaves to the others by itself, each second. */
#define HOG_SECONDS	0.7
#define TRIES		8

static struct commander slow;
static bool hogging, over, closed;
static uint32_t closer;		/* the thread that closes it */

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK_OK(sched_setaffinity(0, sizeof(set), &set));
}

static void *hog(void *arg)
{
	struct sched_param first = { .sched_priority = 1 };
	double begin;

	pin(1);
	CHECK_OK(sched_setscheduler(0, SCHED_FIFO, &first));
	begin = seconds();
	__atomic_store_n(&hogging, true, __ATOMIC_RELEASE);
	while (seconds() - begin < HOG_SECONDS)
		;
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	return arg;
}

static void *close_slow(void *arg)
{
	__atomic_store_n(&closer, gettid(), __ATOMIC_RELEASE);
	commander_close(&slow);
	__atomic_store_n(&closed, true, __ATOMIC_RELEASE);
	return arg;
}

/* In D, in the middle of close(): or over already, where it did not have to. */
static void until_it_waits(void)
{
	char path[64], line[256];

	while (!load_acquire(&closer))
		usleep(1000);
	snprintf(path, sizeof(path), "/proc/self/task/%u/status", closer);
	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE) &&
	       proc_find(path, "State:", line, sizeof(line)) && !strchr(line, 'D'))
		usleep(1000);
}

/* A file that comes to its poller and goes, while another's cannot be stopped. */
static bool comes_and_goes(struct commander *with)
{
	struct commander k;
	pthread_t thread[2];
	bool done;

	hogging = over = closed = false;
	closer = 0;
	commander_open(&k, 1);
	commander_open(&slow, 1);
	CHECK_OK(ioctl(slow.fd, EVTMMAP_IOC_POLLER, &(struct evtmmap_poller){
		.flags = EVTMMAP_POLLER_CPU, .cpu = 1,
	}));
	until_it_sleeps(&slow);
	CHECK_EQ(pthread_create(&thread[0], NULL, hog, NULL), 0);
	while (!__atomic_load_n(&hogging, __ATOMIC_ACQUIRE))
		usleep(1000);
	CHECK_EQ(pthread_create(&thread[1], NULL, close_slow, NULL), 0);
	until_it_waits();
	CHECK_OK(share(k.fd, with->fd));
	poller_serves(&k);
	commander_close(&k);
	done = !__atomic_load_n(&over, __ATOMIC_ACQUIRE) &&
	       !__atomic_load_n(&closed, __ATOMIC_ACQUIRE);
	CHECK_EQ(pthread_join(thread[0], NULL), 0);
	CHECK_EQ(pthread_join(thread[1], NULL), 0);
	CHECK(closed);
	return done;
}

/* On a crowded machine we may well be late ourselves: not each time. */
CASE_LIMIT(starved_poller_delays_no_other_file, 30)
{
	struct commander with;
	int tries = TRIES;

	if (get_nprocs() < 2)
		SKIP("one CPU only");
	pin(0);
	commander_open(&with, 1);
	CHECK_OK(ioctl(with.fd, EVTMMAP_IOC_POLLER, &(struct evtmmap_poller){
		.flags = EVTMMAP_POLLER_CPU, .cpu = 0,
	}));
	while (!comes_and_goes(&with))
		if (!--tries)
			tap_fail(__FILE__, __LINE__, "it did, %d times out of %d",
				 TRIES, TRIES);
	commander_close(&with);
	threads_become(getpid(), 0);
}
