// SPDX-License-Identifier: GPL-2.0
/* A poller whose thread gets no CPU: nobody waits for it. */
#include "hog.h"
#include "poller.h"

#define TRIES	8
#define STAYS	1000000		/* microseconds that it looks before it sleeps */

/* On a crowded machine we may well be late ourselves: not each time. */
static void most_times(bool (*in_time)(void *arg), void *arg)
{
	int tries = TRIES;

	if (get_nprocs() < 2)
		SKIP("one CPU only");
	while (!in_time(arg))
		if (!--tries)
			tap_fail(__FILE__, __LINE__, "it did, %d times out of %d",
				 TRIES, TRIES);
}

/* Asleep, or in the middle of what it does. */
static void open_slow(struct commander *slow, uint32_t idle_us)
{
	commander_open(slow, 1);
	CHECK_OK(poller_on(slow->fd, 1, idle_us));
	poller_serves(slow);
	if (!idle_us)
		until_it_sleeps(slow);
}

static bool closes(void *idle_us)
{
	struct commander slow;
	struct hog hog;
	bool in_time;

	open_slow(&slow, *(uint32_t *)idle_us);
	hog_start(&hog, 1);
	commander_close(&slow);
	in_time = !hog_is_over(&hog);
	hog_end(&hog);
	return in_time;
}

CASE_LIMIT(starved_poller_that_sleeps_delays_no_close, 30)
{
	most_times(closes, &(uint32_t){ 0 });
	threads_become(getpid(), 0);
}

CASE_LIMIT(starved_poller_that_runs_delays_no_close, 30)
{
	most_times(closes, &(uint32_t){ STAYS });
	threads_become(getpid(), 0);
}

/* A file that comes to its poller and goes, while another's cannot be stopped. */
static bool comes_and_goes(void *with)
{
	struct commander *other = with, slow, k;
	struct hog hog;
	bool in_time;

	commander_open(&k, 1);
	open_slow(&slow, 0);
	hog_start(&hog, 1);
	commander_close(&slow);
	CHECK_OK(share(k.fd, other->fd));
	poller_serves(&k);
	commander_close(&k);
	in_time = !hog_is_over(&hog);
	hog_end(&hog);
	return in_time;
}

CASE_LIMIT(starved_poller_delays_no_other_file, 30)
{
	struct commander with;

	commander_open(&with, 1);
	CHECK_OK(poller_on(with.fd, 0, 0));
	most_times(comes_and_goes, &with);
	commander_close(&with);
	threads_become(getpid(), 0);
}

/* Its process is not the one that closes the last file of it. */
static bool leaves_it_shared(void *unused)
{
	struct commander slow, k;
	struct hog hog;
	bool in_time;

	(void)unused;
	open_slow(&slow, STAYS);
	commander_open(&k, 1);
	CHECK_OK(share(k.fd, slow.fd));
	poller_serves(&k);
	hog_start(&hog, 1);
	commander_close(&k);
	in_time = !hog_is_over(&hog);
	hog_end(&hog);
	/* It has let go of the other only. */
	poller_serves(&slow);
	commander_close(&slow);
	return in_time;
}

CASE_LIMIT(starved_poller_delays_no_close_of_a_file_that_shares_it, 30)
{
	most_times(leaves_it_shared, NULL);
	threads_become(getpid(), 0);
}
