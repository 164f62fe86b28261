// SPDX-License-Identifier: GPL-2.0
/*
 * What looks like a signal to a sleeper and has no handler: ENTER sleeps on, for
 * as long as it was told to in all.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "enter.h"
#include "int80.h"

#define CGROUP	"/sys/fs/cgroup/restart"
#define LATE	(3 * tap_factor)

/* A process in ENTER; in memory that it shares with the case. */
struct sleeper {
	struct evtmmap_enter arg;
	uint64_t mask;		/* what arg.sigset points to */
	pid_t pid;
	bool compat;		/* as a 32-bit program */
	long result;		/* or -errno */
	bool blocked;		/* is SIGUSR2, afterwards? */
	bool done;
	double took;
};

static struct sleeper *sleeper_new(void)
{
	struct sleeper *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	CHECK(s != MAP_FAILED);
	return s;
}

static void handle(int sig)
{
	(void)sig;
}

static void sleeper_main(struct sleeper *s, int fd, struct evtmmap_enter *arg)
{
	struct sigaction sa = { .sa_handler = handle, .sa_flags = SA_RESTART };
	double begin = seconds();
	sigset_t now;
	long rc;

	CHECK_OK(sigaction(SIGUSR1, &sa, NULL));
	rc = s->compat ? int80_ioctl(fd, EVTMMAP_IOC_ENTER, (uintptr_t)arg) :
			 enter(fd, arg);
	s->result = rc < 0 ? -errno : rc;
	s->took = seconds() - begin;
	CHECK_OK(sigprocmask(SIG_SETMASK, NULL, &now));
	s->blocked = sigismember(&now, SIGUSR2);
	__atomic_store_n(&s->done, true, __ATOMIC_RELEASE);
	_exit(0);
}

static bool sleeper_done(const struct sleeper *s)
{
	return __atomic_load_n(&s->done, __ATOMIC_ACQUIRE);
}

/* With its argument at @arg, which may be elsewhere. */
static void sleeper_start_at(struct sleeper *s, int fd, struct evtmmap_enter *arg)
{
	pid_t pid;

	s->done = false;
	pid = CHECK_OK(fork());
	if (!pid)
		sleeper_main(s, fd, arg);
	s->pid = pid;
}

static void sleeper_start(struct sleeper *s, int fd, struct evtmmap_enter arg)
{
	s->arg = arg;
	sleeper_start_at(s, fd, &s->arg);
	proc_wait_syscall(s->pid, s->compat ? INT80_IOCTL : SYS_ioctl);
}

static void sleeper_sleeps(struct sleeper *s)
{
	usleep(EVT_QUIET_MS * 1000);
	if (sleeper_done(s))
		tap_fail(__FILE__, __LINE__, "ENTER is back with %ld", s->result);
	proc_wait_syscall(s->pid, s->compat ? INT80_IOCTL : SYS_ioctl);
}

static void stop_and_continue(pid_t pid)
{
	int status;

	CHECK_OK(kill(pid, SIGSTOP));
	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	if (WIFSTOPPED(status))
		CHECK_OK(kill(pid, SIGCONT));
	else
		CHECK_EQ(status, 0);
}

static void trace_and_let_go(pid_t pid)
{
	int status;

	CHECK_OK(ptrace(PTRACE_ATTACH, pid, 0, 0));
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFSTOPPED(status));
	CHECK_OK(ptrace(PTRACE_DETACH, pid, 0, 0));
}

static void say(const char *file, const char *text)
{
	int fd = CHECK_OK(open(file, O_WRONLY));

	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void frozen_is(const char *wanted)
{
	double end = seconds() + EVT_WAIT_MS / 1000.0;
	char line[64];

	while (!proc_find(CGROUP "/cgroup.events", wanted, line, sizeof(line))) {
		CHECK(seconds() < end);
		usleep(1000);
	}
}

static void freeze_and_thaw(pid_t pid)
{
	char number[16];

	CHECK(!mkdir(CGROUP, 0755) || errno == EEXIST);
	snprintf(number, sizeof(number), "%d", pid);
	say(CGROUP "/cgroup.procs", number);
	say(CGROUP "/cgroup.freeze", "1");
	frozen_is("frozen 1");
	say(CGROUP "/cgroup.freeze", "0");
	frozen_is("frozen 0");
}

static uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 * MS + ts.tv_nsec;
}

/* What ENTER is told, as often as there are ways to tell it. */
static struct evtmmap_enter variant(struct sleeper *s, int i)
{
	struct evtmmap_enter arg = { .min_complete = 1 };

	if (i & 1)
		arg.to_submit = 1;
	if (i & 2) {
		arg.flags = EVTMMAP_ENTER_TIMEOUT;
		arg.timeout = 3600 * 1000 * MS;
	}
	if (i & 4) {
		arg.flags = EVTMMAP_ENTER_TIMEOUT | EVTMMAP_ENTER_ABSTIME;
		arg.timeout += clock_ns() + 100 * 1000 * MS;
	}
	if (i & 8) {
		arg.sigset_size = 8;
		arg.sigset = (uintptr_t)&s->mask;
		s->mask = ~0ULL;
	}
	return arg;
}

static void sleeps_on(struct commander *k, struct sleeper *s, int i,
		      void (*disturb)(pid_t pid))
{
	struct evtmmap_enter arg = variant(s, i);
	int n;

	if (arg.to_submit)
		command_store(k, REARM, k->s.b[0]);
	sleeper_start(s, k->fd, arg);
	for (n = 0; n < 2; n++) {
		disturb(s->pid);
		sleeper_sleeps(s);
	}
	bundle_fire(&k->s, 0);
	tap_reap(s->pid);
	/* In all as many as it was asked to take, and none twice. */
	CHECK_EQ(s->result, 0);
	CHECK_EQ(s->arg.to_submit, 0);
	CHECK(!s->blocked);
	if ((i & 6) == 2)
		CHECK(s->arg.timeout < arg.timeout && s->arg.timeout);
	else
		CHECK_EQ(s->arg.timeout, arg.timeout);
	mapped_expect(&k->c, k->s.b[0]);
	evt_unmask(k->fd, k->s.b[0]);
}

static void sleeps_on_over(void (*disturb)(pid_t pid))
{
	struct sleeper *s = sleeper_new();
	struct commander k;
	int i;

	commander_open(&k, 1);
	for (i = 0; i < 16; i++)
		sleeps_on(&k, s, i, disturb);
	s->compat = true;
	sleeps_on(&k, s, 3, disturb);
}

CASE_LIMIT(enter_sleeps_on_over_stop_and_continue, 40)
{
	sleeps_on_over(stop_and_continue);
}

CASE_LIMIT(enter_sleeps_on_over_a_debugger, 40)
{
	sleeps_on_over(trace_and_let_go);
}

CASE_LIMIT(enter_sleeps_on_over_the_freezer, 60)
{
	sleeps_on_over(freeze_and_thaw);
	CHECK_OK(rmdir(CGROUP));
}

/* Stopped again and again, it would never end if it began anew each time. */
static void takes_two_seconds(struct commander *k, struct sleeper *s, bool absolute)
{
	struct evtmmap_enter arg = {
		.min_complete = 1, .flags = EVTMMAP_ENTER_TIMEOUT,
		.timeout = 2000 * MS,
	};

	if (absolute) {
		arg.flags |= EVTMMAP_ENTER_ABSTIME;
		arg.timeout += clock_ns();
	}
	sleeper_start(s, k->fd, arg);
	while (!sleeper_done(s)) {
		stop_and_continue(s->pid);
		usleep(20000);
	}
	CHECK_EQ(s->result, 0);
	if (!absolute)
		CHECK(s->took >= 2);
	if (s->took > 2 + LATE)
		tap_fail(__FILE__, __LINE__, "2 s were %.3f s", s->took);
}

CASE_LIMIT(time_is_not_begun_anew, 40)
{
	struct sleeper *s = sleeper_new();
	struct commander k;

	commander_open(&k, 1);
	takes_two_seconds(&k, s, false);
	takes_two_seconds(&k, s, true);
}

/* A handler, though it asks for SA_RESTART, gets the sleep ended. */
CASE_LIMIT(handler_is_told_what_is_left, 40)
{
	struct sleeper *s = sleeper_new();
	struct evtmmap_enter arg;
	struct commander k;
	int i;

	commander_open(&k, 1);
	for (i = 0; i < 8; i++) {
		arg = variant(s, i);
		if (arg.to_submit)
			command_store(&k, REARM, k.s.b[0]);
		sleeper_start(s, k.fd, arg);
		usleep(EVT_QUIET_MS * 1000);
		CHECK_OK(kill(s->pid, SIGUSR1));
		tap_reap(s->pid);
		CHECK_EQ(s->result, -EINTR);
		CHECK_EQ(s->arg.to_submit, 0);
		if ((i & 6) == 2)
			CHECK_GE(arg.timeout - s->arg.timeout,
				 EVT_QUIET_MS * MS);
		else
			CHECK_EQ(s->arg.timeout, arg.timeout);
	}
	CHECK_EQ(command_head(&k), k.c.page->command_tail);
}

/* Where it cannot be said what is left, what was done is not forgotten. */
CASE_LIMIT(structure_that_cannot_be_written_ends_it, 40)
{
	struct evtmmap_enter *arg = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct sleeper *s = sleeper_new();
	struct commander k;
	int i;

	CHECK(arg != MAP_FAILED);
	commander_open(&k, 1);
	for (i = 0; i < 8; i++) {
		CHECK_OK(mprotect(arg, 4096, PROT_READ | PROT_WRITE));
		*arg = variant(s, i);
		CHECK_OK(mprotect(arg, 4096, PROT_READ));
		if (i & 1)
			command_store(&k, REARM, k.s.b[0]);
		sleeper_start_at(s, k.fd, arg);
		proc_wait_syscall(s->pid, SYS_ioctl);
		stop_and_continue(s->pid);
		if (!(i & 1) && (i & 6) != 2) {
			sleeper_sleeps(s);
			CHECK_OK(kill(s->pid, SIGUSR1));
		}
		tap_reap(s->pid);
		CHECK_EQ(s->result, i & 1 ? 1 : -EINTR);
	}
}
