/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random sequences of every entry point, by several threads on a few shared
 * files, ports and mappings. What a thread does at its nth step, and with what
 * arguments, is decided by the seed, its number and n alone; which descriptor
 * or port stands in a shared place by then is decided by the others too.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "evtchn_abi.h"

#define FUZZ_FILES	6	/* shared descriptors */
#define FUZZ_PORTS	48	/* ports they know of */
#define FUZZ_AREAS	12	/* places where something may be mapped */
#define FUZZ_THREADS	16
#define FUZZ_TRACE	24	/* steps of each thread that are remembered */

#define FUZZ_PAGE	4096UL
#define FUZZ_AREA	(1UL << 20)

/* A step, for whoever has to find out what happened. */
struct fuzz_step {
	uint64_t n;
	const char *op;
	long arg[3];
	long result;		/* negative: errno */
};

/**
 * struct fuzz_thread - one that does it
 * @random: state of the generator, made anew for each step
 * @step: the one it is at; also a sign of life
 * @page: memory of its own, for arguments; can be reached with 32 bits
 * @jump: where to go on when a load or store faults; while @guarded
 */
struct fuzz_thread {
	int number;
	pid_t tid;
	uint64_t random;
	uint64_t step, steps;
	uint32_t *page;
	sigjmp_buf jump;
	volatile bool guarded;
	int pair[2];		/* to send descriptors through */
	int epoll;
	void *uring;
	struct fuzz_step trace[FUZZ_TRACE];
};

/**
 * struct fuzz_op - a kind of step
 * @weight: how often, in all of them together
 */
struct fuzz_op {
	const char *name;
	unsigned int weight;
	long (*run)(struct fuzz_thread *t);
};

extern const struct fuzz_op fuzz_call_ops[], fuzz_bind_ops[], fuzz_io_ops[],
	fuzz_file_ops[], fuzz_map_ops[], fuzz_store_ops[], fuzz_uring_ops[];

extern uint64_t fuzz_seeded;	/* where it began */

/* Things of all threads; loaded and stored whole. */
extern int fuzz_files[FUZZ_FILES];
/* The descriptor's place is above the port. */
extern uint64_t fuzz_ports[FUZZ_PORTS];

/* watch.c */
void fuzz_watch(struct fuzz_thread *threads, const pthread_t *ids, int n);
void fuzz_give_up(const char *why, const struct fuzz_thread *threads, int n)
	__attribute__((noreturn));

/* random.c */
uint32_t fuzz_random(struct fuzz_thread *t);
void fuzz_seed(struct fuzz_thread *t, uint64_t seed);
uint32_t fuzz_below(struct fuzz_thread *t, uint32_t n);
bool fuzz_one_in(struct fuzz_thread *t, uint32_t n);
int fuzz_file(struct fuzz_thread *t);		/* a shared descriptor */
int fuzz_file_at(uint32_t place);
uint32_t fuzz_port(struct fuzz_thread *t);	/* a known port, or garbage */
/* A known port and, mostly, the file it was bound to; else any. */
uint32_t fuzz_port_of(struct fuzz_thread *t, int *fd);
void fuzz_know_port(struct fuzz_thread *t, uint32_t place, uint32_t port);
void fuzz_forget_port(uint32_t port);
uint32_t fuzz_word(struct fuzz_thread *t);	/* garbage that looks like something */
enum fuzz_part { FUZZ_HEADER, FUZZ_CONSUMER, FUZZ_SLOTS };
void *fuzz_area(struct fuzz_thread *t);		/* where anything may be mapped */
/* One that mostly has this part of a ring. */
void *fuzz_area_of(struct fuzz_thread *t, enum fuzz_part part);
/* A place for a call to read or write: good, bad, or half of both. */
void *fuzz_buffer(struct fuzz_thread *t, size_t size);
/* Remembers what the step is called with; gives its result back. */
long fuzz_note(struct fuzz_thread *t, long a, long b, long c, long result);

/* store.c: does it where a fault ends it */
bool fuzz_guarded(struct fuzz_thread *t, void (*what)(struct fuzz_thread *t));
void fuzz_catch_faults(void);

/* file.c */
int fuzz_open(struct fuzz_thread *t);
void fuzz_put_file(struct fuzz_thread *t, int fd);

/* uring.c */
void fuzz_uring_start(struct fuzz_thread *t);
void fuzz_uring_stop(struct fuzz_thread *t);

/* map.c */
void fuzz_unmap_all(void);

#endif
