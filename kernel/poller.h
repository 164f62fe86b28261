/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A poller and its thread: poller.c has what it does, poller_join.c how it comes
 * and goes, poller_thread.c what the kernel makes it of, poller_limit.c how many
 * there may be.
 */
#ifndef EVTCHN_POLLER_H
#define EVTCHN_POLLER_H

#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct evtchn_thread;

/**
 * struct evtchn_admission - one of all the pollers there are
 * @all: in the list of them
 * @uid: who asked for it; constant
 */
struct evtchn_admission {
	struct list_head all;
	kuid_t uid;
};

/**
 * struct evtchn_poller - the thread, and whose commands it takes
 * @thread: for who reaps it
 * @admission: counts it; see poller_limit.c
 * @idle: how long it looks without finding anything; constant
 * @cpu: where it begins, or -1; constant
 * @begun: it has begun; the thread's alone
 * @files: by evtchn_file.polled; the thread's alone
 * @users: its files, and the thread until it lets go
 * @lock: for what follows; held for as long as it takes to move some files
 * @joining: files that the thread has not seen yet
 * @nfiles: how many are in both lists, or about to be
 * @gone: the thread works no more, and has no file
 * @woken: it is asked not to sleep; ENTER asks without the lock
 * @wait: where it sleeps
 * @reap: ends the thread
 * @rcu: frees it
 */
struct evtchn_poller {
	struct evtchn_thread *thread;
	struct evtchn_admission admission;
	ktime_t idle;
	int cpu;
	bool begun;
	struct list_head files;
	refcount_t users;

	spinlock_t lock;
	struct list_head joining;
	u32 nfiles;
	bool gone;
	bool woken;
	wait_queue_head_t wait;

	struct work_struct reap;
	struct rcu_head rcu;
};

/* poller.c, called by the thread */
bool evtchn_poller_work(struct evtchn_poller *poller);
void evtchn_poller_let_go(struct evtchn_poller *poller);

/* poller_join.c */
void evtchn_poller_put(struct evtchn_poller *poller);

/* poller_thread.c */
struct evtchn_thread *evtchn_thread_start(struct evtchn_poller *poller);
void evtchn_thread_begin(int cpu);
void evtchn_thread_end(struct evtchn_thread *thread);

/* poller_limit.c */
int evtchn_admit(struct evtchn_admission *admission);
void evtchn_dismiss(struct evtchn_admission *admission);
void evtchn_wait_for_none(void);

#endif
