// SPDX-License-Identifier: GPL-2.0
/*
 * On which CPU: a port's events, those of a port that follows its consumer, a
 * vCPU's VIRQ, a poller. The witnesses are the kernel's counts and Xen.
 */
#include <sched.h>
#include <stdlib.h>

#include "poller.h"
#include "xencall.h"

#define CPUS		2	/* that are looked at */
#define EVENTS		20
#define ROUNDS		300
#define TX		"place-tx"
#define RX		"place-rx"
#define VIRQ_DEBUG	1	/* the kernel's own under the 2-level ABI */
#define VIRQ_XENOPROF	7	/* a vCPU's, too, and nobody's */

static bool over;

static void need_cpus(void)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < CPUS)
		SKIP("there is one CPU only");
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK_OK(sched_setaffinity(0, sizeof(set), &set));
}

/* How often the only interrupt of that name has come to each CPU; its number. */
static int counts_of(const char *name, unsigned long *count)
{
	char text[40], line[1024], *end;
	int i, irq;

	snprintf(text, sizeof(text), "evtchn:%s\n", name);
	CHECK_EQ(proc_count("/proc/interrupts", text), 1);
	CHECK(proc_find("/proc/interrupts", text, line, sizeof(line)));
	irq = strtol(line, &end, 10);
	for (i = 0; i < CPUS; i++)
		count[i] = strtoul(end + (*end == ':'), &end, 10);
	return irq;
}

static void effective_is(int irq, int cpu)
{
	char path[64], line[64];

	snprintf(path, sizeof(path), "/proc/irq/%d/effective_affinity_list", irq);
	CHECK(proc_find(path, "", line, sizeof(line)));
	CHECK_EQ(atoi(line), cpu);
}

/* Two files, so that the port's interrupt has a name of its own. */
static void open_named(struct commander *k)
{
	proc_set_name(TX);
	k->s = (struct bundle){ .tx = evt_open(O_NONBLOCK) };
	proc_set_name(RX);
	k->fd = k->s.rx = evt_open(O_NONBLOCK);
	bundle_add(&k->s);
	evt_settle_first(k->fd, 1);
	k->c = consumer_open(k->fd);
}

static int affinity(struct commander *k, uint32_t cpu)
{
	return ioctl(k->fd, EVTMMAP_IOC_AFFINITY,
		     &(struct evtmmap_port_option){ k->s.b[0], cpu });
}

static void rearm_by_write(struct commander *k)
{
	evt_unmask(k->fd, k->s.b[0]);
}

static void rearm_by_enter(struct commander *k)
{
	CHECK_EQ(command_do(k, REARM, k->s.b[0]), 1);
}

static void cycle(struct commander *k, void (*rearm)(struct commander *k))
{
	bundle_fire(&k->s, 0);
	mapped_expect(&k->c, k->s.b[0]);
	rearm(k);
}

/* An interrupt moves with its next event; from then on all come to @cpu. */
static void all_come_to(struct commander *k, void (*rearm)(struct commander *k),
			int cpu)
{
	unsigned long before[CPUS], after[CPUS];
	int i, irq;

	for (i = 0; i < 3; i++)
		cycle(k, rearm);
	counts_of(RX, before);
	for (i = 0; i < EVENTS; i++)
		cycle(k, rearm);
	irq = counts_of(RX, after);
	for (i = 0; i < CPUS; i++)
		CHECK_EQ(after[i] - before[i], i == cpu ? EVENTS : 0);
	effective_is(irq, cpu);
}

CASE(events_come_to_the_cpu_that_was_chosen)
{
	struct commander k;
	int i;

	need_cpus();
	open_named(&k);
	for (i = 0; i < 2 * CPUS; i++) {
		CHECK_OK(affinity(&k, i % CPUS));
		/* Wherever its consumer is. */
		run_on(0);
		all_come_to(&k, rearm_by_write, i % CPUS);
		run_on(1);
		all_come_to(&k, rearm_by_enter, i % CPUS);
	}
}

static void events_follow(void (*rearm)(struct commander *k))
{
	struct commander k;
	int i;

	need_cpus();
	open_named(&k);
	CHECK_OK(affinity(&k, EVTMMAP_CPU_CONSUMER));
	for (i = 0; i < 2 * CPUS; i++) {
		run_on(i % CPUS);
		all_come_to(&k, rearm, i % CPUS);
	}
	/* Until it is told to stay. */
	CHECK_OK(affinity(&k, 0));
	run_on(1);
	all_come_to(&k, rearm, 0);
}

CASE(events_follow_who_rearms_by_write)
{
	events_follow(rearm_by_write);
}

CASE(events_follow_who_rearms_by_enter)
{
	events_follow(rearm_by_enter);
}

static void *rearm_on_cpu_0(void *arg)
{
	struct commander *k = arg;

	run_on(0);
	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE))
		rearm_by_write(k);
	return NULL;
}

/* Who rearms while it is told to stay must not take it away again. */
CASE_LIMIT(events_stay_though_they_just_followed, 60)
{
	unsigned long count[CPUS];
	struct commander k;
	pthread_t thread;
	int i, n, irq;

	need_cpus();
	open_named(&k);
	irq = counts_of(RX, count);
	CHECK_EQ(pthread_create(&thread, NULL, rearm_on_cpu_0, &k), 0);
	run_on(1);
	for (i = 0; i < ROUNDS; i++) {
		CHECK_OK(affinity(&k, EVTMMAP_CPU_CONSUMER));
		if (i % 4 == 0)
			usleep(100);
		CHECK_OK(affinity(&k, 1));
		/* It moves with an event; the other thread rearms. */
		for (n = 0; n < 3; n++) {
			bundle_fire(&k.s, 0);
			mapped_expect(&k.c, k.s.b[0]);
		}
		effective_is(irq, 1);
	}
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
}

/* A port of a file each, so that each interrupt has a name of its own. */
static int bind_virq_debug(uint32_t vcpu)
{
	struct evtmmap_bind_virq arg = { VIRQ_DEBUG, vcpu };
	char name[16];
	int fd, port;

	snprintf(name, sizeof(name), "virq-%u", vcpu);
	proc_set_name(name);
	fd = evt_open(O_NONBLOCK);
	port = ioctl(fd, EVTMMAP_IOC_BIND_VIRQ, &arg);
	if (port < 0 && errno == EEXIST)
		SKIP("the kernel has VIRQ_DEBUG");
	CHECK_GE(port, 1);
	CHECK_EQ(xen_port_state(port), XEN_PORT_VIRQ);
	CHECK_EQ(xen_port_vcpu(port), vcpu);
	return fd;
}

/* Linux would look for it on its first CPU only. */
CASE(virq_of_another_vcpu_needs_the_fifo_abi)
{
	struct evtmmap_bind_virq second = { VIRQ_XENOPROF, 1 };
	int fd = evt_open(O_NONBLOCK), port;

	need_cpus();
	if (xen_has_fifo()) {
		port = CHECK_OK(ioctl(fd, EVTMMAP_IOC_BIND_VIRQ, &second));
		CHECK_EQ(xen_port_vcpu(port), 1);
		return;
	}
	/* The port is closed again, or the second time would be EEXIST. */
	CHECK_ERR(ioctl(fd, EVTMMAP_IOC_BIND_VIRQ, &second), EOPNOTSUPP);
	CHECK_ERR(ioctl(fd, EVTMMAP_IOC_BIND_VIRQ, &second), EOPNOTSUPP);
	second.vcpu = 0;
	CHECK_OK(ioctl(fd, EVTMMAP_IOC_BIND_VIRQ, &second));
}

CASE(virq_comes_to_the_vcpu_that_was_chosen)
{
	unsigned long before[CPUS][CPUS], after[CPUS];
	char name[16];
	int fd[CPUS], i, j;

	need_cpus();
	if (!xen_has_fifo())
		SKIP("under the 2-level ABI there is only one");
	for (i = 0; i < CPUS; i++)
		fd[i] = bind_virq_debug(i);
	for (i = 0; i < CPUS; i++) {
		snprintf(name, sizeof(name), "virq-%d", i);
		counts_of(name, before[i]);
	}
	xen_send_virq_debug();
	for (i = 0; i < CPUS; i++) {
		evt_take(fd[i]);
		snprintf(name, sizeof(name), "virq-%d", i);
		counts_of(name, after);
		for (j = 0; j < CPUS; j++)
			CHECK_EQ(after[j] - before[i][j], i == j);
	}
}

CASE(virq_of_a_vcpu_that_makes_no_sense)
{
	struct evtmmap_bind_virq none = { VIRQ_DEBUG, 1000 };
	struct evtmmap_bind_virq domains = { EVT_VIRQ_TBUF, 1 };
	struct evtmmap_bind_virq again = { VIRQ_DEBUG, 0 };
	int fd = evt_open(O_NONBLOCK);

	CHECK_ERR(ioctl(fd, EVTMMAP_IOC_BIND_VIRQ, &none), ENOENT);
	CHECK_ERR(ioctl(fd, EVTMMAP_IOC_BIND_VIRQ, &domains), EINVAL);
	bind_virq_debug(0);
	CHECK_ERR(ioctl(fd, EVTMMAP_IOC_BIND_VIRQ, &again), EEXIST);
}

/* Field 39 of /proc/PID/stat; the name before it may hold anything. */
static int last_ran_on(pid_t pid)
{
	char path[64], line[1024], *p;
	int i;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	CHECK(proc_find(path, "", line, sizeof(line)));
	p = strrchr(line, ')');
	CHECK(p);
	for (i = 2; i < 39; i++)
		p = strchr(p + 1, ' ');
	return atoi(p);
}

static void poller_runs_on(uint32_t cpu)
{
	char path[64], line[256];
	struct commander k;
	pid_t pid;
	int i;

	commander_open(&k, 1);
	CHECK_OK(poller_on(k.fd, cpu, 1000000));
	poller_serves(&k);
	CHECK_EQ(threads_of(getpid(), &pid), 1);
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	CHECK(proc_find(path, "Cpus_allowed_list:", line, sizeof(line)));
	CHECK_EQ(atoi(strchr(line, ':') + 1), cpu);
	for (i = 0; i < EVENTS; i++) {
		poller_serves(&k);
		CHECK_EQ(last_ran_on(pid), cpu);
	}
	commander_close(&k);
	threads_become(getpid(), 0);
}

CASE(poller_runs_on_the_cpu_that_was_chosen)
{
	int cpu;

	need_cpus();
	for (cpu = CPUS; cpu-- > 0;)
		poller_runs_on(cpu);
}
