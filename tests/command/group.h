/* SPDX-License-Identifier: GPL-2.0 */
/* Control groups, rights, and children that live with them. */
#ifndef GROUP_H
#define GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A new group /sys/fs/cgroup/NAME, empty and without limits. */
void group_make(const char *name);
void group_enter(const char *name);		/* "" is the root */
void group_set(const char *name, const char *file, const char *value);
bool group_has(const char *name, const char *file, const char *line);
long group_get(const char *name, const char *file, const char *key);
/* Waits until the file has the line. */
void group_becomes(const char *name, const char *file, const char *line);
void group_remove(const char *name);		/* it must be possible */

/* As that user, which may do what it could, but for what follows. */
void become_user(uid_t uid, uint64_t capabilities);
void lose_capability(int capability);

/* A child that runs that and says when it is done; it stays until child_end(). */
struct child {
	pid_t pid;
	int go, done;
};

void child_start(struct child *c, void (*run)(void *arg), void *arg);
void child_end(struct child *c);

/* The list of CPUs that a thread may use, as the kernel prints it. */
bool may_use(pid_t thread, const char *cpus);
void comes_to_use(pid_t thread, const char *cpus);

#endif
