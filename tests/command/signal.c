// SPDX-License-Identifier: GPL-2.0
/* Signals and ENTER: what ends the sleep, and under which mask. */
#include <signal.h>
#include <sys/wait.h>

#include "enter.h"

static volatile int handled;
static sigset_t none, all;

static void count(int sig)
{
	(void)sig;
	handled++;
}

static void open_with_handler(struct commander *k)
{
	struct sigaction sa = { .sa_handler = count };

	CHECK_OK(sigaction(SIGUSR1, &sa, NULL));
	sigemptyset(&none);
	sigfillset(&all);
	commander_open(k, 1);
}

static struct evtmmap_enter masked(const sigset_t *set)
{
	return (struct evtmmap_enter){
		.min_complete = 1, .sigset_size = 8, .sigset = (uintptr_t)set,
	};
}

static bool is_blocked(int sig)
{
	sigset_t now;

	CHECK_EQ(pthread_sigmask(SIG_SETMASK, NULL, &now), 0);
	return sigismember(&now, sig);
}

static void block(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	CHECK_EQ(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
}

CASE(signal_ends_the_sleep)
{
	struct evtmmap_enter arg = { .min_complete = 1 };
	struct commander k;
	struct enterer e;

	open_with_handler(&k);
	enterer_start(&e, k.fd, &arg);
	enterer_sleeps(&e);
	CHECK_EQ(pthread_kill(e.thread, SIGUSR1), 0);
	CHECK_EQ(enterer_join(&e), -EINTR);
	CHECK_EQ(handled, 1);
	/* What was taken is not forgotten over it. */
	command_store(&k, REARM, k.s.b[0]);
	arg.to_submit = 1;
	enterer_start(&e, k.fd, &arg);
	enterer_sleeps(&e);
	CHECK_EQ(pthread_kill(e.thread, SIGUSR1), 0);
	CHECK_EQ(enterer_join(&e), -EINTR);
	CHECK_EQ(e.arg.to_submit, 0);
	CHECK_EQ(handled, 2);
}

CASE(mask_lets_a_pending_signal_through)
{
	struct commander k;
	struct evtmmap_enter arg = masked(&none);
	int i;

	open_with_handler(&k);
	block(SIGUSR1);
	for (i = 1; i <= 3; i++) {
		raise(SIGUSR1);
		CHECK_EQ(handled, i - 1);
		CHECK_ERR(enter(k.fd, &arg), EINTR);
		CHECK_EQ(handled, i);
		CHECK(is_blocked(SIGUSR1));
		CHECK(!is_blocked(SIGUSR2));
	}
	raise(SIGUSR1);
	command_store(&k, REARM, k.s.b[0]);
	arg.to_submit = 1;
	CHECK_ERR(enter(k.fd, &arg), EINTR);
	CHECK_EQ(arg.to_submit, 0);
	CHECK_EQ(handled, i);
	CHECK(is_blocked(SIGUSR1));
}

CASE(mask_lets_a_later_signal_through)
{
	struct commander k;
	struct enterer e;
	struct evtmmap_enter arg = masked(&none);

	open_with_handler(&k);
	/* The thread inherits what is blocked. */
	block(SIGUSR1);
	enterer_start(&e, k.fd, &arg);
	enterer_sleeps(&e);
	CHECK_EQ(pthread_kill(e.thread, SIGUSR1), 0);
	CHECK_EQ(enterer_join(&e), -EINTR);
	CHECK_EQ(handled, 1);
}

/* Neither does it sleep, nor does it look at the mask. */
CASE(mask_is_for_the_sleep_only)
{
	struct commander k;
	struct evtmmap_enter arg = masked(&none);

	open_with_handler(&k);
	block(SIGUSR1);
	raise(SIGUSR1);
	arg.min_complete = 0;
	CHECK_EQ(enter(k.fd, &arg), 0);
	CHECK_EQ(handled, 0);
	arg.min_complete = 1;
	bundle_fire(&k.s, 0);
	ring_reaches(k.c.header, k.c.pos + 1);
	CHECK_EQ(enter(k.fd, &arg), 0);
	CHECK_EQ(handled, 0);
	CHECK(is_blocked(SIGUSR1));
}

CASE(mask_is_back_when_the_time_is_over)
{
	struct commander k;
	struct evtmmap_enter arg = masked(&all);

	open_with_handler(&k);
	arg.flags = EVTMMAP_ENTER_TIMEOUT;
	arg.timeout = MS;
	CHECK_EQ(enter(k.fd, &arg), 0);
	CHECK(!is_blocked(SIGUSR1));
	block(SIGUSR1);
	arg.sigset = (uintptr_t)&none;
	CHECK_EQ(enter(k.fd, &arg), 0);
	CHECK(is_blocked(SIGUSR1));
}

struct shielded {
	struct commander *k;
	pid_t tid;
	long result;
	bool blocked;
};

static void *shielded_main(void *arg)
{
	struct shielded *s = arg;
	struct evtmmap_enter e = masked(&all);

	__atomic_store_n(&s->tid, gettid(), __ATOMIC_RELEASE);
	s->result = enter(s->k->fd, &e);
	s->blocked = is_blocked(SIGUSR1);
	return NULL;
}

CASE(mask_that_blocks_all_keeps_it_asleep)
{
	struct commander k;
	struct shielded s = { .k = &k };
	pthread_t thread;

	open_with_handler(&k);
	CHECK_EQ(pthread_create(&thread, NULL, shielded_main, &s), 0);
	while (!__atomic_load_n(&s.tid, __ATOMIC_ACQUIRE))
		usleep(1000);
	proc_wait_syscall(s.tid, SYS_ioctl);
	CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
	usleep(EVT_QUIET_MS * 1000);
	CHECK_EQ(handled, 0);
	proc_wait_syscall(s.tid, SYS_ioctl);
	bundle_fire(&k.s, 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(s.result, 0);
	CHECK_EQ(handled, 1);
	CHECK(!s.blocked);
}

static void dies_in_enter(const struct commander *k, int sig)
{
	struct evtmmap_enter arg = masked(&all);
	pid_t pid = fork();

	if (!pid) {
		enter(k->fd, &arg);
		_exit(0);
	}
	proc_wait_syscall(pid, SYS_ioctl);
	CHECK_OK(kill(pid, sig));
	tap_reap_signal(pid, sig);
}

CASE(sigkill_cannot_be_blocked)
{
	struct commander k;

	open_with_handler(&k);
	dies_in_enter(&k, SIGKILL);
}
