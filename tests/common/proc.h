/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc says about tasks, interrupts and modules. */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>

/* The system call behind poll(3). */
#ifdef SYS_poll
#define PROC_SYS_POLL SYS_poll
#else
#define PROC_SYS_POLL SYS_ppoll
#endif

/* Waits until the task sleeps in that system call. */
void proc_wait_syscall(pid_t tid, long nr);

/* Where each task of a process is, for a case that hangs. */
void proc_show_tasks(pid_t pid);

/* Finds the line of a file that contains the text; false if there is none. */
bool proc_find(const char *file, const char *text, char *line, size_t size);

/* Number of lines that contain the text. */
int proc_count(const char *file, const char *text);

/*
 * Moves this process and every interrupt called evtchn:<comm> to CPU 0. The
 * move of an interrupt may wait for the next event.
 */
void proc_pin_events(void);

/*
 * Processes, kernel threads too, that came after this one and whose name begins
 * so; up to @max of their ids.
 */
int proc_named(const char *prefix, pid_t *pids, int max);

/*
 * Threads of the driver's pollers that @pid has asked for: kernel threads, or its
 * own; up to @max of their ids.
 */
int proc_pollers(pid_t pid, pid_t *tids, int max);

/* A name that no other process has; the driver names interrupts after it. */
void proc_set_name(const char *name);

#endif
