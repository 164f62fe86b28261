// SPDX-License-Identifier: GPL-2.0
/* What of the kernel the ring needs and a header cannot give. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <linux/mm.h>
#include <linux/rcupdate.h>

#define MAX_READERS 64

_Thread_local void (*shim_hook)(void);
_Thread_local const char *shim_function;
_Thread_local int shim_line;
int shim_fence;
int shim_fail_at = -1;
int shim_live;

static struct reader {
	u64 since;		/* 0: not reading */
} __attribute__((aligned(64))) readers[MAX_READERS];
static u64 period = 1;
static int nreaders;
static _Thread_local struct reader *self;
static _Thread_local int nesting;

void *shim_alloc(size_t size)
{
	void *p;

	if (shim_fail_at >= 0 && shim_fail_at-- == 0)
		return NULL;
	/* Whole pages start at one. */
	p = size % PAGE_SIZE ? malloc(size) : aligned_alloc(PAGE_SIZE, size);
	if (!p)
		abort();
	memset(p, 0, size);
	__atomic_fetch_add(&shim_live, 1, __ATOMIC_RELAXED);
	return p;
}

void shim_free(void *p)
{
	if (p)
		__atomic_fetch_sub(&shim_live, 1, __ATOMIC_RELAXED);
	if (shim_tso)
		tso_free(p);
	else
		free(p);
}

void shim_free_rcu(void *p)
{
	if (shim_tso) {
		__atomic_fetch_sub(&shim_live, 1, __ATOMIC_RELAXED);
		tso_free_rcu(p);
		return;
	}
	synchronize_rcu();
	shim_free(p);
}

void call_rcu(struct rcu_head *head, void (*fn)(struct rcu_head *head))
{
	if (shim_tso) {
		tso_call_rcu(head, fn);
		return;
	}
	synchronize_rcu();
	fn(head);
}

void rcu_read_lock(void)
{
	if (shim_tso) {
		tso_rcu_read_lock();
		return;
	}
	if (nesting++)
		return;
	if (!self) {
		int i = __atomic_fetch_add(&nreaders, 1, __ATOMIC_RELAXED);

		if (i >= MAX_READERS)
			abort();
		self = &readers[i];
	}
	__atomic_exchange_n(&self->since,
			    __atomic_load_n(&period, __ATOMIC_RELAXED),
			    __ATOMIC_SEQ_CST);
}

void rcu_read_unlock(void)
{
	if (shim_tso)
		tso_rcu_read_unlock();
	else if (--nesting == 0)
		__atomic_store_n(&self->since, 0, __ATOMIC_RELEASE);
}

void synchronize_rcu(void)
{
	u64 now, since;
	int i;

	if (shim_tso) {
		tso_synchronize_rcu();
		return;
	}
	now = __atomic_add_fetch(&period, 1, __ATOMIC_SEQ_CST);
	for (i = 0; i < MAX_READERS; i++)
		for (;;) {
			since = __atomic_load_n(&readers[i].since,
						__ATOMIC_SEQ_CST);
			if (!since || since >= now)
				break;
			sched_yield();
		}
}
