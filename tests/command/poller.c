// SPDX-License-Identifier: GPL-2.0
/*
 * How long a poller lives: until the last file that uses it goes, however that
 * comes about; and whom else that concerns.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "poller.h"

#define STAYS	1000000		/* microseconds that it looks before it sleeps */
#define NAME	"poller-gone"

CASE(poller_goes_with_its_last_file)
{
	struct commander k[3];
	int i;

	for (i = 0; i < 3; i++)
		commander_open(&k[i], 1);
	CHECK_OK(poller(k[0].fd, 100));
	CHECK_OK(share(k[1].fd, k[0].fd));
	CHECK_OK(share(k[2].fd, k[1].fd));
	CHECK_EQ(threads_of(getpid(), NULL), 1);
	for (i = 0; i < 3; i++)
		poller_serves(&k[i]);
	for (i = 0; i < 2; i++) {
		commander_close(&k[i]);
		poller_serves(&k[2]);
		CHECK_EQ(threads_of(getpid(), NULL), 1);
	}
	commander_close(&k[2]);
	threads_become(getpid(), 0);
}

CASE(pollers_of_their_own_are_as_many_threads)
{
	struct commander k[2];
	int i;

	for (i = 0; i < 2; i++) {
		commander_open(&k[i], 1);
		CHECK_OK(poller(k[i].fd, 100));
	}
	CHECK_EQ(threads_of(getpid(), NULL), 2);
	commander_close(&k[0]);
	threads_become(getpid(), 1);
	poller_serves(&k[1]);
	commander_close(&k[1]);
	threads_become(getpid(), 0);
}

/* A descriptor or a mapping is enough for a file to stay. */
CASE(poller_stays_with_a_mapping)
{
	struct commander k;

	commander_open(&k, 1);
	CHECK_OK(poller(k.fd, 100));
	close(k.fd);
	usleep(EVT_QUIET_MS * 1000);
	CHECK_EQ(threads_of(getpid(), NULL), 1);
	consumer_close(&k.c);
	threads_become(getpid(), 0);
}

/* A process that says when it is ready, and waits for its end. */
static int ready[2];

static pid_t started(void (*run)(void *arg), void *arg)
{
	pid_t pid;
	char c;

	CHECK_OK(pipe(ready));
	pid = CHECK_OK(fork());
	if (!pid) {
		proc_set_name(NAME);
		run(arg);
		CHECK_EQ(write(ready[1], "", 1), 1);
		for (;;)
			pause();
	}
	close(ready[1]);
	CHECK_EQ(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

static void killed(pid_t pid)
{
	CHECK_OK(kill(pid, SIGKILL));
	tap_reap_signal(pid, SIGKILL);
}

/* Its ports' interrupts have that name. */
static void files_are_gone(void)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;

	while (proc_count("/proc/interrupts", "evtchn:" NAME)) {
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "its files are still there");
		usleep(10000);
	}
}

static void open_polled(void *idle_us)
{
	struct commander k;

	commander_open(&k, 1);
	CHECK_OK(poller(k.fd, *(uint32_t *)idle_us));
	poller_serves(&k);
	if (*(uint32_t *)idle_us != STAYS)
		until_it_sleeps(&k);
}

static void goes_with_a_process(uint32_t idle_us)
{
	pid_t pid = started(open_polled, &idle_us);

	CHECK_EQ(threads_of(pid, NULL), 1);
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:" NAME), 2);
	killed(pid);
	files_are_gone();
	threads_become(pid, 0);
}

CASE(process_killed_with_a_poller_that_runs)
{
	goes_with_a_process(STAYS);
}

CASE(process_killed_with_a_poller_that_sleeps)
{
	goes_with_a_process(0);
}

/* A dump of its memory waits for the threads that there are to wait for. */
CASE(process_dumped_with_a_poller)
{
	uint32_t idle_us = STAYS;
	pid_t pid = started(open_polled, &idle_us);

	CHECK_OK(kill(pid, SIGABRT));
	tap_reap_signal(pid, SIGABRT);
	files_are_gone();
	threads_become(pid, 0);
}

/* Its own file at the poller of ours, whose mappings it has not inherited. */
static void open_shared(void *owner)
{
	struct commander k, *other = owner;

	commander_open(&k, 1);
	CHECK_OK(share(k.fd, other->fd));
	close(other->fd);
	poller_serves(&k);
}

static void survives_who_shares(uint32_t idle_us)
{
	struct commander k;
	pid_t pid;
	int i;

	commander_open(&k, 1);
	CHECK_OK(poller(k.fd, idle_us));
	pid = started(open_shared, &k);
	poller_serves(&k);
	CHECK_EQ(threads_of(getpid(), NULL), 1);
	CHECK_EQ(threads_of(pid, NULL), 0);
	killed(pid);
	for (i = 0; i < 50; i++)
		poller_serves(&k);
	files_are_gone();
	poller_serves(&k);
	commander_close(&k);
	threads_become(getpid(), 0);
}

CASE(process_killed_that_shares_a_poller_that_runs)
{
	survives_who_shares(STAYS);
}

CASE(process_killed_that_shares_a_poller_that_sleeps)
{
	survives_who_shares(0);
}

static void poll_this(void *owner)
{
	CHECK_OK(poller(((struct commander *)owner)->fd, 1000));
}

static void poll_this_for_long(void *owner)
{
	CHECK_OK(poller(((struct commander *)owner)->fd, STAYS));
}

/* The thread that is gone may have it for a moment longer. */
static int late_in_life(struct commander *k, int other)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	int ret;

	do {
		ret = share(k->fd, other);
	} while (ret < 0 && errno == EBUSY && seconds() < end);
	return ret;
}

/*
 * The work ends; the file is as one without. A thread of the process
 * that asked for it takes that along.
 */
CASE(poller_that_is_killed)
{
	struct commander k, late;
	pid_t pid, thread;

	commander_open(&k, 1);
	pid = started(poll_this_for_long, &k);
	poller_serves(&k);
	CHECK_EQ(threads_of(pid, &thread), 1);
	CHECK_OK(kill(thread, SIGKILL));
	goes_on_without(&k);
	commander_open(&late, 1);
	CHECK_ERR(share(late.fd, k.fd), ENXIO);
	if (poller_is_ours())
		tap_reap_signal(pid, SIGKILL);
	else
		killed(pid);
	goes_on_without(&k);
	CHECK_OK(poller(late.fd, 0));
	poller_serves(&late);
	/* Another one, of its own or of somebody else. */
	CHECK_OK(late_in_life(&k, late.fd));
	poller_serves(&k);
	CHECK_EQ(threads_of(getpid(), NULL), 1);
	CHECK_ERR(poller(k.fd, 0), EBUSY);
	commander_close(&late);
	poller_serves(&k);
	commander_close(&k);
	threads_become(pid, 0);
	threads_become(getpid(), 0);
}

/* Its next program may have the file, but not the thread. */
static void poll_this_and_exec(void *owner)
{
	struct commander *k = owner;
	char fd[16];

	CHECK_OK(poller(k->fd, STAYS));
	snprintf(fd, sizeof(fd), "%d", ready[1]);
	CHECK_OK(execl("/proc/self/exe", "command", TAP_EXEC, fd, NULL));
}

CASE(poller_and_exec_of_who_asked_for_it)
{
	struct commander k;
	pid_t pid;

	commander_open(&k, 1);
	pid = started(poll_this_and_exec, &k);
	if (poller_is_ours())
		goes_on_without(&k);
	else
		poller_serves(&k);
	CHECK_EQ(threads_of(pid, NULL), !poller_is_ours());
	killed(pid);
	commander_close(&k);
	threads_become(pid, 0);
}

/*
 * Who made it is killed. Who joined it notices nothing of a kernel thread's, and
 * has to do without another's.
 */
CASE(process_killed_that_made_a_shared_poller)
{
	struct commander theirs, k;
	pid_t pid;
	int i;

	commander_open(&theirs, 1);
	pid = started(poll_this, &theirs);
	commander_open(&k, 1);
	CHECK_OK(share(k.fd, theirs.fd));
	commander_close(&theirs);
	poller_serves(&k);
	killed(pid);
	for (i = 0; i < 5; i++) {
		if (poller_is_ours())
			goes_on_without(&k);
		else
			poller_serves(&k);
	}
	CHECK_EQ(threads_of(pid, NULL), !poller_is_ours());
	if (poller_is_ours()) {
		CHECK_OK(poller(k.fd, 0));
		poller_serves(&k);
	}
	commander_close(&k);
	threads_become(pid, 0);
}

/* The next program says that it is there, too. */
int tap_exec(int argc, char **argv)
{
	if (argc != 1 || write(atoi(argv[0]), "", 1) != 1)
		return 2;
	for (;;)
		pause();
}

static void open_and_exec(void *cloexec)
{
	struct commander k;
	char fd[16];

	commander_open(&k, 1);
	CHECK_OK(fcntl(k.fd, F_SETFD, *(int *)cloexec));
	CHECK_OK(poller(k.fd, STAYS));
	CHECK_EQ(threads_of(getpid(), NULL), 1);
	snprintf(fd, sizeof(fd), "%d", ready[1]);
	CHECK_OK(execl("/proc/self/exe", "command", TAP_EXEC, fd, NULL));
}

static void through_exec(int cloexec, int files)
{
	pid_t pid = started(open_and_exec, &cloexec);
	int threads = files && !poller_is_ours();

	threads_become(pid, threads);
	usleep(EVT_QUIET_MS * 1000);
	CHECK_EQ(threads_of(pid, NULL), threads);
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:" NAME), 2 * files);
	killed(pid);
	files_are_gone();
	threads_become(pid, 0);
}

CASE(file_goes_on_behind_exec)
{
	through_exec(0, 1);
}

CASE(poller_goes_at_exec_with_its_file)
{
	through_exec(FD_CLOEXEC, 0);
}
