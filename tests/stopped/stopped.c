// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU that stops in the middle of publish, or of commands it has claimed, for
 * seconds, hinders nobody: the other vCPUs' events come as fast as before, all of
 * them and each once, and the consumer sleeps and wakes in between. Its own event
 * comes as soon as anybody can see it, or when it goes on.
 *
 * What it is compared with: the same events while a user program spins on that
 * vCPU, so that an emulated machine has as much to do. Where vCPUs take turns
 * (vm/boot.sh -a turns) the figures do not depend on the machine below.
 */
#include "claim.h"
#include "hold.h"
#include "pulse.h"
#include "traffic.h"

#define BASE_S	1.0
#define HOLD_S	2.0
/* An event that waits for so long waits for whoever is held. */
#define LATE_MS	(HOLD_S * 1e3 / 2)
#define EVENTS_MIN 100
#define PORT_MIN 10	/* of each port: no vCPU's and no sender's is left out */
#define SLEEPS_MIN 50

static struct traffic traffic;
static double stood_still;	/* ms, while somebody was held */

static void bind_one(void)
{
	CHECK_OK(evt_bind_unbound(traffic.ports.rx, EVT_DOMID_SELF));
}

/* How somebody gets to the point. */

static void plain(int point)
{
	hold_arm(point);
	traffic_fire(&traffic, TRAFFIC_VICTIM);
	hold_await(point);
}

/* It has seen the slot to be free, and stops after another filled it. */
static void behind_another(int point)
{
	plain('L');
	traffic_fire(&traffic, 0);
	while (!traffic_is_taken(&traffic, 0))
		usleep(1000);
	hold_arm(point);
	hold_await(point);
}

/* It has read where the ring ends, and meets CLOSED there. */
static void grown(int first, int point)
{
	plain(first);
	bind_one();
	hold_arm(point);
	hold_await(point);
}

static void grown_from_L(int point) { grown('L', point); }
static void grown_from_P(int point) { grown('P', point); }

static void *grow(void *arg)
{
	hold_run_on(HOLD_CPU);
	bind_one();
	return arg;
}

/* Not an interrupt: a bind that stops while it makes the ring grow. */
static void growing(int point)
{
	pthread_t thread;

	hold_arm(point);
	CHECK_EQ(pthread_create(&thread, NULL, grow, NULL), 0);
	hold_await(point);
}

static void tell(const char *what, const struct figures *f)
{
	tap_note("%s %s: %u events, %u sleeps, p50 %.2f p99 %.2f max %.2f ms",
		 traffic.way->name, what, f->n, f->sleeps, f->p50, f->p99,
		 f->worst);
}

static void judge(const struct figures *base, const struct figures *held)
{
	tell("with nobody held", base);
	tell("with one held", held);
	if (held->worst > LATE_MS)
		tap_fail(__FILE__, __LINE__, "late by %.0f ms: others wait for the one that is held",
			 held->worst);
	CHECK_GE(base->n, EVENTS_MIN);
	CHECK_GE(held->n, EVENTS_MIN);
	CHECK_GE(held->least, PORT_MIN);
	CHECK_GE(held->sleeps, SLEEPS_MIN);
	if (held->p99 > 2 * base->p99)
		tap_fail(__FILE__, __LINE__, "p99 is %.2f ms, more than twice %.2f ms",
			 held->p99, base->p99);
}

/* Can the event be seen by others while its publisher is held there? */
static bool is_visible(int point)
{
	return point == 'A' || point == 'C' || point == 'W';
}

/* What the others' events take while somebody is held at the point. */
static struct figures hold(void (*stop)(int point), int point)
{
	bool interrupt = point < 'a', seen, still;
	struct window w;

	stop(point);
	pulse_reset();
	w = traffic_watch(&traffic, HOLD_S);
	stood_still = pulse_longest_ms();
	seen = traffic_is_taken(&traffic, TRAFFIC_VICTIM);
	still = hold_is_at(point);
	hold_release();
	traffic_quiet(&traffic);
	CHECK(still);
	if (interrupt)
		CHECK_EQ(seen, is_visible(point));
	return traffic_figures(&traffic, &w);
}

static void goes_on(const struct way *way, void (*stop)(int point), int point)
{
	struct figures base, held;
	struct window w;

	traffic_open(&traffic, way);
	pulse_begin();
	if (stop != plain && stop != behind_another)
		traffic_fill_ring(&traffic);
	hold_spin_begin();
	w = traffic_watch(&traffic, BASE_S);
	hold_spin_end();
	traffic_quiet(&traffic);
	base = traffic_figures(&traffic, &w);

	held = hold(stop, point);
	if (stood_still > LATE_MS / 2) {
		tap_note("another vCPU stood still for %.0f ms", stood_still);
		/* Not we: what waits for us does so each time. */
		if (stop == plain)
			held = hold(stop, point);
	}
	judge(&base, &held);
	usleep(EVT_QUIET_MS * 1000);	/* one too many would come now */
	traffic_quiet(&traffic);
}

#define STOPPED(way, how, point, stop, letter)				\
	CASE_LIMIT(way##_goes_on_while_##how##point##_is_held, 60)	\
	{								\
		goes_on(&way_##way, stop, letter);			\
	}

#define INTERRUPT(way)							\
	STOPPED(way, , G, plain, 'G')					\
	STOPPED(way, , L, plain, 'L')					\
	STOPPED(way, , B, plain, 'B')					\
	STOPPED(way, , A, plain, 'A')					\
	STOPPED(way, , C, plain, 'C')					\
	STOPPED(way, , W, plain, 'W')					\
	STOPPED(way, behind_another_, K, behind_another, 'K')		\
	STOPPED(way, grown_, J, grown_from_L, 'J')			\
	STOPPED(way, grown_, K, grown_from_P, 'K')

#define GROWER(way)							\
	STOPPED(way, growing_, A, growing, 'a')				\
	STOPPED(way, growing_, J, growing, 'j')				\
	STOPPED(way, growing_, K, growing, 'k')

INTERRUPT(read)
INTERRUPT(poll)
INTERRUPT(mapped)
GROWER(read)
GROWER(mapped)
STOPPED(epoll, , A, plain, 'A')
STOPPED(epoll, , W, plain, 'W')
STOPPED(sigio, , A, plain, 'A')
STOPPED(sigio, , C, plain, 'C')

/* Who has claimed commands of another file, and stops before it does them. */
#define CLAIMED(way, who)						\
	CASE_LIMIT(way##_goes_on_while_##who##_Q_is_held, 60)		\
	{								\
		goes_on(&way_##way, claim_by_##who, 'q');		\
		claim_is_done();					\
	}

CLAIMED(read, enter)
CLAIMED(mapped, enter)
CLAIMED(mapped, poller)
