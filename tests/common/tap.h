/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A test program is a set of named cases. Each runs in a child of its own,
 * with a time-out, so that a hang in the driver is a "not ok" like any other.
 *
 *	program [-l] [-x FACTOR] [CASE-PATTERN...]
 */
#ifndef TAP_H
#define TAP_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

struct tap_case {
	const char *name;
	const char *file;
	int line;
	void (*run)(void);
	int limit;		/* seconds */
};

#define TAP_LIMIT 10

#define CASE_LIMIT(name_, limit_)					\
	static void name_(void);					\
	static const struct tap_case tap_case_##name_ = {		\
		.name = #name_,						\
		.file = __FILE__,					\
		.line = __LINE__,					\
		.run = name_,						\
		.limit = (limit_),					\
	};								\
	static const struct tap_case *tap_entry_##name_		\
	__attribute__((section("tap_cases"), used)) = &tap_case_##name_; \
	static void name_(void)

/* CASE(read_rounds_count_down) { ... } */
#define CASE(name_) CASE_LIMIT(name_, TAP_LIMIT)

/* All of these end the case; they may be used in its threads and children. */
#define CHECK(cond)							\
	do {								\
		if (!(cond))						\
			tap_fail(__FILE__, __LINE__, "CHECK(%s)", #cond);	\
	} while (0)

#define TAP_COMPARE(a, op, b, what, wanted)				\
	do {								\
		long long a_ = (a), b_ = (b);				\
		if (!(a_ op b_))					\
			tap_fail(__FILE__, __LINE__,			\
				 "%s is %lld, wanted " #op " %lld (%s)",	\
				 what, a_, b_, wanted);			\
	} while (0)

#define CHECK_EQ(a, b) TAP_COMPARE(a, ==, b, #a, #b)
#define CHECK_NE(a, b) TAP_COMPARE(a, !=, b, #a, #b)
#define CHECK_GE(a, b) TAP_COMPARE(a, >=, b, #a, #b)
#define CHECK_LE(a, b) TAP_COMPARE(a, <=, b, #a, #b)

/* A system call that must work; gives its result. */
#define CHECK_OK(call)							\
	({								\
		long long r_ = (call);					\
		if (r_ < 0)						\
			tap_fail(__FILE__, __LINE__, "%s: %s", #call,	\
				 tap_errno(errno));			\
		r_;							\
	})

/* A system call that must fail in exactly this way. */
#define CHECK_ERR(call, errno_)						\
	do {								\
		long long r_ = (call);					\
		int e_ = r_ < 0 ? errno : 0;				\
		if (e_ != (errno_))					\
			tap_fail(__FILE__, __LINE__,			\
				 "%s is %lld (%s), wanted %s", #call, r_,	\
				 tap_errno(e_), tap_errno(errno_));	\
	} while (0)

/*
 * A value that several drivers may answer differently: printed as
 * "# observed: case what value", and compared between runs.
 */
#define OBSERVE(what, ...) tap_observe(what, __VA_ARGS__)

#define SKIP(...) tap_skip(__VA_ARGS__)

/* From -x: how much slower than a machine with nothing else to do this one is. */
extern double tap_factor;

void tap_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
void tap_skip(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));
void tap_observe(const char *what, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void tap_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *tap_errno(int err);

/* The child of a case: its exit status must be 0. */
void tap_reap(int pid);
/* The same for one that must die of a signal. */
void tap_reap_signal(int pid, int sig);

/*
 * A case that calls exec() on its own program does so with TAP_EXEC as the
 * first argument, and defines this to go on there.
 */
#define TAP_EXEC "@exec"
int tap_exec(int argc, char **argv);

#endif
