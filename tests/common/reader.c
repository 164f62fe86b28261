// SPDX-License-Identifier: GPL-2.0
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "proc.h"
#include "tap.h"

struct reader {
	pthread_t thread;
	int fd;
	pid_t tid;
	sem_t started, ended;
	long long result;
};

static void *reader_main(void *arg)
{
	struct reader *r = arg;
	uint32_t port;
	ssize_t rc;

	r->tid = gettid();
	sem_post(&r->started);
	rc = read(r->fd, &port, sizeof(port));
	if (rc == sizeof(port))
		r->result = port;
	else
		r->result = rc < 0 ? -errno : -ENODATA;
	sem_post(&r->ended);
	return NULL;
}

struct reader *reader_start(int fd)
{
	struct reader *r = calloc(1, sizeof(*r));

	CHECK(r);
	r->fd = fd;
	sem_init(&r->started, 0, 0);
	sem_init(&r->ended, 0, 0);
	CHECK_EQ(pthread_create(&r->thread, NULL, reader_main, r), 0);
	sem_wait(&r->started);
	proc_wait_syscall(r->tid, SYS_read);
	return r;
}

void reader_signal(struct reader *r, int sig)
{
	CHECK_EQ(pthread_kill(r->thread, sig), 0);
}

bool reader_done(struct reader *r, int ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_nsec += ms % 1000 * 1000000L;
	ts.tv_sec += ms / 1000 + ts.tv_nsec / 1000000000L;
	ts.tv_nsec %= 1000000000L;
	if (sem_timedwait(&r->ended, &ts))
		return false;
	sem_post(&r->ended);
	return true;
}

long long reader_join(struct reader *r)
{
	long long result;

	if (!reader_done(r, EVT_WAIT_MS))
		tap_fail(__FILE__, __LINE__, "read() still sleeps after %d ms",
			 EVT_WAIT_MS);
	pthread_join(r->thread, NULL);
	result = r->result;
	free(r);
	return result;
}
