// SPDX-License-Identifier: GPL-2.0
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proc.h"
#include "tap.h"

#define EXIT_FAILED	1
#define EXIT_SKIPPED	77
#define TICK_MS		100

extern const struct tap_case *__start_tap_cases[];
extern const struct tap_case *__stop_tap_cases[];

double tap_factor = 1;

static const char *running = "?";
static char *skip_reason;	/* shared with the child */
#define SKIP_SIZE 256

static int passed, failed, skipped;
static bool stuck;

/* A line goes out in one piece, whichever process or thread says it. */
static void say(const char *prefix, const char *fmt, va_list ap)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "%s", prefix);

	n += vsnprintf(line + n, sizeof(line) - n - 1, fmt, ap);
	if (n > (int)sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (write(STDOUT_FILENO, line, n) < 0)
		_exit(EXIT_FAILED);
}

static void __attribute__((format(printf, 1, 2))) print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void tap_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("# ", fmt, ap);
	va_end(ap);
}

void tap_fail(const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	char prefix[128];
	va_list ap;

	snprintf(prefix, sizeof(prefix), "# %s: %s:%d: ", running,
		 base ? base + 1 : file, line);
	va_start(ap, fmt);
	say(prefix, fmt, ap);
	va_end(ap);
	_exit(EXIT_FAILED);
}

void tap_skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(skip_reason, SKIP_SIZE, fmt, ap);
	va_end(ap);
	_exit(EXIT_SKIPPED);
}

void tap_observe(const char *what, const char *fmt, ...)
{
	char prefix[192];
	va_list ap;

	snprintf(prefix, sizeof(prefix), "# observed: %s %s ", running, what);
	va_start(ap, fmt);
	say(prefix, fmt, ap);
	va_end(ap);
}

const char *tap_errno(int err)
{
	return err ? strerrorname_np(err) ?: "unknown errno" : "success";
}

void tap_reap(int pid)
{
	int status;

	CHECK_OK(waitpid(pid, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		tap_fail(__FILE__, __LINE__, "child's wait status is %#x", status);
}

void tap_reap_signal(int pid, int sig)
{
	int status;

	CHECK_OK(waitpid(pid, &status, 0));
	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
		tap_fail(__FILE__, __LINE__, "child's wait status is %#x", status);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static pid_t start(const struct tap_case *c)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	setpgid(0, 0);
	running = c->name;
	c->run();
	_exit(0);
}

/*
 * Returns false when the child is still there after the time, which is counted
 * in ticks: a machine that stood still in between has taken one.
 */
static bool gone_within(pid_t pid, int ms)
{
	struct pollfd p = { .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	int rc = 0;

	if (p.fd < 0)
		return true;
	for (; rc != 1 && ms > 0; ms -= TICK_MS)
		rc = poll(&p, 1, TICK_MS);
	close(p.fd);
	return rc == 1;
}

static void conclude(int n, const struct tap_case *c, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		passed++;
		print("ok %d - %s", n, c->name);
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIPPED) {
		skipped++;
		print("ok %d - %s # SKIP %s", n, c->name, skip_reason);
	} else {
		failed++;
		if (WIFSIGNALED(status))
			tap_note("%s: died of signal %d", c->name, WTERMSIG(status));
		print("not ok %d - %s", n, c->name);
	}
}

static void run(int n, const struct tap_case *c)
{
	int limit = c->limit * tap_factor, status = 0xff00;
	double begin = now();
	pid_t pid = start(c);

	if (pid < 0) {
		tap_note("%s: fork: %s", c->name, tap_errno(errno));
	} else if (gone_within(pid, limit * 1000)) {
		waitpid(pid, &status, 0);
		kill(-pid, SIGKILL);
	} else {
		tap_note("%s: timed out after %d s", c->name, limit);
		proc_show_tasks(pid);
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		/* In an uninterruptible sleep not even that ends it. */
		if (gone_within(pid, 3000))
			waitpid(pid, NULL, 0);
		else
			stuck = true;
	}
	conclude(n, c, status);
	if (now() - begin > 1.0)
		tap_note("slow: %s took %.1f s", c->name, now() - begin);
}

/* As they stand in the sources: the linker has its own idea. */
static int by_place(const void *a, const void *b)
{
	const struct tap_case *const *c = a, *const *d = b;
	int order = strcmp((*c)->file, (*d)->file);

	return order ? order : (*c)->line - (*d)->line;
}

static bool wanted(const struct tap_case *c, char **patterns)
{
	if (!*patterns)
		return true;
	for (; *patterns; patterns++)
		if (!fnmatch(*patterns, c->name, 0))
			return true;
	return false;
}

__attribute__((weak)) int tap_exec(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 2;
}

static int list(char **patterns)
{
	const struct tap_case **c;

	for (c = __start_tap_cases; c < __stop_tap_cases; c++)
		if (wanted(*c, patterns))
			puts((*c)->name);
	return 0;
}

static int run_all(char **patterns)
{
	const struct tap_case **c;
	double begin = now();
	int n = 0;

	for (c = __start_tap_cases; c < __stop_tap_cases; c++)
		n += wanted(*c, patterns);
	print("1..%d", n);
	if (!n)
		return 2;
	n = 0;
	for (c = __start_tap_cases; c < __stop_tap_cases && !stuck; c++)
		if (wanted(*c, patterns))
			run(++n, *c);
	/* The kernel holds it, and will hold the others too. */
	if (stuck)
		print("Bail out! the last case cannot be killed");
	tap_note("%d passed, %d failed, %d skipped in %.1f s", passed, failed,
		 skipped, now() - begin);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	bool only_list = false;
	int opt;

	if (argc > 1 && !strcmp(argv[1], TAP_EXEC))
		return tap_exec(argc - 2, argv + 2);
	while ((opt = getopt(argc, argv, "lx:")) != -1) {
		if (opt == 'l')
			only_list = true;
		else if (opt == 'x')
			tap_factor = atof(optarg);
		else
			return 2;
	}
	qsort(__start_tap_cases, __stop_tap_cases - __start_tap_cases,
	      sizeof(*__start_tap_cases), by_place);
	if (only_list)
		return list(argv + optind);
	skip_reason = mmap(NULL, SKIP_SIZE, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (skip_reason == MAP_FAILED)
		return 2;
	return run_all(argv + optind);
}
