// SPDX-License-Identifier: GPL-2.0
/* The machine is suspended, as far as its processes and threads are concerned. */
#include <signal.h>
#include <stdlib.h>

#include "poller.h"

#define STAYS	1000000		/* microseconds that it looks before it sleeps */
#define TEST	"/sys/power/pm_test"
#define STATE	"/sys/power/state"

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool is_put = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return is_put;
}

/*
 * Freezes all, waits some seconds, thaws all. Whatever the rest of the machine does
 * with that is in it, so it has a job of its own: tests/vm/suspend.sh.
 */
static void freeze_all(void)
{
	if (!getenv("EVT_SUSPEND"))
		SKIP("suspends the whole machine: tests/vm/suspend.sh");
	if (!put(TEST, "freezer"))
		SKIP("this kernel has no " TEST);
	if (!put(STATE, "freeze"))
		tap_fail(__FILE__, __LINE__, "what has to be frozen is not: %s",
			 tap_errno(errno));
	put(TEST, "none");
}

CASE_LIMIT(pollers_are_suspended, 90)
{
	struct commander runs, sleeps_now;

	commander_open(&runs, 1);
	commander_open(&sleeps_now, 1);
	CHECK_OK(poller(runs.fd, STAYS));
	CHECK_OK(poller(sleeps_now.fd, 0));
	poller_serves(&runs);
	poller_serves(&sleeps_now);
	until_it_sleeps(&sleeps_now);
	freeze_all();
	poller_serves(&runs);
	poller_serves(&sleeps_now);
}

/* One that was killed has a thread as long as it has a file, where it is no process's. */
CASE_LIMIT(poller_that_was_killed_is_suspended, 90)
{
	struct commander k;
	pid_t thread;

	if (poller_is_ours())
		SKIP("it is killed with its process");
	commander_open(&k, 1);
	CHECK_OK(poller(k.fd, STAYS));
	poller_serves(&k);
	CHECK_EQ(threads_of(getpid(), &thread), 1);
	CHECK_OK(kill(thread, SIGKILL));
	goes_on_without(&k);
	freeze_all();
	goes_on_without(&k);
}
