// SPDX-License-Identifier: GPL-2.0
/* BIND_STATIC: of a port that is somebody's, and beside everybody's binds. */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "frame.h"
#include "xencall.h"

#define RACE_S	4
#define ROUNDS	5
#define BINDS	40	/* in each */

/* <xen/gntalloc.h>, in numbers. */
struct alloc_grants {
	uint16_t domain, flags;
	uint32_t count;
	uint64_t index;
	uint32_t id[1];
};

struct unmap_notify {
	uint64_t index;
	uint32_t action, port;
};

#define WRITABLE	1
#define SEND_EVENT	2
#define ALLOC_GRANTS	_IOC(_IOC_NONE, 'G', 5, sizeof(struct alloc_grants))
#define UNMAP_NOTIFY	_IOC(_IOC_NONE, 'G', 7, sizeof(struct unmap_notify))

/* A page that is shared, and a port to be told when it no longer is. */
static void let_gntalloc_hold(uint32_t port)
{
	struct alloc_grants a = { .flags = WRITABLE, .count = 1 };
	struct unmap_notify n = { .action = SEND_EVENT, .port = port };
	int fd = open("/dev/xen/gntalloc", O_RDWR);

	if (fd < 0)
		SKIP("no /dev/xen/gntalloc: %s", tap_errno(errno));
	CHECK_OK(ioctl(fd, ALLOC_GRANTS, &a));
	n.index = a.index;
	CHECK_OK(ioctl(fd, UNMAP_NOTIFY, &n));
}

/* It has an interrupt that nobody handles, and is open for as long as that. */
CASE(static_bind_of_a_port_that_gntalloc_holds)
{
	int fd = evt_open(O_NONBLOCK), other = evt_open(O_NONBLOCK);
	uint32_t port = CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF));

	let_gntalloc_hold(port);
	CHECK_ERR(evt_bind_static(other, port), EBUSY);
	CHECK_OK(evt_unbind(fd, port));
	CHECK_NE(xen_port_state(port), XEN_PORT_CLOSED);
	CHECK_ERR(evt_bind_static(other, port), EBUSY);
	CHECK_ERR(evt_bind_static(fd, port), EBUSY);
	close(fd);
	close(other);
	CHECK_NE(xen_port_state(port), XEN_PORT_CLOSED);
}

/* The number of a port that comes and goes is never one that nobody has. */
static void claim(void *arg)
{
	const uint32_t *number = arg;
	static int fd = -1;

	if (fd < 0)
		fd = evt_open(O_NONBLOCK);
	if (!evt_bind_static(fd, load_acquire(number)))
		tap_fail(__FILE__, __LINE__, "port %u was bound under its owner", *number);
	CHECK(errno == EBUSY || errno == EINVAL);
}

FRAME(static_binds_beside_unbinds, 60, 0, false)
{
	static uint32_t number = EVT_NR_CHANNELS - 1;
	double end = seconds() + RACE_S;
	int fd = evt_open(O_NONBLOCK);

	meanwhile(claim, &number);
	while (seconds() < end || going()) {
		__atomic_store_n(&number, CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF)),
				 __ATOMIC_RELEASE);
		CHECK_OK(evt_unbind(fd, number));
	}
	end_threads();
	close(fd);
}

static void run_on(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	CHECK_OK(sched_setaffinity(0, sizeof(cpus), &cpus));
}

static pid_t in_a_loop(void (*run)(int fd), int fd)
{
	pid_t pid = CHECK_OK(fork());

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		run(fd);
}

static void bind_idly(int fd)
{
	const struct sched_param none = { 0 };

	CHECK_OK(sched_setscheduler(0, SCHED_IDLE, &none));
	CHECK_OK(evt_unbind(fd, CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF))));
}

static void bind_nonsense(int fd)
{
	static uint32_t n;

	CHECK_EQ(evt_bind_static(fd, n++ % (2 * EVT_NR_CHANNELS)), -1);
}

/* As many calls, which concern nobody. */
static void notify_nonsense(int fd)
{
	static uint32_t n;

	CHECK_EQ(evt_notify(fd, n++ % (2 * EVT_NR_CHANNELS)), -1);
}

/* What it takes to bind and unbind on a file that has nothing to do with it. */
static double binds_beside(void (*nonsense)(int fd), int our_cpu)
{
	int fd = evt_open(O_NONBLOCK), theirs = evt_open(O_NONBLOCK), i;
	pid_t pid[2];
	double t;

	CHECK_OK(evt_restrict(theirs, 1));
	run_on(0);
	pid[0] = in_a_loop(bind_idly, evt_open(O_NONBLOCK));
	pid[1] = in_a_loop(nonsense, theirs);
	run_on(our_cpu);
	usleep(100000);
	t = seconds();
	for (i = 0; i < BINDS; i++)
		CHECK_OK(evt_unbind(fd, CHECK_OK(evt_bind_unbound(fd, EVT_DOMID_SELF))));
	t = seconds() - t;
	for (i = 0; i < 2; i++) {
		kill(pid[i], SIGKILL);
		tap_reap_signal(pid[i], SIGKILL);
	}
	close(theirs);
	close(fd);
	return t;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* One of each in turn, since a guest is not equally fast all the time. */
static void delayed_at_most(double times, int our_cpu)
{
	double with[ROUNDS], without[ROUNDS], ratio;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		without[i] = binds_beside(notify_nonsense, our_cpu);
		with[i] = binds_beside(bind_nonsense, our_cpu);
	}
	qsort(with, ROUNDS, sizeof(*with), by_size);
	qsort(without, ROUNDS, sizeof(*without), by_size);
	ratio = with[ROUNDS / 2] / without[ROUNDS / 2];
	tap_note("on CPU %d %d binds took %.0f ms beside BIND_STATIC, %.0f without: %.2f",
		 our_cpu, BINDS, with[ROUNDS / 2] * 1e3, without[ROUNDS / 2] * 1e3, ratio);
	if (ratio > times * tap_factor)
		tap_fail(__FILE__, __LINE__, "%.2f times, at most %.1f", ratio, times);
}

CASE_LIMIT(static_binds_delay_nobody_on_their_cpu, 120)
{
	delayed_at_most(2.0, 0);
}

CASE_LIMIT(static_binds_delay_nobody_elsewhere, 120)
{
	delayed_at_most(1.2, 1);
}
