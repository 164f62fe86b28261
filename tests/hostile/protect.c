// SPDX-License-Identifier: GPL-2.0
/* No call makes the kernel's pages writable, or any page executable. */
#include <string.h>
#include <sys/syscall.h>

#include "frame.h"

#define PAGE	CONSUMER_PAGE
#define RW	(PROT_READ | PROT_WRITE)
#define RX	(PROT_READ | PROT_EXEC)

HOSTILE(mprotect_cannot_add_write)
{
	size_t len = segment_size(ring.nslots);

	while (going()) {
		CHECK_ERR(mprotect(ring.header, PAGE, RW), EACCES);
		CHECK_ERR(mprotect(ring.header, PAGE, PROT_WRITE), EACCES);
		CHECK_ERR(mprotect((void *)ring.slots, len, RW), EACCES);
		CHECK_ERR(mprotect((char *)ring.slots + PAGE, PAGE, RW), EACCES);
		CHECK_OK(mprotect(ring.header, PAGE, PROT_NONE));
		CHECK_ERR(mprotect(ring.header, PAGE, RW), EACCES);
		CHECK_OK(mprotect(ring.header, PAGE, PROT_READ));
		flow();
	}
}

HOSTILE(mprotect_cannot_add_exec)
{
	while (going()) {
		CHECK_ERR(mprotect(ring.header, PAGE, RX), EACCES);
		CHECK_ERR(mprotect(ring.page, PAGE, RX), EACCES);
		CHECK_ERR(mprotect(ring.page, PAGE, RW | PROT_EXEC), EACCES);
		CHECK_ERR(mprotect((void *)ring.slots, segment_size(ring.nslots),
				   RX), EACCES);
		flow();
	}
}

static void toggle(void *arg)
{
	CHECK_OK(mprotect(arg, PAGE, PROT_NONE));
	CHECK_OK(mprotect(arg, PAGE, PROT_READ));
}

HOSTILE(mprotect_to_and_fro)
{
	meanwhile(toggle, map_header(mine.rx));
	meanwhile(toggle, map_consumer(mine.rx));
	while (going())
		flow();
	end_threads();
}

HOSTILE(protection_keys_cannot_add_write)
{
	int key = syscall(SYS_pkey_alloc, 0, 0);

	if (key < 0)
		key = -1;	/* mprotect() by another name then */
	while (going()) {
		CHECK(syscall(SYS_pkey_mprotect, ring.header, PAGE, RW, key) < 0);
		CHECK(syscall(SYS_pkey_mprotect, ring.slots, PAGE, RW, key) < 0);
		flow();
	}
}

static bool has_flags(const void *p, const char *wanted[])
{
	char start[32], line[512];
	bool here = false, all = true;
	FILE *f = fopen("/proc/self/smaps", "r");

	CHECK(f);
	snprintf(start, sizeof(start), "%lx-", (unsigned long)p);
	while (fgets(line, sizeof(line), f)) {
		here |= !strncmp(line, start, strlen(start));
		if (!here || strncmp(line, "VmFlags:", 8))
			continue;
		for (; *wanted; wanted++)
			all &= !!strstr(line, *wanted);
		fclose(f);
		return all;
	}
	fclose(f);
	return false;
}

/* Not copied by fork, not expanded, not dumped. */
HOSTILE(mappings_have_their_flags)
{
	static const char *wanted[] = { " dc", " de", " dd", NULL };

	CHECK(has_flags(ring.header, wanted));
	CHECK(has_flags(ring.page, wanted));
	CHECK(has_flags(ring.slots, wanted));
}
