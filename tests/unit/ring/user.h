/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mapped consumer that knows <xen/evtchn_mmap.h> and nothing else. What
 * stands for mmap() looks a segment up as the driver does.
 */
#ifndef USER_H
#define USER_H

#include <pthread.h>

#include "ring_test.h"

struct user {
	const struct evtmmap_header *header;
	bool by_prod;		/* stops at prod; else where tags end */

	const u64 *slots;
	struct evtmmap_segment segment;
	u32 generation;
	u32 cons;

	/* mmap() only */
	struct evtchn_ring *ring;
	pthread_mutex_t *bind_lock;
};

void user_start(struct user *user, struct evtchn_ring *ring,
		pthread_mutex_t *bind_lock, bool by_prod);
bool user_take(struct user *user, u32 *port);

#endif
