// SPDX-License-Identifier: GPL-2.0
/* Signals: those that interrupt a read() and those that announce an event. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "proc.h"
#include "tap.h"

static volatile sig_atomic_t handled;

static void handler(int sig)
{
	(void)sig;
	handled = 1;
}

static void handle(int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };

	CHECK_OK(sigaction(SIGUSR1, &sa, NULL));
}

static void wait_handled(void)
{
	int i;

	for (i = 0; !handled && i < EVT_WAIT_MS; i++)
		usleep(1000);
	CHECK(handled);
}

CASE(signal_interrupts_read)
{
	struct reader *r;

	handle(0);
	r = reader_start(evt_open(0));
	reader_signal(r, SIGUSR1);
	CHECK_EQ(reader_join(r), -EINTR);
	CHECK(handled);
}

CASE(signal_with_restart_lets_read_go_on)
{
	struct loop l = loop_open();
	struct reader *r;

	CHECK_OK(fcntl(l.fd, F_SETFL, 0));
	handle(SA_RESTART);
	r = reader_start(l.fd);
	reader_signal(r, SIGUSR1);
	wait_handled();
	CHECK(!reader_done(r, EVT_QUIET_MS));
	loop_fire(&l);
	CHECK_EQ(reader_join(r), l.b);
}

CASE(signal_interrupts_read_and_loses_no_event)
{
	struct loop l = loop_open();
	struct reader *r;
	long long result;

	CHECK_OK(fcntl(l.fd, F_SETFL, 0));
	handle(0);
	r = reader_start(l.fd);
	reader_signal(r, SIGUSR1);
	loop_fire(&l);
	result = reader_join(r);
	if (result != l.b) {
		CHECK_EQ(result, -EINTR);
		evt_expect(l.fd, l.b);
	}
	CHECK_OK(fcntl(l.fd, F_SETFL, O_NONBLOCK));
	evt_silent(l.fd);
}

CASE(signal_kills_a_process_that_reads)
{
	int fd = evt_open(0);
	uint32_t port;
	pid_t pid = CHECK_OK(fork());

	if (!pid) {
		read(fd, &port, 4);
		_exit(0);
	}
	proc_wait_syscall(pid, SYS_read);
	CHECK_OK(kill(pid, SIGKILL));
	tap_reap_signal(pid, SIGKILL);
}

/* The signal becomes one to be waited for. */
static void hold(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
}

static bool signalled(int sig, int ms, siginfo_t *info)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };
	sigset_t set;
	int rc;

	sigemptyset(&set);
	sigaddset(&set, sig);
	rc = sigtimedwait(&set, info, &ts);
	CHECK(rc == sig || (rc < 0 && errno == EAGAIN));
	return rc == sig;
}

static void ask_for_signals(int fd)
{
	CHECK_OK(fcntl(fd, F_SETOWN, getpid()));
	CHECK_OK(fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC));
}

CASE(sigio_comes_when_the_ring_fills)
{
	struct loop l = loop_open();

	hold(SIGIO);
	ask_for_signals(l.fd);
	CHECK(!signalled(SIGIO, 0, NULL));
	loop_fire(&l);
	CHECK(signalled(SIGIO, EVT_WAIT_MS, NULL));
	evt_expect(l.fd, l.b);
}

CASE(sigio_does_not_come_again_while_the_ring_is_filled)
{
	struct loop l = loop_open(), m = loop_bind(l.fd, l.fd);
	int i;

	evt_settle_first(m.fd, 1);
	loop_pin((struct loop[]){ l, m }, 2);
	hold(SIGIO);
	ask_for_signals(l.fd);
	for (i = 0; i < 3; i++) {
		loop_fire(&l);
		CHECK(signalled(SIGIO, EVT_WAIT_MS, NULL));
		loop_fire(&m);
		CHECK(!signalled(SIGIO, EVT_QUIET_MS, NULL));
		evt_cycle(l.fd, l.b);
		evt_cycle(l.fd, m.b);
		CHECK(!signalled(SIGIO, 0, NULL));
	}
}

CASE(sigio_stops_when_it_is_asked_to)
{
	struct loop l = loop_open();

	hold(SIGIO);
	ask_for_signals(l.fd);
	CHECK_OK(fcntl(l.fd, F_SETFL, O_NONBLOCK));
	loop_fire(&l);
	evt_expect(l.fd, l.b);
	CHECK(!signalled(SIGIO, EVT_QUIET_MS, NULL));
}

CASE(sigio_can_be_asked_for_by_fioasync)
{
	struct loop l = loop_open();
	int on = 1;

	hold(SIGIO);
	CHECK_OK(fcntl(l.fd, F_SETOWN, getpid()));
	CHECK_OK(ioctl(l.fd, FIOASYNC, &on));
	loop_fire(&l);
	CHECK(signalled(SIGIO, EVT_WAIT_MS, NULL));
}

CASE(sigio_of_a_chosen_number_tells_file_and_bits)
{
	struct loop l = loop_open();
	siginfo_t info;

	hold(SIGRTMIN + 3);
	CHECK_OK(fcntl(l.fd, F_SETSIG, SIGRTMIN + 3));
	ask_for_signals(l.fd);
	loop_fire(&l);
	CHECK(signalled(SIGRTMIN + 3, EVT_WAIT_MS, &info));
	CHECK_EQ(info.si_code, POLL_IN);
	CHECK_EQ(info.si_fd, l.fd);
	CHECK_EQ(info.si_band, POLLIN | POLLRDNORM);
}

CASE(sigio_reaches_the_owner_in_another_process)
{
	struct loop l = loop_open();
	pid_t pid;

	hold(SIGIO);
	pid = CHECK_OK(fork());
	if (!pid) {
		CHECK(signalled(SIGIO, EVT_WAIT_MS, NULL));
		_exit(0);
	}
	CHECK_OK(fcntl(l.fd, F_SETOWN, pid));
	CHECK_OK(fcntl(l.fd, F_SETFL, O_NONBLOCK | O_ASYNC));
	loop_fire(&l);
	tap_reap(pid);
}

CASE(sigio_ends_with_the_file)
{
	struct loop l = loop_open_two();

	hold(SIGIO);
	ask_for_signals(l.fd);
	close(l.fd);
	loop_fire(&l);
	CHECK(!signalled(SIGIO, EVT_QUIET_MS, NULL));
}
