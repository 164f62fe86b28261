// SPDX-License-Identifier: GPL-2.0
/*
 * System calls per event, counted twice: by wrappers the linker puts around
 * the calls (of the libraries too), and by a tracer that sees what really
 * enters the kernel.  A count that the two disagree on is an error, and so is
 * a tracer that cannot count seven getppid().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <evtmmap.h>

#include "bench.h"

/* What tracer and tracee share. */
struct count {
	uint64_t traced;
	uint64_t wrapped;
	uint64_t events;
};

static struct count *shared;

/* Between these two the tracer stops us at every system call. */
static void count_begin(void)
{
	syscall(SYS_kill, getpid(), SIGUSR1);
	shared->wrapped -= wrapped_calls;
}

static void count_end(void)
{
	shared->wrapped += wrapped_calls;
	syscall(SYS_kill, getpid(), SIGUSR2);
}

#define ENTRY	(SIGTRAP | 0x80)

static void trace(pid_t child)
{
	int status, how = PTRACE_CONT, sig;
	bool inside = false;

	waitpid(child, &status, 0);
	ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		ptrace(how, child, 0, 0);
		if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status))
			break;
		sig = WSTOPSIG(status);
		if (sig == ENTRY) {
			inside = !inside;
			shared->traced += inside;
		} else if (sig == SIGUSR1) {
			how = PTRACE_SYSCALL;
		} else if (sig == SIGUSR2) {
			/* getpid() and kill() of count_end() itself */
			how = PTRACE_CONT;
			shared->traced -= 2;
		} else {
			break;
		}
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		die("the traced child failed (status %x)", status);
}

static struct count traced(void (*job)(const void *arg), const void *arg)
{
	pid_t child;

	memset(shared, 0, sizeof(*shared));
	fflush(NULL);
	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0))
			die("PTRACE_TRACEME");
		raise(SIGSTOP);
		job(arg);
		_exit(0);
	}
	trace(child);
	return *shared;
}

static void seven_getppid(const void *arg)
{
	unsigned int i;

	(void)arg;
	count_begin();
	for (i = 0; i < 7; i++)
		syscall(SYS_getppid);
	count_end();
}

struct job {
	void (*count)(const void *arg);
	const struct way *way;
	unsigned int n, batch;
};

static void count_way(const void *arg)
{
	static struct stream s;
	const struct job *j = arg;
	unsigned int round;

	stream_open(&s, j->way, j->n);
	for (round = 0; round < 3; round++) {
		stream_send(&s, 0, s.n);
		count_begin();
		shared->events += stream_drain(&s, s.n, j->batch);
		count_end();
	}
	stream_close(&s);
}

/* Only taking: no rearm yet. */
static void count_mapped_take(const void *arg)
{
	static struct stream s;
	const struct job *j = arg;

	stream_open(&s, &way_mapped, j->n);
	stream_send(&s, 0, s.n);
	count_begin();
	shared->events = mapped_take_only(&s, j->batch);
	count_end();
	mapped_rearm_all(&s);
	stream_close(&s);
}

/* Whole rounds: notify, take, rearm, and wait for the next. */
static void count_enter(const void *arg)
{
	const struct job *j = arg;
	struct evtmmap *h = round_open(j->batch);
	unsigned int round;

	round_enter(h, j->batch);
	count_begin();
	for (round = 0; round < 16; round++)
		round_enter(h, j->batch);
	count_end();
	shared->events = (uint64_t)round * j->batch;
	evtmmap_close(h);
}

static uint64_t poll_rounds(struct evtmmap *h, uint64_t events)
{
	uint64_t done = 0;
	int ret;

	while (done < events) {
		done += round_answer(h, 256);
		ret = evtmmap_submit(h);
		if (ret < 0)
			die("evtmmap_submit: %s", evtmmap_strerror(ret));
	}
	return done;
}

/* The same with a poller that never sleeps meanwhile. */
static void count_poller(const void *arg)
{
	const struct evtmmap_poller_options options = {
		.size = sizeof(options), .cpu = -1, .idle_us = 1000000,
	};
	const struct job *j = arg;
	struct evtmmap *h = round_open(j->n);
	int ret = evtmmap_start_poller(h, &options);

	if (ret < 0)
		die("evtmmap_start_poller: %s", evtmmap_strerror(ret));
	/* The ring grew while ports were bound: its segments are mapped first. */
	poll_rounds(h, 2 * j->n);
	count_begin();
	shared->events = poll_rounds(h, opt_events);
	count_end();
	evtmmap_close(h);
}

static void tracer_open(void)
{
	if (shared)
		return;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	if (traced(seven_getppid, NULL).traced != 7)
		die("the tracer counts %lu of 7 getppid()",
		    (unsigned long)shared->traced);
}

/* One sample is enough: it is a count. */
static void run_count(const struct benchmark *b, unsigned int value)
{
	struct result r = result_of(b, value);
	struct job j = *(const struct job *)b->data;
	struct count c;

	if (value)
		j.batch = value;
	tracer_open();
	c = traced(j.count, &j);
	if (c.traced != c.wrapped)
		die("%s: tracer counts %lu calls, wrappers %lu", b->name,
		    (unsigned long)c.traced, (unsigned long)c.wrapped);
	if (!c.events)
		die("%s: no events", b->name);
	r.metric = "system_calls_per_event";
	r.unit = "calls";
	r.counts.events = c.events;
	r.counts.system_calls = c.traced;
	sample_add(&r.sample, (double)c.traced / c.events);
	publish(&r);
}

static const struct job lib_job = { count_way, &way_lib, 256, 1 };
static const struct job raw_job = { count_way, &way_raw, 256, 1 };
static const struct job batch_job = { count_way, &way_batch, 256, 64 };
static const struct job uring_job = { count_way, &way_uring, 256, 64 };
static const struct job multishot_job = { count_way, &way_multishot, 256, 64 };
static const struct job mapped_job = { count_way, &way_mapped, 256, 64 };
static const struct job take_job = { count_mapped_take, &way_mapped, 256, 64 };
static const struct job enter_job = { .count = count_enter };
static const struct job poller_job = { .count = count_poller, .n = 128 };

#define NEEDS	(NEEDS_DRIVER | NEEDS_ONE_CPU)
#define MAPPED	(NEEDS | NEEDS_RING)

const struct benchmark bench_count[] = {
	{ .name = "calls/lib", .text = "system calls to take and rearm: libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB, .run = run_count, .data = &lib_job },
	{ .name = "calls/raw", .text = "... read 4 bytes, write 4 bytes",
	  .needs = NEEDS, .run = run_count, .data = &raw_job },
	{ .name = "calls/batch", .text = "... read() and write() of up to 64 ports",
	  .needs = NEEDS, .run = run_count, .data = &batch_job },
	{ .name = "calls/uring", .text = "... io_uring read and write of up to 64 ports",
	  .needs = NEEDS | NEEDS_URING, .run = run_count, .data = &uring_job },
	{ .name = "calls/multishot", .text = "... io_uring multishot read, and write",
	  .needs = NEEDS | NEEDS_MULTISHOT, .run = run_count, .data = &multishot_job },
	{ .name = "calls/mapped", .text = "... mapped ring, up to 64 events at a time",
	  .needs = MAPPED, .run = run_count, .data = &mapped_job },
	{ .name = "calls/take", .text = "... mapped ring, taking alone",
	  .needs = MAPPED, .run = run_count, .data = &take_job },
	{ .name = "calls/enter", .text = "... mapped ring and ENTER, NOTIFY too",
	  .needs = MAPPED, .parameter = "batch", .value = { 1, 64 },
	  .run = run_count, .data = &enter_job },
	{ .name = "calls/poller", .text = "... mapped ring and a poller, NOTIFY too",
	  .needs = NEEDS_DRIVER | NEEDS_RING | NEEDS_CPUS, .on_request = true,
	  .run = run_count, .data = &poller_job },
	{ 0 }
};
