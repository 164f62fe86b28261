// SPDX-License-Identifier: GPL-2.0
/*
 * Every event has to come, once, and about as fast as before. What else slows
 * a guest down is told apart by an echo between two threads that knows nothing
 * of the driver; and who competes for the CPU does not matter, since both have
 * real-time priority. How fast is judged where vCPUs take turns (vm/boot.sh -a
 * turns), since time goes by instructions there: elsewhere what delays may be the
 * machine below, and only what takes very long is.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle.h"
#include "bystander.h"

#define ENOUGH	50		/* rounds of two events... */
#define SOME	20		/* ...or these, if that took */
#define LONG	1.5		/* seconds: a machine with much else to do */
#define MOST	100000
#define PAUSE	1000		/* us between rounds: others are to run */
#define TIMES	3		/* as long as before... */
#define FLOOR	10000		/* ...and this many us, is what is allowed... */
#define CEILING	1000000		/* ...but never as long as that */
#define DELAYED	3		/* exit status */
#define LATEST	5000		/* ms; then an event counts as lost */

enum phase { BEFORE, DURING, OVER };

/* Shared by the case, which sets @phase and when it @began, and the bystander. */
static struct watch {
	enum phase phase;
	uint32_t rounds[2];
	double began[2];
} *watch;

static struct series {
	uint32_t n;
	uint32_t us[MOST];
} own[2], echo[2];

static struct bundle classic, mapped;
static struct consumer consumer;
static int ask, answer;
static pid_t pid;

static void add(struct series *s, double begin)
{
	if (s->n < MOST)
		s->us[s->n++] = (seconds() - begin) * 1e6;
}

static int by_size(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static uint32_t p99(struct series *s)
{
	qsort(s->us, s->n, sizeof(*s->us), by_size);
	return s->us[(s->n - 1) * 99 / 100];
}

static void real_time(int cpu)
{
	struct sched_param param = { .sched_priority = 10 };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK_EQ(pthread_setaffinity_np(pthread_self(), sizeof(set), &set), 0);
	CHECK_EQ(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param), 0);
}

static void *echo_thread(void *arg)
{
	eventfd_t value;

	(void)arg;
	real_time(sysconf(_SC_NPROCESSORS_ONLN) - 1);
	for (;;)
		if (eventfd_read(ask, &value) || eventfd_write(answer, value))
			return NULL;
}

static void measure_echo(struct series *s)
{
	double begin = seconds();
	eventfd_t value;

	CHECK_OK(eventfd_write(ask, 1));
	CHECK_OK(eventfd_read(answer, &value));
	add(s, begin);
}

static void measure_classic(struct series *s, uint32_t i)
{
	struct pollfd p = { .fd = classic.rx, .events = POLLIN };
	double begin = seconds();
	uint32_t port;

	bundle_fire(&classic, i);
	if (poll(&p, 1, LATEST * tap_factor) != 1)
		tap_fail(__FILE__, __LINE__, "the bystander's event was lost");
	CHECK_EQ(CHECK_OK(read(classic.rx, &port, sizeof(port))), sizeof(port));
	evt_unmask(classic.rx, port);
	add(s, begin);
	CHECK_EQ(port, classic.b[i]);
	CHECK_ERR(read(classic.rx, &port, sizeof(port)), EAGAIN);
}

static void measure_mapped(struct series *s, uint32_t i)
{
	double begin = seconds();
	uint32_t port;

	bundle_fire(&mapped, i);
	if (!consumer_sleep(&consumer, LATEST * tap_factor) ||
	    !consumer_take(&consumer, &port))
		tap_fail(__FILE__, __LINE__, "the bystander's mapped event was lost");
	evt_unmask(mapped.rx, port);
	add(s, begin);
	CHECK_EQ(port, mapped.b[i]);
	CHECK(!consumer_peek(&consumer, &port));
}

/* Does time depend on nothing but what runs in here? */
static bool time_is_exact(void)
{
	const char *accel = getenv("ACCEL");

	return accel && !strcmp(accel, "turns");
}

/* Nothing to do with it, and yet: nobody else has touched its files. */
static void judge(void)
{
	uint32_t before = p99(&own[BEFORE]), during = p99(&own[DURING]);
	uint32_t noise = p99(&echo[DURING]);
	uint32_t limit = TIMES * (before > noise ? before : noise) +
			 FLOOR * tap_factor;

	if (limit > CEILING * tap_factor || !time_is_exact())
		limit = CEILING * tap_factor;
	tap_note("bystander: p99 %u us before, %u us in %u events during (echo %u us)",
		 before, during, own[DURING].n, noise);
	CHECK_EQ(consumer.header->flags, 0);
	CHECK_EQ(consumer.header->resyncs, 0);
	CHECK_EQ(consumer.header->generation, 0);
	CHECK_EQ(consumer.page->cons, consumer.pos);
	if (during <= limit)
		return;
	tap_note("bystander: delayed, %u us are allowed", limit);
	_exit(DELAYED);
}

static void stand_by(void)
{
	enum phase phase;
	pthread_t thread;
	uint32_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ask = CHECK_OK(eventfd(0, 0));
	answer = CHECK_OK(eventfd(0, 0));
	bundle_open(&classic, 1);
	bundle_open(&mapped, 1);
	consumer = consumer_open(mapped.rx);
	CHECK_EQ(pthread_create(&thread, NULL, echo_thread, NULL), 0);
	real_time(0);
	for (i = 0; ; i++) {
		phase = __atomic_load_n(&watch->phase, __ATOMIC_ACQUIRE);
		if (phase == OVER)
			break;
		measure_echo(&echo[phase]);
		measure_classic(&own[phase], i % classic.n);
		measure_mapped(&own[phase], i % mapped.n);
		/* One that began before is no witness of what came then. */
		__atomic_add_fetch(&watch->rounds[phase], 1, __ATOMIC_RELEASE);
		usleep(PAUSE);
	}
	judge();
	_exit(0);
}

static bool enough(enum phase phase)
{
	uint32_t n = __atomic_load_n(&watch->rounds[phase], __ATOMIC_ACQUIRE);

	/* Ten times slower, a tenth as often: a sanitizer is there for accesses. */
	n *= tap_factor < 10 ? 1 : tap_factor;
	return n >= ENOUGH || (n >= SOME && seconds() - watch->began[phase] > LONG);
}

void bystander_start(void)
{
	watch = mmap(NULL, sizeof(*watch), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(watch != MAP_FAILED);
	watch->began[BEFORE] = seconds();
	pid = CHECK_OK(fork());
	if (!pid)
		stand_by();
}

/* It says why when it is reaped. */
static bool failed(void)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
	       info.si_pid;
}

static void wait_for(enum phase phase)
{
	double end = seconds() + 4 * LATEST / 1000.0 * tap_factor;

	while (!enough(phase) && !failed() && seconds() < end)
		usleep(1000);
}

void bystander_watch(void)
{
	wait_for(BEFORE);
	watch->began[DURING] = seconds();
	__atomic_store_n(&watch->phase, DURING, __ATOMIC_RELEASE);
}

bool bystander_is_content(void)
{
	return enough(DURING) || failed();
}

bool bystander_judge(void)
{
	int status;

	wait_for(DURING);
	__atomic_store_n(&watch->phase, OVER, __ATOMIC_RELEASE);
	CHECK_OK(waitpid(pid, &status, 0));
	if (WIFEXITED(status) && WEXITSTATUS(status) == DELAYED)
		return false;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		tap_fail(__FILE__, __LINE__, "the bystander's wait status is %#x",
			 status);
	return true;
}
