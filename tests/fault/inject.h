/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fault injection: one system call after another in which the first, the
 * second, the third ... allocation or copy fails, until there is none left to
 * fail. Needs a kernel with CONFIG_FAULT_INJECTION; a case fails on one without.
 */
#ifndef INJECT_H
#define INJECT_H

/**
 * struct entry - one way into the driver
 * @name: for messages
 * @before: makes it ready; nothing fails in here
 * @call: the system call; -1 and errno, or a result
 * @after: with the result of @call; checks that an entry point that failed
 *	has left nothing behind and works when asked again, and cleans up
 * @errnos: what the call may fail with, up to a 0, and must at least once;
 *	none for a call that has to work whatever fails
 */
struct entry {
	const char *name;
	void (*before)(void);
	long (*call)(void);
	void (*after)(long rc);
	int errnos[4];
};

/* Tries it until nothing is left to fail. */
void inject_each(const struct entry *e);
/* The same, where it may go on each time: io_uring tries again with less. */
void inject_each_survivable(const struct entry *e);

#endif
