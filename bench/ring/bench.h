/* SPDX-License-Identifier: GPL-2.0 */
/* evtbench-ring: its parts, each of which adds to the figures. */
#ifndef EVTBENCH_RING_H
#define EVTBENCH_RING_H

#include <stdbool.h>

#define RINGS_MOST	16

/* Cycles of one thread. */
void bench_single(unsigned int samples);
/* Instructions of one thread: runs under callgrind, which writes them down. */
void bench_count(unsigned int samples);
/* Reads them; false: not there, or not what bench_count() asks for. */
bool counted_read(const char *path);
/* Publishers at once, and nobody who takes meanwhile. */
void bench_together(unsigned int samples);
/* Publishers and a taker at once. */
void bench_threads(unsigned int samples);
/* A publisher that stands still; false: not what it should be. */
bool bench_stopped(unsigned int samples);

/* What cannot be gone on with: says so and ends the program. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
