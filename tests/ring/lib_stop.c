// SPDX-License-Identifier: GPL-2.0
/*
 * libevtmmap asleep, and what interrupts it: a signal's handler ends the sleep;
 * what no program asked for does not, and makes no time begin anew.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "lib.h"
#include "loop.h"

/* A child that sleeps in the library, and the other end of its port here. */
struct sleeper {
	pid_t pid;
	int fd;
	uint32_t port;
	int ready;	/* a byte comes: about to sleep */
};

/* How the child waits: @queued is rearmed by the same call, if it is one. */
struct nap {
	int64_t timeout_ns;
	bool queued;
	int result;
};

static void handler(int sig)
{
	(void)sig;
}

/* Take the event of the bind, and leave its port to be rearmed. */
static int masked_port(struct evtmmap *h, uint32_t port)
{
	int b = evtmmap_bind_interdomain(h, 0, port);

	CHECK_GE(b, 1);
	lib_expect(h, b);
	return b;
}

static void sleep_in_library(int ready, uint32_t port, const struct nap *nap)
{
	struct sigaction sa = { .sa_handler = handler };
	struct evtmmap *h = lib_open();
	int b = masked_port(h, port);
	long long begin;

	CHECK_OK(sigaction(SIGUSR1, &sa, NULL));
	if (nap->queued)
		CHECK_EQ(evtmmap_queue(h, b, EVTMMAP_REARM), 0);
	else
		CHECK_EQ(evtmmap_rearm(h, b), 0);
	usleep(SETTLE_TIME / 1000);
	begin = now_ns();
	CHECK_EQ(write(ready, "r", 1), 1);
	CHECK_EQ(nap->queued ? evtmmap_submit_wait(h, 1, nap->timeout_ns)
			     : evtmmap_wait(h, nap->timeout_ns), nap->result);
	if (nap->result == 0)
		CHECK_GE(now_ns() - begin, nap->timeout_ns);
	/* What was queued was done, whatever ended the sleep. */
	CHECK_EQ(write(ready, "d", 1), 1);
	lib_expect(h, b);
}

static struct sleeper start(const struct nap *nap)
{
	struct sleeper s;
	int ready[2];
	char c;

	s.fd = evt_open(O_NONBLOCK);
	s.port = CHECK_OK(evt_bind_unbound(s.fd, 0));
	CHECK_OK(pipe(ready));
	s.pid = CHECK_OK(fork());
	if (!s.pid) {
		close(s.fd);
		close(ready[0]);
		sleep_in_library(ready[1], s.port, nap);
		_exit(0);
	}
	close(ready[1]);
	s.ready = ready[0];
	CHECK_EQ(read(s.ready, &c, 1), 1);
	/* It is asleep by then, or we test less. */
	usleep(100 * 1000);
	return s;
}

/* It has woken up, and takes an event that is sent now. */
static void finish(struct sleeper *s)
{
	char c;

	CHECK_EQ(read(s->ready, &c, 1), 1);
	CHECK_OK(evt_notify(s->fd, s->port));
	tap_reap(s->pid);
}

static void stop_and_continue(struct sleeper *s)
{
	int status;

	CHECK_OK(kill(s->pid, SIGSTOP));
	CHECK_EQ(waitpid(s->pid, &status, WUNTRACED), s->pid);
	CHECK(WIFSTOPPED(status));
	CHECK_OK(kill(s->pid, SIGCONT));
}

static void trace_and_let_go(struct sleeper *s)
{
	int status;

	CHECK_OK(ptrace(PTRACE_ATTACH, s->pid, NULL, NULL));
	CHECK_EQ(waitpid(s->pid, &status, 0), s->pid);
	CHECK(WIFSTOPPED(status));
	CHECK_OK(ptrace(PTRACE_DETACH, s->pid, NULL, NULL));
}

static void sleeps_on(bool queued, void (*disturb)(struct sleeper *))
{
	struct nap nap = { .timeout_ns = -1, .queued = queued, .result = 1 };
	struct sleeper s = start(&nap);
	int i;

	for (i = 0; i < 3; i++) {
		disturb(&s);
		usleep(100 * 1000);
	}
	CHECK_OK(evt_notify(s.fd, s.port));
	finish(&s);
}

CASE(lib_wait_sleeps_on_after_a_stop)
{
	sleeps_on(false, stop_and_continue);
}

CASE(lib_wait_sleeps_on_after_a_debugger)
{
	sleeps_on(false, trace_and_let_go);
}

CASE(lib_submit_wait_sleeps_on_after_a_stop)
{
	sleeps_on(true, stop_and_continue);
}

CASE(lib_submit_wait_sleeps_on_after_a_debugger)
{
	sleeps_on(true, trace_and_let_go);
}

/* Stopped all the time, for much longer than it sleeps: it has to end. */
static void keeps_its_time(bool queued)
{
	struct nap nap = { .timeout_ns = 1500 * MS, .queued = queued, .result = 0 };
	struct sleeper s = start(&nap);
	long long begin = now_ns();
	struct pollfd p = { .fd = s.ready, .events = POLLIN };

	do
		stop_and_continue(&s);
	while (!CHECK_OK(poll(&p, 1, 200)));
	CHECK_LE(now_ns() - begin, 3000 * MS * tap_factor);
	finish(&s);
}

CASE_LIMIT(lib_wait_keeps_its_time_when_stopped, 20)
{
	keeps_its_time(false);
}

CASE_LIMIT(lib_submit_wait_keeps_its_time_when_stopped, 20)
{
	keeps_its_time(true);
}

static void ends_by_handler(bool queued, int64_t timeout_ns)
{
	struct nap nap = {
		.timeout_ns = timeout_ns, .queued = queued, .result = -EINTR,
	};
	struct sleeper s = start(&nap);

	stop_and_continue(&s);
	usleep(100 * 1000);
	CHECK_OK(kill(s.pid, SIGUSR1));
	finish(&s);
}

CASE(lib_wait_ends_with_a_handler)
{
	ends_by_handler(false, -1);
	ends_by_handler(false, LONG_TIME);
}

/* After its commands were taken. */
CASE(lib_submit_wait_ends_with_a_handler)
{
	ends_by_handler(true, -1);
	ends_by_handler(true, LONG_TIME);
}
