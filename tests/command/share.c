// SPDX-License-Identifier: GPL-2.0
/* Several threads in ENTER at once: each command is done by one of them. */
#include "enter.h"

#define THREADS	4
#define PORTS	100
#define ROUNDS	30

static struct commander k;
static pthread_barrier_t begin, end;
static bool stop;
static uint32_t done, failed;

/* Batches of its own size, until nothing is left. */
static void take_what_is_there(uint32_t batch)
{
	const uint32_t *tail = &k.c.page->command_tail;
	long rc;

	while (command_head(&k) != load_acquire(tail)) {
		rc = enter(k.fd, &(struct evtmmap_enter){ .to_submit = batch });
		if (rc < 0)
			CHECK_EQ(errno, ENOTCONN);
		__atomic_fetch_add(rc < 0 ? &failed : &done, rc < 0 ? 1 : rc,
				   __ATOMIC_RELAXED);
	}
}

static void *taker(void *arg)
{
	static const uint32_t batches[THREADS] = { 1, 3, 40, EVTMMAP_COMMANDS };

	for (;;) {
		pthread_barrier_wait(&begin);
		if (stop)
			return NULL;
		take_what_is_there(batches[(long)arg]);
		pthread_barrier_wait(&end);
	}
}

/* All stored while nobody looks, or while they take them. */
static void store_round(bool under_way, uint32_t bad)
{
	uint32_t i;

	if (under_way)
		pthread_barrier_wait(&begin);
	for (i = 0; i < PORTS; i++) {
		command_store(&k, NOTIFY, k.s.a[i]);
		if (i < bad)
			command_store(&k, NOTIFY, EVT_NR_CHANNELS - 1);
	}
	if (!under_way)
		pthread_barrier_wait(&begin);
	pthread_barrier_wait(&end);
	/* Who came late found nothing; who came early left something. */
	take_what_is_there(EVTMMAP_COMMANDS);
}

static void each_done_once(bool under_way, uint32_t bad)
{
	uint64_t errors = k.c.header->command_errors;
	uint32_t head = command_head(&k);

	done = 0;
	failed = 0;
	store_round(under_way, bad);
	CHECK_EQ(done, PORTS);
	CHECK_EQ(failed, bad);
	CHECK_EQ(command_head(&k), head + PORTS + bad);
	CHECK_EQ(k.c.header->command_errors, errors + bad);
	mapped_take_each(&k.c, &k.s);
	bundle_rearm_all(&k.s);
	/* Sent twice, it would have waited for the rearm. */
	mapped_silent(&k.c);
}

CASE_LIMIT(threads_share_the_commands, 90)
{
	pthread_t thread[THREADS];
	long i;

	commander_open(&k, PORTS);
	pthread_barrier_init(&begin, NULL, THREADS + 1);
	pthread_barrier_init(&end, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&thread[i], NULL, taker, (void *)i), 0);
	for (i = 0; i < ROUNDS; i++)
		each_done_once(i & 1, i & 2 ? i : 0);
	stop = true;
	pthread_barrier_wait(&begin);
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}
