// SPDX-License-Identifier: GPL-2.0
/* Advice to the memory manager, and other things it can be asked to do. */
#include <linux/userfaultfd.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "frame.h"

#define PAGE	CONSUMER_PAGE

#ifndef MADV_COLD
#define MADV_COLD	20
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#define MADV_POPULATE_WRITE	23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif
#ifndef SYS_mseal
#define SYS_mseal	462
#endif

/* A mapping besides the one that is watched; not every part must be left. */
struct advice {
	struct consumer c;
	int advice;
};

static void take_advice(void *arg)
{
	const struct advice *a = arg;

	/* Refused or not: it is the outcome that counts. */
	madvise(a->c.header, PAGE, a->advice);
	madvise(a->c.page, PAGE, a->advice);
	madvise((void *)a->c.slots, segment_size(a->c.nslots), a->advice);
	madvise((char *)a->c.slots + PAGE, PAGE, a->advice);
}

static void same_pages(struct consumer *c)
{
	CHECK_EQ(c->header->magic, EVTMMAP_MAGIC);
	CHECK_EQ(c->page->cons, ring.page->cons);
	CHECK(consumer_slot(c, ring.pos) == consumer_slot(&ring, ring.pos));
}

/* Whoever is advised to keep the pages in any way keeps these pages. */
static void keeps_pages(int advice)
{
	struct advice a = { consumer_open(mine.rx), advice };

	meanwhile(take_advice, &a);
	while (going()) {
		flow();
		same_pages(&a.c);
	}
	end_threads();
}

/* Pages that were thrown away are a signal to touch, and nobody else's loss. */
static void may_lose_pages(int advice)
{
	struct advice a = { consumer_open(mine.rx), advice };

	meanwhile(take_advice, &a);
	while (going())
		flow();
	end_threads();
	consumer_close(&a.c);
}

#define KEEPS(name_, advice_) HOSTILE(name_) { keeps_pages(advice_); }
#define LOSES(name_, advice_) HOSTILE(name_) { may_lose_pages(advice_); }

LOSES(madvise_dontneed, MADV_DONTNEED)
LOSES(madvise_remove, MADV_REMOVE)
LOSES(madvise_free, MADV_FREE)
KEEPS(madvise_dontfork, MADV_DONTFORK)
KEEPS(madvise_dofork, MADV_DOFORK)
KEEPS(madvise_mergeable, MADV_MERGEABLE)
KEEPS(madvise_hugepage, MADV_HUGEPAGE)
KEEPS(madvise_collapse, MADV_COLLAPSE)
KEEPS(madvise_pageout, MADV_PAGEOUT)
KEEPS(madvise_cold, MADV_COLD)
KEEPS(madvise_willneed, MADV_WILLNEED)
KEEPS(madvise_dodump, MADV_DODUMP)
KEEPS(madvise_wipeonfork, MADV_WIPEONFORK)
KEEPS(madvise_populate_read, MADV_POPULATE_READ)
KEEPS(madvise_populate_write, MADV_POPULATE_WRITE)

/* The pages are there, and they cannot be made writable by a fault either. */
HOSTILE(pages_thrown_away_are_a_signal)
{
	struct consumer c;
	pid_t pid = CHECK_OK(fork());

	if (!pid) {
		c = consumer_open(mine.rx);
		signal(SIGBUS, SIG_DFL);
		CHECK_OK(madvise(c.header, PAGE, MADV_DONTNEED));
		_exit(((volatile struct evtmmap_header *)c.header)->prod);
	}
	tap_reap_signal(pid, SIGBUS);
	pid = CHECK_OK(fork());
	if (!pid) {
		c = consumer_open(mine.rx);
		signal(SIGBUS, SIG_DFL);
		CHECK_OK(madvise(c.page, PAGE, MADV_DONTNEED));
		((volatile struct evtmmap_consumer *)c.page)->cons = 7;
		_exit(0);
	}
	tap_reap_signal(pid, SIGBUS);
}

/* Locked and unlocked, looked at, synced. */
HOSTILE(mlock_mincore_and_msync)
{
	static const int flags[] = { MS_ASYNC, MS_SYNC, MS_SYNC | MS_INVALIDATE };
	struct consumer c = consumer_open(mine.rx);
	void *parts[] = { c.header, c.page, (void *)c.slots };
	unsigned char vec[1];
	int i;

	for (i = 0; going(); i++) {
		void *p = parts[i % 3];

		mlock(p, PAGE);
		mlock2(p, PAGE, MLOCK_ONFAULT);
		CHECK_OK(mincore(p, PAGE, vec));
		msync(p, PAGE, flags[i / 3 % 3]);
		munlock(p, PAGE);
		same_pages(&c);
		flow();
	}
}

HOSTILE(mlockall_and_map_again)
{
	struct consumer c;

	CHECK_OK(mlockall(MCL_CURRENT | MCL_FUTURE));
	while (going()) {
		c = consumer_open(mine.rx);
		same_pages(&c);
		consumer_close(&c);
		flow();
	}
	CHECK_OK(munlockall());
}

/* Another page of the file at this place? There is none. */
HOSTILE(remap_file_pages_changes_nothing)
{
	struct consumer c = consumer_open(mine.rx);
	int i;

	for (i = 0; going(); i++) {
		syscall(SYS_remap_file_pages, c.header, PAGE, 0, i % 300, 0);
		syscall(SYS_remap_file_pages, c.page, PAGE, 0, 0, 0);
		syscall(SYS_remap_file_pages, c.slots, PAGE, 0, 256, 0);
		/* It may unmap what it cannot put elsewhere. */
		flow();
	}
	CHECK_ERR(mprotect(ring.header, PAGE, PROT_READ | PROT_WRITE), EACCES);
}

static void copy_there(int uffd, void *to)
{
	static char bad[PAGE] __attribute__((aligned(4096)));
	struct uffdio_copy copy = {
		.dst = (uintptr_t)to, .src = (uintptr_t)bad, .len = PAGE,
	};
	struct uffdio_zeropage zero = { .range = { (uintptr_t)to, PAGE } };

	CHECK(ioctl(uffd, UFFDIO_COPY, &copy) < 0);
	CHECK(ioctl(uffd, UFFDIO_ZEROPAGE, &zero) < 0);
}

HOSTILE(userfaultfd_cannot_have_them)
{
	static const int modes[] = {
		UFFDIO_REGISTER_MODE_MISSING, UFFDIO_REGISTER_MODE_WP,
		UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP, 4,
	};
	struct consumer c = consumer_open(mine.rx);
	void *parts[] = { c.header, c.page, (void *)c.slots };
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg;
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC), i;

	if (uffd < 0)
		SKIP("userfaultfd: %s", tap_errno(errno));
	CHECK_OK(ioctl(uffd, UFFDIO_API, &api));
	madvise(c.page, PAGE, MADV_DONTNEED);
	for (i = 0; going(); i++) {
		reg = (struct uffdio_register){ .mode = modes[i / 3 % 4] };
		reg.range.start = (uintptr_t)parts[i % 3];
		reg.range.len = PAGE;
		CHECK_ERR(ioctl(uffd, UFFDIO_REGISTER, &reg), EINVAL);
		copy_there(uffd, parts[i % 3]);
		flow();
	}
}

/* To other nodes, of which there is one at most. */
HOSTILE(pages_that_are_told_to_migrate)
{
	struct consumer c = consumer_open(mine.rx);
	void *parts[] = { c.header, c.page, (void *)c.slots };
	unsigned long all = 1;
	int nodes[3] = { 0 }, status[3];

	while (going()) {
		syscall(SYS_move_pages, 0, 3L, parts, nodes, status, 4 /* ALL */);
		syscall(SYS_mbind, c.page, PAGE, 2, &all, 8UL, 2 /* MOVE */);
		syscall(SYS_migrate_pages, 0, 8UL, &all, &all);
		same_pages(&c);
		flow();
	}
}

/* Sealed: from then on its own user cannot take it away, until exit. */
HOSTILE(mappings_that_are_sealed)
{
	struct consumer c = consumer_open(mine.rx);

	if (syscall(SYS_mseal, c.header, PAGE, 0UL))
		SKIP("mseal: %s", tap_errno(errno));
	CHECK_OK(syscall(SYS_mseal, c.page, PAGE, 0UL));
	CHECK_ERR(munmap(c.header, PAGE), EPERM);
	while (going()) {
		flow();
		same_pages(&c);
	}
}
