// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "evtchn_abi.h"
#include "hold.h"
#include "proc.h"
#include "traffic.h"

#define BATCH		32
#define PAUSE_US	200	/* so that the consumer goes to sleep in between */
#define QUIET_S		15.0	/* beyond any hold */
#define MOVE_EVENTS	8
/* Twice the ports and two slots more have to fit into the first segment. */
#define FULL		(4096 / 8 / 2 - 1)

static void book(struct traffic *t, uint32_t port, double now)
{
	uint32_t i;

	for (i = 0; i <= TRAFFIC_PORTS && t->ports.b[i] != port; i++)
		;
	if (i > TRAFFIC_PORTS || t->samples == TRAFFIC_SAMPLES ||
	    t->got[i] >= __atomic_load_n(&t->sent[i], __ATOMIC_ACQUIRE)) {
		t->wrong++;
		return;
	}
	if (i != TRAFFIC_VICTIM)
		t->sample[t->samples++] = (struct sample){ t->stamp[i], now, i };
	__atomic_store_n(&t->got[i], t->got[i] + 1, __ATOMIC_RELEASE);
}

static void *consume(void *arg)
{
	struct traffic *t = arg;
	uint32_t ports[BATCH], n, i;
	double now;

	hold_run_on(0);
	t->consumer = gettid();
	t->way->open(&t->taker);
	__atomic_store_n(&t->ready, true, __ATOMIC_RELEASE);
	for (;;) {
		t->way->wait(&t->taker);
		while ((n = t->way->take(&t->taker, ports, BATCH))) {
			now = seconds();
			t->way->done(&t->taker, ports, n);
			for (i = 0; i < n; i++)
				book(t, ports[i], now);
			if (t->way == &way_poll)
				break;
		}
	}
	return NULL;
}

void traffic_fire(struct traffic *t, uint32_t port)
{
	t->stamp[port] = seconds();
	__atomic_store_n(&t->sent[port], t->sent[port] + 1, __ATOMIC_RELEASE);
	bundle_fire(&t->ports, port);
}

bool traffic_is_taken(struct traffic *t, uint32_t port)
{
	return __atomic_load_n(&t->got[port], __ATOMIC_ACQUIRE) ==
	       __atomic_load_n(&t->sent[port], __ATOMIC_ACQUIRE);
}

static void *send_all(void *arg)
{
	struct traffic *t = arg;
	uint32_t me = __atomic_fetch_add(&t->next_sender, 1, __ATOMIC_RELAXED);
	uint32_t i = me;

	hold_run_on(1 + me);
	for (;;) {
		usleep(PAUSE_US);
		if (!__atomic_load_n(&t->running, __ATOMIC_ACQUIRE)) {
			__atomic_store_n(&t->parked[me], true, __ATOMIC_RELEASE);
			continue;
		}
		__atomic_store_n(&t->parked[me], false, __ATOMIC_RELAXED);
		if (traffic_is_taken(t, i))
			traffic_fire(t, i);
		i = (i + TRAFFIC_SENDERS) % TRAFFIC_PORTS;
	}
	return NULL;
}

static int irq_of(int fd, uint32_t port)
{
	char path[64], text[32], line[128];
	int irq;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	snprintf(text, sizeof(text), "evtchn-port:\t%u irq ", port);
	CHECK(proc_find(path, text, line, sizeof(line)));
	CHECK_EQ(sscanf(line + strlen(text), "%d", &irq), 1);
	return irq;
}

static unsigned long count_on(int irq, int cpu)
{
	char text[32], line[1024], *at;
	unsigned long n = 0;

	snprintf(text, sizeof(text), "%d: ", irq);
	CHECK(proc_find("/proc/interrupts", text, line, sizeof(line)));
	CHECK_EQ(atoi(line), irq);
	for (at = strchr(line, ':') + 1; cpu >= 0; cpu--)
		n = strtoul(at, &at, 10);
	return n;
}

/* Moves it, and sees it there. The move may wait for an event or two. */
static void move_port(struct traffic *t, uint32_t i, int cpu)
{
	int irq = irq_of(t->ports.rx, t->ports.b[i]), n;
	unsigned long before = count_on(irq, cpu);
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity_list", irq);
	f = fopen(path, "w");
	CHECK(f);
	CHECK(fprintf(f, "%d\n", cpu) > 0);
	CHECK(!fclose(f));
	for (n = 0; n < MOVE_EVENTS && count_on(irq, cpu) < before + 2; n++) {
		bundle_fire(&t->ports, i);
		evt_cycle(t->ports.rx, t->ports.b[i]);
	}
	CHECK_GE(count_on(irq, cpu), before + 2);
}

/* The victim's interrupt goes to the vCPU that stops, the others' never. */
static void bind_ports(struct traffic *t)
{
	uint32_t i;

	t->ports.tx = evt_open(O_NONBLOCK);
	t->ports.rx = evt_open(O_NONBLOCK);
	for (i = 0; i <= TRAFFIC_PORTS; i++) {
		bundle_add(&t->ports);
		bundle_settle_last(&t->ports);
		move_port(t, i, i == TRAFFIC_VICTIM ? HOLD_CPU : i % HOLD_CPU);
	}
}

void traffic_open(struct traffic *t, const struct way *way)
{
	pthread_t thread;
	uint32_t i;

	hold_run_elsewhere();
	t->way = way;
	bind_ports(t);
	t->taker.fd = t->ports.rx;
	CHECK_EQ(pthread_create(&thread, NULL, consume, t), 0);
	while (!__atomic_load_n(&t->ready, __ATOMIC_ACQUIRE))
		usleep(1000);
	for (i = 0; i < TRAFFIC_SENDERS; i++)
		CHECK_EQ(pthread_create(&thread, NULL, send_all, t), 0);
	traffic_quiet(t);
}

void traffic_fill_ring(struct traffic *t)
{
	uint32_t i;

	for (i = t->ports.n; i < FULL; i++)
		CHECK_OK(evt_bind_unbound(t->ports.rx, EVT_DOMID_SELF));
}

static uint32_t pending(struct traffic *t)
{
	uint32_t i, n = 0;

	for (i = 0; i < TRAFFIC_SENDERS; i++)
		n += !__atomic_load_n(&t->parked[i], __ATOMIC_ACQUIRE);
	for (i = 0; i <= TRAFFIC_PORTS; i++)
		n += !traffic_is_taken(t, i);
	return n;
}

static long sleeps_in(const struct way *way)
{
	if (way == &way_read)
		return SYS_read;
	if (way == &way_epoll)
		return SYS_epoll_wait;
	return way == &way_sigio ? SYS_rt_sigtimedwait : PROC_SYS_POLL;
}

void traffic_quiet(struct traffic *t)
{
	double end = seconds() + QUIET_S;
	uint32_t i;

	__atomic_store_n(&t->running, false, __ATOMIC_RELEASE);
	while (pending(t)) {
		if (seconds() > end) {
			for (i = 0; i <= TRAFFIC_PORTS; i++)
				if (!traffic_is_taken(t, i))
					tap_note("port %u: event %llu is lost", i,
						 (unsigned long long)t->sent[i]);
			tap_fail(__FILE__, __LINE__, "%u pending", pending(t));
		}
		usleep(1000);
	}
	proc_wait_syscall(t->consumer, sleeps_in(t->way));
	CHECK_EQ(t->wrong, 0);
}

static uint64_t sleeps(struct traffic *t)
{
	char path[64], line[256];
	unsigned long long n;

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", t->consumer);
	CHECK(proc_find(path, "voluntary_ctxt_switches", line, sizeof(line)));
	CHECK_EQ(sscanf(line, "voluntary_ctxt_switches: %llu", &n), 1);
	return n;
}

struct window traffic_watch(struct traffic *t, double length)
{
	struct window w = { .from = seconds(), .sleeps = sleeps(t) };

	__atomic_store_n(&t->running, true, __ATOMIC_RELEASE);
	usleep(length * 1e6);
	w.to = seconds();
	w.sleeps = sleeps(t) - w.sleeps;
	return w;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static uint32_t fewest(const uint32_t *n)
{
	uint32_t i, least = n[0];

	for (i = 1; i < TRAFFIC_PORTS; i++)
		if (n[i] < least)
			least = n[i];
	return least;
}

struct figures traffic_figures(struct traffic *t, const struct window *w)
{
	static double took[TRAFFIC_SAMPLES];
	struct figures f = { .sleeps = w->sleeps };
	uint32_t of[TRAFFIC_PORTS] = { 0 }, i;
	struct sample *s;

	for (i = 0; i < t->samples; i++) {
		s = &t->sample[i];
		if (s->sent < w->from || s->sent >= w->to)
			continue;
		took[f.n++] = 1e3 * (s->taken - s->sent);
		of[s->port]++;
	}
	f.least = fewest(of);
	if (!f.n)
		return f;
	qsort(took, f.n, sizeof(*took), by_value);
	f.p50 = took[f.n / 2];
	f.p99 = took[f.n - 1 - f.n / 100];
	f.worst = took[f.n - 1];
	return f;
}
