// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and stores where the ring may be mapped: whatever is there, and if
 * nothing is, or if it may not be written, the step ends with the fault.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <xen/evtchn_command.h>
#include <xen/evtchn_mmap.h>

#include "fuzz.h"
#include "tap.h"

static __thread struct fuzz_thread *self;

static void on_fault(int sig)
{
	if (self && self->guarded)
		siglongjmp(self->jump, sig);
	signal(sig, SIG_DFL);
}

void fuzz_catch_faults(void)
{
	struct sigaction sa = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };

	CHECK_OK(sigaction(SIGSEGV, &sa, NULL));
	CHECK_OK(sigaction(SIGBUS, &sa, NULL));
}

bool fuzz_guarded(struct fuzz_thread *t, void (*what)(struct fuzz_thread *t))
{
	bool done = false;

	self = t;
	if (!sigsetjmp(t->jump, 0)) {
		t->guarded = true;
		what(t);
		done = true;
	}
	t->guarded = false;
	return done;
}

/* Words of the consumer's page that mean something, and any. */
static volatile uint32_t *any_word(struct fuzz_thread *t)
{
	static const uint16_t meant[] = {
		offsetof(struct evtmmap_consumer, cons) / 4,
		offsetof(struct evtmmap_consumer, cons) / 4,
		offsetof(struct evtmmap_consumer, wake) / 4,
		offsetof(struct evtmmap_consumer, command_tail) / 4,
		offsetof(struct evtmmap_consumer, command) / 4,
		offsetof(struct evtmmap_consumer, command) / 4 + 1,
		offsetof(struct evtmmap_consumer, flags) / 4,
	};
	volatile uint32_t *page = fuzz_area_of(t, FUZZ_CONSUMER);

	if (fuzz_one_in(t, 4))
		return page + fuzz_below(t, 2 * FUZZ_PAGE / 4);
	return page + meant[fuzz_below(t, sizeof(meant) / sizeof(meant[0]))];
}

static void store_garbage(struct fuzz_thread *t)
{
	int n = fuzz_below(t, 16);

	while (n--)
		*any_word(t) = fuzz_word(t);
}

/* Commands that make sense, for the most part. */
static void store_commands(struct fuzz_thread *t)
{
	volatile struct evtmmap_consumer *page = fuzz_area_of(t, FUZZ_CONSUMER);
	uint32_t tail = page->command_tail;
	int n = fuzz_below(t, 8);

	while (n--)
		page->command[tail++ % EVTMMAP_COMMANDS] =
			EVTMMAP_COMMAND(fuzz_below(t, 8), fuzz_port(t));
	page->command_tail = tail;
}

/* Where a header may be mapped stands a position: a place near it. */
static void store_near(struct fuzz_thread *t)
{
	volatile struct evtmmap_header *header = fuzz_area_of(t, FUZZ_HEADER);
	int n = fuzz_below(t, 16);

	while (n--)
		*any_word(t) = header->prod + (int)fuzz_below(t, 9) - 4;
}

static void load_some(struct fuzz_thread *t)
{
	volatile uint64_t *slots = fuzz_area_of(t, FUZZ_SLOTS);
	int n = fuzz_below(t, 64);

	while (n--)
		(void)slots[fuzz_below(t, FUZZ_PAGE / 4)];
}

static long done_or_fault(struct fuzz_thread *t, void (*what)(struct fuzz_thread *))
{
	return fuzz_guarded(t, what) ? 0 : -EFAULT;
}

static long garbage(struct fuzz_thread *t) { return done_or_fault(t, store_garbage); }
static long near(struct fuzz_thread *t) { return done_or_fault(t, store_near); }
static long commands(struct fuzz_thread *t) { return done_or_fault(t, store_commands); }
static long load(struct fuzz_thread *t) { return done_or_fault(t, load_some); }

/* The way of a debugger, which asks nobody for permission. */
static long through_proc(struct fuzz_thread *t)
{
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	uintptr_t at = (uintptr_t)any_word(t);
	long rc;

	t->page[0] = fuzz_word(t);
	rc = fuzz_note(t, at, 0, 0, fuzz_one_in(t, 2) ?
		       pwrite(fd, t->page, 4, at) : pread(fd, t->page, 4, at));
	close(fd);
	return rc;
}

static long through_vm_write(struct fuzz_thread *t)
{
	struct iovec from = { t->page, 4 };
	struct iovec to = { (void *)any_word(t), 4 };

	t->page[0] = fuzz_word(t);
	return fuzz_note(t, (long)to.iov_base, 0, 0,
			 process_vm_writev(getpid(), &from, 1, &to, 1, 0));
}

const struct fuzz_op fuzz_store_ops[] = {
	{ "store_garbage", 120, garbage },
	{ "store_near_prod", 120, near },
	{ "store_commands", 60, commands },
	{ "load", 30, load },
	{ "proc_mem", 4, through_proc },
	{ "process_vm_writev", 4, through_vm_write },
	{ 0 },
};
