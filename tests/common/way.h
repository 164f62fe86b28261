/* SPDX-License-Identifier: GPL-2.0 */
/* The ways in which a consumer waits for events, takes them, gives back. */
#ifndef WAY_H
#define WAY_H

#include "../mapped/bundle.h"

/**
 * struct taker - a consumer thread's view of its file
 * @sleeps: how often it went to sleep
 */
struct taker {
	int fd;
	int epoll;
	struct consumer ring;
	uint64_t sleeps;
};

/**
 * struct way - one way
 * @open: prepares, in the consumer's thread; the file is O_NONBLOCK and quiet
 * @wait: sleeps until there may be something. Without a time-out: it is the
 *	driver that has to wake it
 * @take: takes up to @max ports, none if there are none; may block
 * @done: gives @n ports back
 */
struct way {
	const char *name;
	void (*open)(struct taker *t);
	void (*wait)(struct taker *t);
	uint32_t (*take)(struct taker *t, uint32_t *ports, uint32_t max);
	void (*done)(struct taker *t, const uint32_t *ports, uint32_t n);
};

extern const struct way way_read;	/* sleeps in read() */
extern const struct way way_poll;	/* poll(), 4-byte read, 4-byte write */
extern const struct way way_mapped;	/* wake position, ppoll() */
extern const struct way way_epoll;	/* edge-triggered */
extern const struct way way_sigio;	/* sigwaitinfo(), then reads all */

/* A number from the environment, so that a case can run longer or shorter. */
double setting(const char *name, double otherwise);

#endif
