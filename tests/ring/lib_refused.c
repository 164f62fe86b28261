// SPDX-License-Identifier: GPL-2.0
/* libevtmmap where somebody's policy forbids to map the ring, or parts of it. */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <xen/evtchn_mmap.h>

#include "lib.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "which half of an argument is the lower one"
#endif
#define LOW(n)	(offsetof(struct seccomp_data, args[n]))
#define HIGH(n)	(LOW(n) + 4)
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define IF(test, value, yes, no) BPF_JUMP(BPF_JMP | (test) | BPF_K, (value), (yes), (no))

enum part { ALL, HEADER_AND_SLOTS, SLOTS, CONSUMER };

/* Which shared mappings: by a word of the arguments, and what it is asked for. */
static const struct sock_filter *mappings_of(enum part part)
{
	static const struct sock_filter of[][2] = {
		[ALL] = { LOAD(LOW(3)), IF(BPF_JSET, MAP_SHARED, 0, 1) },
		[HEADER_AND_SLOTS] = { LOAD(LOW(2)), IF(BPF_JSET, PROT_WRITE, 1, 0) },
		[SLOTS] = { LOAD(HIGH(5)), IF(BPF_JGE, 1, 0, 1) },
		[CONSUMER] = { LOAD(LOW(2)), IF(BPF_JSET, PROT_WRITE, 0, 1) },
	};

	return of[part];
}

/* From now on mmap() of that part says so. */
static void forbid(enum part part, int error)
{
	const struct sock_filter *which = mappings_of(part);
	struct sock_filter code[] = {
		LOAD(offsetof(struct seccomp_data, nr)),
		IF(BPF_JEQ, SYS_mmap, 0, 5),
		LOAD(LOW(3)),
		IF(BPF_JSET, MAP_SHARED, 0, 3),
		which[0],
		which[1],
		RETURN(SECCOMP_RET_ERRNO | error),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	CHECK_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK_OK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

/* The filter itself: it says so of that part, and of no other. */
static bool may_map(int fd, off_t offset, int prot)
{
	void *page = mmap(NULL, 4096, prot, MAP_SHARED, fd, offset);

	if (page != MAP_FAILED)
		munmap(page, 4096);
	return page != MAP_FAILED || (errno != EACCES && errno != EPERM);
}

static void check_filter(enum part part)
{
	int fd = CHECK_OK(memfd_create("part", 0));

	CHECK_OK(ftruncate(fd, 2LL << 32));
	CHECK_EQ(may_map(fd, EVTMMAP_OFF_HEADER, PROT_READ),
		 part == SLOTS || part == CONSUMER);
	CHECK_EQ(may_map(fd, 1LL << 32, PROT_READ), part == CONSUMER);
	CHECK_EQ(may_map(fd, EVTMMAP_OFF_CONSUMER, PROT_READ | PROT_WRITE),
		 part == HEADER_AND_SLOTS || part == SLOTS);
	close(fd);
}

static void goes_around(struct evtmmap *h)
{
	struct lib_pair p = lib_bind_quietly(h);

	CHECK_EQ(evtmmap_notify(h, p.a), 0);
	lib_expect(h, p.b);
	CHECK_EQ(evtmmap_rearm(h, p.b), 0);
	lib_silent(h);
}

static void works_without(enum part part, int error)
{
	pid_t pid = CHECK_OK(fork());
	struct evtmmap *h;

	if (pid) {
		tap_reap(pid);
		return;
	}
	forbid(part, error);
	check_filter(part);
	h = lib_open();
	CHECK_EQ(evtmmap_is_mapped(h), 0);
	goes_around(h);
	_exit(0);
}

CASE_LIMIT(lib_works_where_nothing_may_be_mapped, 30)
{
	works_without(ALL, EACCES);
	works_without(ALL, EPERM);
}

CASE_LIMIT(lib_works_where_a_part_may_not_be_mapped, 30)
{
	works_without(HEADER_AND_SLOTS, EACCES);
	works_without(SLOTS, EPERM);
	works_without(CONSUMER, EACCES);
}

/* That is no policy. What was given is as it was, and the file a classic one. */
static void fails_unchanged(enum part part)
{
	struct evtmmap_options o = { .size = sizeof(o), .flags = EVTMMAP_OPT_ADOPT_FD };
	struct evtmmap *h = (void *)&o;
	pid_t pid = CHECK_OK(fork());

	if (pid) {
		tap_reap(pid);
		return;
	}
	o.fd = CHECK_OK(open(EVT_NODE, O_RDWR));
	forbid(part, ENOMEM);
	CHECK_EQ(evtmmap_open(&h, &o), -ENOMEM);
	CHECK(h == (void *)&o);
	CHECK(!(CHECK_OK(fcntl(o.fd, F_GETFL)) & O_NONBLOCK));
	o.flags |= EVTMMAP_OPT_NO_MMAP;
	CHECK_EQ(evtmmap_open(&h, &o), 0);
	goes_around(h);
	_exit(0);
}

CASE_LIMIT(lib_open_without_memory_changes_nothing, 30)
{
	struct evtmmap *h = lib_open();
	bool mapped = evtmmap_is_mapped(h);

	if (lib_flags() & EVTMMAP_OPT_NO_MMAP)
		SKIP("not applicable: told to map nothing");
	fails_unchanged(ALL);
	/* A driver without a ring refuses the header, and the rest is not tried. */
	if (mapped) {
		fails_unchanged(SLOTS);
		fails_unchanged(CONSUMER);
	}
}

/* A program that shuts itself in after it has opened all it needs. */
CASE_LIMIT(lib_ring_that_may_not_grow_says_so, 60)
{
	struct evtmmap *h = lib_open();
	int i, ret = 0;

	lib_need_ring(h);
	forbid(SLOTS, EPERM);
	for (i = 0; i < 2000 && ret >= 0; i++) {
		CHECK_GE(evtmmap_bind_unbound(h, 0), 1);
		do
			ret = evtmmap_next(h);
		while (ret > 0);
	}
	CHECK_EQ(ret, -EPERM);
}
