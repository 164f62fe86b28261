// SPDX-License-Identifier: GPL-2.0
/* RCU, locks, wait queues, poll() and signals among the explorer's threads. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#define GONE 32

static int nesting[EXPLORE_THREADS];
/* Bit n: thread n is in a section that began before this one's grace period. */
static u32 awaited[EXPLORE_THREADS];
static void *gone[GONE];
static int ngone;
/* What RCU was given, how it is freed, and the threads in whose sections it lives. */
static struct {
	void *p;
	void (*fn)(struct rcu_head *head);
	u32 readers;
} dying[GONE];
static int ndying;
static u32 signalled;

static void end_of(void *p, void (*fn)(struct rcu_head *head))
{
	if (fn)
		fn(p);
	else
		tso_free(p);
}

static u32 readers(void)
{
	u32 mask = 0;
	int i;

	for (i = 0; i < EXPLORE_THREADS; i++)
		if (nesting[i])
			mask |= 1U << i;
	return mask;
}

void tso_rcu_read_lock(void)
{
	nesting[explore_self()]++;
}

void tso_rcu_read_unlock(void)
{
	int i, self = explore_self();

	CHECK(nesting[self]);
	if (--nesting[self])
		return;
	for (i = 0; i < EXPLORE_THREADS; i++) {
		if (awaited[i] == 1U << self)
			explore_unblock(&awaited[i]);
		awaited[i] &= ~(1U << self);
	}
	for (i = 0; i < ndying; i++) {
		if (dying[i].readers == 1U << self)
			end_of(dying[i].p, dying[i].fn);
		dying[i].readers &= ~(1U << self);
	}
}

/* Each CPU passes a full barrier meanwhile. */
void tso_synchronize_rcu(void)
{
	int self = explore_self();

	CHECK(!nesting[self]);
	explore_hurry(false);
	tso_fence();
	shim_step();
	awaited[self] = readers();
	if (awaited[self])
		explore_block(&awaited[self]);
	tso_drain_all();
}

/* Whoever still uses it finds nonsense, in this order and not in another. */
void tso_free(void *p)
{
	if (!p)
		return;
	CHECK_LE(ngone, GONE - 1);
	memset(p, 0x5a, malloc_usable_size(p));
	gone[ngone++] = p;
}

static void leave_to_rcu(void *p, void (*fn)(struct rcu_head *head))
{
	u32 mask = readers();

	CHECK(!nesting[explore_self()]);
	if (!mask) {
		end_of(p, fn);
		return;
	}
	CHECK_LE(ndying, GONE - 1);
	dying[ndying].p = p;
	dying[ndying].fn = fn;
	dying[ndying++].readers = mask;
}

void tso_free_rcu(void *p)
{
	leave_to_rcu(p, NULL);
}

void tso_call_rcu(struct rcu_head *head, void (*fn)(struct rcu_head *head))
{
	leave_to_rcu(head, fn);
}

/* Who spins lets others get on, or is through with it before they do. */
void cpu_relax(void)
{
	if (!shim_hook)
		return;		/* in a hurry already */
	if (explore_choose(2))
		explore_hurry(true);
	else
		explore_step_aside();
}

/* No port was asked to follow its consumer. */
void evtchn_follow(struct evtchn_port *port)
{
	CHECK(!port);
}

/* None of the ports is static, nor does anybody bind such a port. */
void evtchn_number_note(struct evtchn_number *n)
{
	(void)n;
}

void evtchn_number_done(struct evtchn_number *n)
{
	(void)n;
}

void evtchn_number_left(u32 number)
{
	CHECK(!number);
}

void kernel_begin(void)
{
	while (ngone)
		free(gone[--ngone]);
	memset(nesting, 0, sizeof(nesting));
	memset(awaited, 0, sizeof(awaited));
	ndying = 0;
	signalled = 0;
}

void mutex_lock(struct mutex *lock)
{
	while (xchg(&lock->held, 1))
		explore_block(lock);
}

/* Who waits finds the lock free, though our store may yet be in the buffer. */
void mutex_unlock(struct mutex *lock)
{
	smp_store_release(&lock->held, 0);
	explore_unblock(lock);
}

/* The queue's lock is taken, and its list is as whoever had it last left it. */
static void queue_lock(wait_queue_head_t *wait)
{
	shim_step();
	tso_latest(&wait->waiters);
}

static void queue_set(wait_queue_head_t *wait, u32 waiters)
{
	tso_store(&wait->waiters, &waiters, sizeof(waiters));
}

void add_wait_queue(wait_queue_head_t *wait)
{
	queue_lock(wait);
	queue_set(wait, wait->waiters | 1U << explore_self());
	explore_queue();
}

void remove_wait_queue(wait_queue_head_t *wait)
{
	queue_lock(wait);
	queue_set(wait, wait->waiters & ~(1U << explore_self()));
	wait->passing &= ~(1U << explore_self());
}

void prepare_to_wait(wait_queue_head_t *wait)
{
	add_wait_queue(wait);
	wait->passing |= 1U << explore_self();
	tso_drain();
}

void finish_wait(wait_queue_head_t *wait)
{
	if (wait->passing & 1U << explore_self())
		remove_wait_queue(wait);
}

void schedule(void)
{
	explore_sleep();
}

void wake_up_all(wait_queue_head_t *wait)
{
	int i;

	queue_lock(wait);
	for (i = 0; i < EXPLORE_THREADS; i++)
		if (wait->waiters & 1U << i)
			explore_wake(i);
	queue_set(wait, wait->waiters & ~wait->passing);
	wait->passing = 0;
}

/* As poll() waits for a file. */
void poll_readable(struct file *filp)
{
	poll_table table = { 0 };

	while (!(evtchn_poll(filp, &table) & EPOLLIN)) {
		table.again = true;
		explore_sleep();
		explore_queue();
		tso_drain();
	}
	remove_wait_queue(table.queued);
}

/* What was there before counts as news. */
void epoll_add(struct file *filp)
{
	poll_table table = { 0 };

	explore_queue();
	if (evtchn_poll(filp, &table) & EPOLLIN)
		explore_wake(explore_self());
}

/* The file is asked only when something woke us. */
void epoll_readable(struct file *filp)
{
	poll_table table = { .again = true };

	do {
		explore_sleep();
		explore_queue();
	} while (!(evtchn_poll(filp, &table) & EPOLLIN));
}

void kill_fasync(struct fasync_struct **fasync, int sig, int band)
{
	int thread = (*fasync)->thread;

	CHECK_EQ(sig, SIGIO);
	shim_step();
	tso_drain();
	signalled |= 1U << thread;
	explore_wake(thread);
}

void wait_for_sigio(void)
{
	u32 bit = 1U << explore_self();

	shim_step();
	tso_drain();
	explore_queue();
	if (!(signalled & bit))
		explore_sleep();
	signalled &= ~bit;
}
