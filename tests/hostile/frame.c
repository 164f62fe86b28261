// SPDX-License-Identifier: GPL-2.0
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "bystander.h"
#include "frame.h"

#define FIRST_POS	"/sys/module/" EVT_MODULE "/parameters/first_pos"
#define MAX_WORKERS	32
#define MIN_ROUNDS	20
#define ATTEMPTS	3
#define LONGEST		5	/* s; then going() ends anyway */

struct bundle mine, other;
struct consumer ring;

static struct worker {
	pthread_t thread;
	void (*fn)(void *arg);
	void *arg;
} workers[MAX_WORKERS];

static int nworkers, rounds;
static bool over;
static double begin;

static void *work(void *arg)
{
	struct worker *w = arg;

	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE))
		w->fn(w->arg);
	return NULL;
}

void meanwhile(void (*fn)(void *), void *arg)
{
	struct worker *w = &workers[nworkers++];

	CHECK_LE(nworkers, MAX_WORKERS);
	w->fn = fn;
	w->arg = arg;
	CHECK_EQ(pthread_create(&w->thread, NULL, work, w), 0);
}

void end_threads(void)
{
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	while (nworkers)
		pthread_join(workers[--nworkers].thread, NULL);
	over = false;
}

bool going(void)
{
	double now = seconds() - begin;

	if (now > LONGEST * tap_factor)
		return false;
	return now < ATTACK_MS / 1000.0 ||
	       rounds++ * (tap_factor < 10 ? 1 : tap_factor) < MIN_ROUNDS ||
	       !bystander_is_content();
}

static uint32_t next_event(void)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	uint32_t port;

	while (!consumer_peek(&ring, &port)) {
		CHECK(!ring.overrun);
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "the offender's event was lost");
		sched_yield();
	}
	return port;
}

void flow_silently(void)
{
	static uint32_t i;

	i = (i + 1) % mine.n;
	bundle_fire(&mine, i);
	CHECK_EQ(next_event(), mine.b[i]);
	ring.pos++;
	evt_unmask(mine.rx, mine.b[i]);
}

void flow(void)
{
	flow_silently();
	store(&ring.page->cons, ring.pos);
}

void settle(void)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	uint32_t port;

	while (consumer_sleep(&ring, EVT_QUIET_MS)) {
		if (consumer_take(&ring, &port)) {
			bundle_index(&mine, port);
			evt_unmask(mine.rx, port);
		}
		if (seconds() > end)
			tap_fail(__FILE__, __LINE__, "the ring never gets quiet");
	}
}

/* Whatever was mapped or unmapped: begin again, with every port armed. */
static void recovers(void)
{
	CHECK_OK(ioctl(mine.rx, EVTMMAP_IOC_RESYNC));
	ring = consumer_open(mine.rx);
	CHECK_EQ(ring.pos, ring.base);
	CHECK_EQ(ring.header->flags, 0);
	/* Made up, it says that a restore is still to be heard of. */
	store(&ring.page->restores, ring.header->restores);
	settle();
	mapped_all_alive(&ring, &mine);
	CHECK_EQ(evt_poll(mine.rx, 0) & POLLERR, 0);
}

static void other_is_well(void)
{
	uint32_t i;

	for (i = 0; i < other.n; i++) {
		bundle_fire(&other, i);
		evt_cycle(other.rx, other.b[i]);
	}
	CHECK_ERR(read(other.rx, &i, sizeof(i)), EAGAIN);
}

bool rings_begin_at(uint32_t pos)
{
	FILE *f = fopen(FIRST_POS, "w");

	if (!f)
		return false;
	CHECK(fprintf(f, "%u\n", pos) > 0);
	CHECK(!fclose(f));
	return true;
}

static void offender_opens(const struct frame *frame)
{
	rings_begin_at(frame->first_pos);
	bundle_open(&mine, HOSTILE_PORTS);
	rings_begin_at(0);
	ring = consumer_open(mine.rx);
	if (frame->is_wrap)
		CHECK_EQ(ring.base, frame->first_pos);
	bundle_open(&other, 2);
}

/* False: all is well but that the bystander was delayed. */
static bool try_once(const struct frame *frame)
{
	bool content;

	bystander_start();
	offender_opens(frame);
	bystander_watch();
	begin = seconds();
	rounds = 0;
	frame->attack();
	/* What is in threads goes on for as long as it has to. */
	while (going())
		usleep(1000);
	end_threads();
	content = bystander_judge();
	recovers();
	other_is_well();
	bundle_close(&mine);
	bundle_close(&other);
	return content;
}

/*
 * A delay by chance is not there each time; one that is our doing is. Chance is
 * QEMU 7.2, whose turns now and then leave out one vCPU for a second and longer.
 */
void frame_run(const struct frame *frame)
{
	int attempt;

	if (!rings_begin_at(0) && frame->is_wrap)
		SKIP("this driver has no first_pos: it is not the debug build");
	for (attempt = 1; !try_once(frame); attempt++)
		if (attempt == ATTEMPTS)
			tap_fail(__FILE__, __LINE__,
				 "the bystander was delayed %d times out of %d",
				 attempt, ATTEMPTS);
}
