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
	int missing;		/* the driver has no such way */
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
	fflush(stdout);
	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0))
			die("PTRACE_TRACEME");
		raise(SIGSTOP);
		job(arg);
		fflush(stdout);
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
	const struct way *way;
	unsigned int n, batch;
};

static void count_way(const void *arg)
{
	static struct stream s;
	const struct job *j = arg;
	unsigned int round;

	if (!stream_open(&s, j->way, j->n)) {
		shared->missing = 1;
		return;
	}
	for (round = 0; round < 3; round++) {
		stream_send(&s, 0, s.n);
		count_begin();
		shared->events += stream_drain(&s, s.n, j->batch);
		count_end();
	}
	stream_close(&s);
}

static double calls_per_event(const char *what, struct count c)
{
	if (c.missing)
		return NA;
	if (c.traced != c.wrapped)
		die("%s: tracer counts %lu calls, wrappers %lu", what,
		    (unsigned long)c.traced, (unsigned long)c.wrapped);
	if (!c.events)
		die("%s: no events", what);
	return (double)c.traced / c.events;
}

static void report_way(const struct way *w, unsigned int n, unsigned int batch)
{
	struct job j = { w, n, batch };
	char key[32];

	snprintf(key, sizeof(key), "%s_calls", w->key);
	figure(key, calls_per_event(w->key, traced(count_way, &j)),
	       "%s", w->title);
}

/* Only taking: no rearm yet. */
static void count_mapped_take(const void *arg)
{
	static struct stream s;
	const struct job *j = arg;

	if (!stream_open(&s, &way_mapped, j->n)) {
		shared->missing = 1;
		return;
	}
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

	if (!h) {
		shared->missing = 1;
		return;
	}
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
		done += round_answer(h);
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
	int ret = h ? evtmmap_start_poller(h, &options) : -ENODEV;

	if (ret == -ENODEV || ret == -EOPNOTSUPP) {
		shared->missing = 1;
		return;
	}
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
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	if (traced(seven_getppid, NULL).traced != 7)
		die("the tracer counts %lu of 7 getppid()",
		    (unsigned long)shared->traced);
}

void bench_poller(void)
{
	struct job j = { .n = 128 };

	tracer_open();
	title("System calls with a poller");
	figure("poller_calls", calls_per_event("poller", traced(count_poller, &j)) *
			       shared->events,
	       "in all, for notify, take and rearm of %lu events",
	       (unsigned long)opt_events);
	munmap(shared, sizeof(*shared));
}

void bench_count(void)
{
	unsigned int n = opt_ports < 256 ? opt_ports : 256;
	struct job j = { &way_mapped, n, 64 };
	struct job one = { .batch = 1 };

	tracer_open();
	title("System calls per event, to take and rearm");
	report_way(&way_lib, n, 1);
	report_way(&way_raw, n, 1);
	report_way(&way_batch, n, 64);
	report_way(&way_mapped, n, 64);
	figure("mapped_take_calls",
	       calls_per_event("taking", traced(count_mapped_take, &j)),
	       "mapped ring, taking alone");
	figure("enter_calls", calls_per_event("ENTER", traced(count_enter, &j)),
	       "mapped ring and ENTER, notify too, 64 at a time");
	figure("enter_1_calls", calls_per_event("ENTER", traced(count_enter, &one)),
	       "mapped ring and ENTER, notify too, one by one");
	munmap(shared, sizeof(*shared));
}
