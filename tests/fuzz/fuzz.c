// SPDX-License-Identifier: GPL-2.0
/*
 * The threads, whoever watches them, and what must be true at the end.
 *
 *	EVT_SEED	where it begins (from the clock)
 *	EVT_OPS		steps of all threads together (20000)
 *	EVT_THREADS	how many there are (4)
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bundle.h"
#include "fuzz.h"
#include "proc.h"
#include "xencall.h"

#define KINDS		64
#define PORTS		1024

int fuzz_files[FUZZ_FILES];
uint64_t fuzz_ports[FUZZ_PORTS];

static struct fuzz_thread threads[FUZZ_THREADS];
uint64_t fuzz_seeded;

static struct fuzz_op kinds[KINDS];
static uint64_t done[KINDS], failed[KINDS], micros[KINDS];
static unsigned int nkinds, weights;

static void add_kinds(const struct fuzz_op *op)
{
	for (; op->name; op++) {
		CHECK(nkinds < KINDS);
		kinds[nkinds++] = *op;
		weights += op->weight;
	}
}

static void all_kinds(void)
{
	add_kinds(fuzz_call_ops);
	add_kinds(fuzz_bind_ops);
	add_kinds(fuzz_io_ops);
	add_kinds(fuzz_file_ops);
	add_kinds(fuzz_map_ops);
	add_kinds(fuzz_store_ops);
	add_kinds(fuzz_uring_ops);
}

static unsigned int next_kind(struct fuzz_thread *t)
{
	unsigned int i = 0, at = fuzz_below(t, weights);

	while (at >= kinds[i].weight)
		at -= kinds[i++].weight;
	return i;
}

static void do_step(struct fuzz_thread *t)
{
	struct fuzz_step *step = &t->trace[t->step % FUZZ_TRACE];
	double begin = seconds();
	unsigned int kind;

	fuzz_seed(t, fuzz_seeded);
	kind = next_kind(t);
	*step = (struct fuzz_step) { .n = t->step, .op = kinds[kind].name };
	step->result = kinds[kind].run(t);
	__atomic_fetch_add(&micros[kind], (seconds() - begin) * 1e6,
			   __ATOMIC_RELAXED);
	__atomic_fetch_add(&done[kind], 1, __ATOMIC_RELAXED);
	if (step->result < 0)
		__atomic_fetch_add(&failed[kind], 1, __ATOMIC_RELAXED);
}

static void *work(void *arg)
{
	struct fuzz_thread *t = arg;

	t->tid = gettid();
	while (t->step < t->steps) {
		do_step(t);
		__atomic_store_n(&t->step, t->step + 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void on_signal(int sig)
{
	(void)sig;
}

/* None of them restarts a call: that is how sleepers are woken. */
static void take_signals(void)
{
	static const int signals[] = { SIGIO, SIGUSR1, SIGUSR2, SIGPIPE };
	struct sigaction sa = { .sa_handler = on_signal };
	unsigned int i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		CHECK_OK(sigaction(signals[i], &sa, NULL));
	fuzz_catch_faults();
}

static void make_thread(struct fuzz_thread *t, int number, uint64_t steps)
{
	t->number = number;
	t->steps = steps;
	t->page = mmap(NULL, 2 * FUZZ_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	CHECK(t->page != MAP_FAILED);
	CHECK_OK(mprotect(t->page + FUZZ_PAGE / 4, FUZZ_PAGE, PROT_NONE));
	CHECK_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, t->pair));
	t->epoll = CHECK_OK(epoll_create1(0));
	fuzz_uring_start(t);
}

static void end_thread(struct fuzz_thread *t)
{
	fuzz_uring_stop(t);
	close(t->epoll);
	close(t->pair[0]);
	close(t->pair[1]);
}

static void close_files(void)
{
	int i;

	fuzz_unmap_all();
	for (i = 0; i < FUZZ_FILES; i++)
		if (fuzz_files[i] >= 0)
			close(fuzz_files[i]);
}

/* What is still in flight, in a socket or in io_uring, goes a little later. */
static void all_gone(const uint8_t *before, int nthreads)
{
	static uint8_t after[PORTS];
	double end = seconds() + 20 * tap_factor;
	int i;

	for (;;) {
		xen_port_states(after, 0, PORTS);
		for (i = 0; i < PORTS && after[i] == before[i]; i++)
			;
		if (i == PORTS && !proc_count("/proc/interrupts", "evtchn:fuzz"))
			return;
		if (seconds() > end)
			fuzz_give_up("ports or interrupts are left", threads, nthreads);
		usleep(100000);
	}
}

static void fresh_file_works(void)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 4);
	c = consumer_open(s.rx);
	mapped_all_alive(&c, &s);
	consumer_close(&c);
	bundle_close(&s);
}

static void show_kinds(void)
{
	unsigned int i;

	for (i = 0; i < nkinds; i++)
		tap_note("%-20s %8llu, of them %7llu refused, %8llu us each",
			 kinds[i].name, (unsigned long long)done[i],
			 (unsigned long long)failed[i],
			 (unsigned long long)(micros[i] / (done[i] ?: 1)));
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

static void fuzz(int n)
{
	static uint8_t before[PORTS];
	uint64_t ops = number("EVT_OPS", 20000);
	pthread_t ids[FUZZ_THREADS];
	double begin = seconds();
	int i;

	fuzz_seeded = number("EVT_SEED", time(NULL));
	tap_note("seed %llu, %llu steps, %d threads", (unsigned long long)fuzz_seeded,
		 (unsigned long long)ops, n);
	proc_set_name("fuzz");
	take_signals();
	all_kinds();
	xen_port_states(before, 0, PORTS);
	for (i = 0; i < n; i++)
		make_thread(&threads[i], i, ops / n);
	for (i = 0; i < FUZZ_FILES; i++)
		fuzz_files[i] = evt_open(O_NONBLOCK);
	for (i = 0; i < n; i++)
		CHECK_EQ(pthread_create(&ids[i], NULL, work, &threads[i]), 0);
	fuzz_watch(threads, ids, n);
	for (i = 0; i < n; i++)
		CHECK_EQ(pthread_join(ids[i], NULL), 0);
	show_kinds();
	tap_note("%.0f steps a second", ops / (seconds() - begin));
	for (i = 0; i < n; i++)
		end_thread(&threads[i]);
	close_files();
	all_gone(before, n);
	fresh_file_works();
}

#define LIMIT 36000	/* its own watch is quicker */

CASE_LIMIT(fuzz_by_one_thread, LIMIT)
{
	fuzz(1);
}

CASE_LIMIT(fuzz_by_threads, LIMIT)
{
	int n = number("EVT_THREADS", 4);

	CHECK(n > 0 && n <= FUZZ_THREADS);
	fuzz(n);
}
