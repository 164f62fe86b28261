// SPDX-License-Identifier: GPL-2.0
/* Every part of the ring is mapped, moved, cut and protected, right and wrong. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <xen/evtchn_mmap.h>

#include "fuzz.h"

/* How a part has to be mapped. */
struct part {
	uint64_t offset;
	size_t length;
	int prot;
};

static struct part any_part(struct fuzz_thread *t, enum fuzz_part kind)
{
	struct part p = { EVTMMAP_OFF_HEADER, FUZZ_PAGE, PROT_READ };

	if (kind == FUZZ_CONSUMER) {
		p.offset = EVTMMAP_OFF_CONSUMER;
		p.prot |= PROT_WRITE;
	} else if (kind == FUZZ_SLOTS) {
		p.offset = (uint64_t)(fuzz_below(t, 4) + 1) << 32;
		p.length = 2 * FUZZ_PAGE << (fuzz_one_in(t, 3) ? fuzz_below(t, 4) : 0);
	}
	return p;
}

/* One thing about it is wrong. */
static void spoil(struct fuzz_thread *t, struct part *p)
{
	switch (fuzz_below(t, 4)) {
	case 0:
		p->offset = (uint64_t)fuzz_word(t) << 12;
		break;
	case 1:
		p->offset = (uint64_t)fuzz_below(t, 40) << 32;
		break;
	case 2:
		p->length = fuzz_below(t, FUZZ_AREA / FUZZ_PAGE + 1) * FUZZ_PAGE;
		break;
	default:
		p->prot = fuzz_below(t, 8);
	}
}

static long do_mmap(struct fuzz_thread *t)
{
	enum fuzz_part kind = fuzz_below(t, 3);
	struct part p = any_part(t, kind);
	int fd = fuzz_file(t), flags = MAP_SHARED | MAP_FIXED;
	void *to = fuzz_area_of(t, kind);

	if (fuzz_one_in(t, 4))
		spoil(t, &p);
	if (fuzz_one_in(t, 16))
		flags = MAP_PRIVATE | MAP_FIXED;
	if (fuzz_one_in(t, 16))
		flags |= MAP_POPULATE | MAP_LOCKED;
	return fuzz_note(t, fd, p.offset, p.length,
			 mmap(to, p.length, p.prot, flags, fd, p.offset) ==
			 MAP_FAILED ? -1 : 0);
}

/* Pages of an area; most of the time all that may be there. */
static void *some_pages(struct fuzz_thread *t, size_t *length)
{
	size_t from = fuzz_one_in(t, 4) ? fuzz_below(t, 4) : 0;

	*length = FUZZ_PAGE << (fuzz_one_in(t, 2) ? 0 : fuzz_below(t, 6));
	return fuzz_area(t) + from * FUZZ_PAGE;
}

static long do_munmap(struct fuzz_thread *t)
{
	size_t length;
	void *at = some_pages(t, &length);

	return fuzz_note(t, (long)at, length, 0, munmap(at, length));
}

static long do_mremap(struct fuzz_thread *t)
{
	static const int flags[] = {
		MREMAP_MAYMOVE | MREMAP_FIXED, MREMAP_MAYMOVE | MREMAP_FIXED,
		MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, 0,
	};
	size_t from_length, to_length;
	void *from = some_pages(t, &from_length), *to = some_pages(t, &to_length);

	if (fuzz_one_in(t, 2))
		to_length = from_length;
	if (fuzz_one_in(t, 16))
		from_length = 0;
	return fuzz_note(t, (long)from, from_length, to_length,
			 mremap(from, from_length, to_length,
				flags[fuzz_below(t, 4)], to) == MAP_FAILED ? -1 : 0);
}

static long do_mprotect(struct fuzz_thread *t)
{
	size_t length;
	void *at = some_pages(t, &length);
	int prot = fuzz_below(t, 8);

	return fuzz_note(t, (long)at, length, prot, mprotect(at, length, prot));
}

/* All there are, but those that take memory away from the whole machine. */
static long do_madvise(struct fuzz_thread *t)
{
	size_t length;
	void *at = some_pages(t, &length);
	int advice = fuzz_below(t, 26);

	return fuzz_note(t, (long)at, length, advice, madvise(at, length, advice));
}

static long odd(struct fuzz_thread *t)
{
	int what = fuzz_below(t, 6);
	size_t length;
	void *at = some_pages(t, &length);
	long rc;

	switch (what) {
	case 0: rc = mlock(at, length); break;
	case 1: rc = munlock(at, length); break;
	case 2: rc = msync(at, length, MS_SYNC | MS_INVALIDATE); break;
	case 3: rc = mincore(at, length, (unsigned char *)t->page); break;
	case 4: rc = syscall(SYS_remap_file_pages, at, length, 0, fuzz_below(t, 3), 0); break;
	default: rc = syscall(SYS_move_pages, 0, 1, &at, NULL, t->page, 0);
	}
	return fuzz_note(t, what, (long)at, length, rc);
}

void fuzz_unmap_all(void)
{
	munmap((void *)(1UL << 45), (FUZZ_AREAS + 1) * FUZZ_AREA);
}

const struct fuzz_op fuzz_map_ops[] = {
	{ "mmap", 60, do_mmap },
	{ "munmap", 10, do_munmap },
	{ "mremap", 10, do_mremap },
	{ "mprotect", 12, do_mprotect },
	{ "madvise", 15, do_madvise },
	{ "mlock_and_such", 8, odd },
	{ 0 },
};
