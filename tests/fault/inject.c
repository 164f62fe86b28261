// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "census.h"
#include "inject.h"
#include "proc.h"
#include "tap.h"

#define PASSES 2
#define MOST 5000	/* faults in one call: more is a loop without an end */

static void __attribute__((format(printf, 3, 4)))
set(const char *kind, const char *name, const char *fmt, ...)
{
	char path[128], value[32];
	va_list ap;
	int fd, len;

	va_start(ap, fmt);
	len = vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kind, name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		tap_fail(__FILE__, __LINE__, "%s: %s (a kernel without fault injection?)",
			 path, tap_errno(errno));
	CHECK_EQ(write(fd, value, len), len);
	close(fd);
}

static unsigned long symbol(const char *name)
{
	char line[256], end[64];

	snprintf(end, sizeof(end), " %s\n", name);
	if (!proc_find("/proc/kallsyms", end, line, sizeof(line)))
		tap_fail(__FILE__, __LINE__, "kernel has no %s()", name);
	return strtoul(line, NULL, 16);
}

/*
 * Entries in /proc/irq that could not be made are taken away all the same, and
 * the kernel warns: its own affair, nothing of ours comes to know of it.
 */
static void but_not_names_of_interrupts(const char *kind)
{
	unsigned long from = symbol("register_handler_proc");
	unsigned long to = symbol("unregister_irq_proc");

	CHECK(from < symbol("register_irq_proc") && symbol("register_irq_proc") < to);
	set(kind, "reject-start", "%#lx", from);
	set(kind, "reject-end", "%#lx", to);
}

/* Everything may fail, GFP_KERNEL and single pages too; and without a word. */
static void every_allocation_may_fail(void)
{
	set("failslab", "ignore-gfp-wait", "N");
	set("fail_page_alloc", "ignore-gfp-wait", "N");
	set("fail_page_alloc", "ignore-gfp-highmem", "N");
	set("fail_page_alloc", "min-order", "0");
	set("failslab", "verbose", "0");
	set("fail_page_alloc", "verbose", "0");
	set("fail_usercopy", "verbose", "0");
	but_not_names_of_interrupts("failslab");
	but_not_names_of_interrupts("fail_page_alloc");
}

static int fail_nth_open(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/fail-nth", gettid());
	return CHECK_OK(open(path, O_RDWR | O_CLOEXEC));
}

static void arm(int fd, int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", n);

	/* What is left of the last number may hit this call's own copy. */
	if (pwrite(fd, text, len, 0) < 0)
		CHECK_EQ(pwrite(fd, text, len, 0), len);
}

/*
 * Has it failed? The kernel counts down to 0. This read is itself such a call:
 * its copy to us fails when just one was left.
 */
static bool disarm(int fd)
{
	char text[16] = "";
	ssize_t rc = pread(fd, text, sizeof(text) - 1, 0);

	CHECK(rc > 0 || errno == EFAULT);
	arm(fd, 0);
	return rc > 0 && atoi(text) == 0;
}

static void check_errno(const struct entry *e, int n, int err)
{
	const int *allowed = e->errnos;

	while (*allowed && *allowed != err)
		allowed++;
	if (!*allowed)
		tap_fail(__FILE__, __LINE__, "%s says %s when allocation %d fails",
			 e->name, tap_errno(err), n);
}

struct tally {
	int failed, survived;
	struct census first;
};

/* One call in which the nth fails. False when there was no nth any more. */
static bool inject_one(const struct entry *e, int fd, int n, struct tally *t)
{
	struct census census;
	bool injected;
	int err;
	long rc;

	if (e->before)
		e->before();
	census_take(&census);
	if (!t->failed && !t->survived)
		t->first = census;
	arm(fd, n);
	rc = e->call();
	err = errno;
	injected = disarm(fd);
	if (rc < 0 && !injected)
		tap_fail(__FILE__, __LINE__, "%s says %s with nothing failing",
			 e->name, tap_errno(err));
	if (rc < 0) {
		check_errno(e, n, err);
		census_same(&census, e->name, n);
		t->failed++;
	} else {
		t->survived += injected;
	}
	e->after(rc);
	return injected;
}

/*
 * Twice, since what a call allocates differs a little from one time to the next
 * (KASAN keeps stacks, for one), and a place may be stepped over.
 */
static struct tally inject_all(const struct entry *e)
{
	struct tally t = { 0 };
	int fd, n, pass;

	every_allocation_may_fail();
	fd = fail_nth_open();
	for (pass = 0; pass < PASSES; pass++)
		for (n = 1; inject_one(e, fd, n, &t); n++)
			CHECK_LE(n, MOST);
	/* What each of them left behind would add up. */
	if (e->before)
		e->before();
	census_same(&t.first, e->name, n);
	close(fd);
	tap_note("%s: %d failed, %d went on without it", e->name, t.failed,
		 t.survived);
	return t;
}

void inject_each(const struct entry *e)
{
	struct tally t = inject_all(e);

	if (e->errnos[0])
		CHECK_GE(t.failed, 1);
}

void inject_each_survivable(const struct entry *e)
{
	struct tally t = inject_all(e);

	CHECK_GE(t.failed + t.survived, 1);
}
