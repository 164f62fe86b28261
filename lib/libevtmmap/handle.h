/* SPDX-License-Identifier: MIT */
/*
 * What a handle is made of, and which file does what to it.
 */
#ifndef EVTMMAP_HANDLE_H
#define EVTMMAP_HANDLE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include "evtmmap.h"
#include "ring.h"

/* Ports per read() and write(): the driver takes a page at a time. */
#define CLASSIC_PORTS	1024

/**
 * struct evtmmap - an open device
 * @ring: where events are taken from
 * @ours: this process opened it
 * @adopted: there may be ports that were bound before
 * @quiet: EVTMMAP_OPT_QUIET, and the driver can
 * @header: the driver's page, NULL without a mapped ring
 * @generation: of the segment in @ring
 * @slots: its mapping, or NULL
 * @slots_length: bytes of that
 * @resyncs: header->resyncs when we started in it
 * @restores: header->restores that our caller was told of
 * @resend: without a mapped ring, first port to make an event for; 0 if none
 * @local: without a mapped ring, stands in for the consumer's page
 * @command_head: where command_head is: the driver's, or @local_head
 * @local_head: without the driver's command ring, the head of ours
 * @command_tail: position of the next command to queue
 * @command_error: the first error of a command since evtmmap_submit() said so
 * @polled: a poller takes the commands
 * @errors_seen: header->command_errors when we last looked
 * @spin: how long to look before sleeping, in ns, as learnt
 * @spin_most: its upper bound; 0 for never
 * @wiped: whole pages, whatever their size. A child of fork(), which has none of
 *	the mappings, finds zeros here, without anybody's help: not ours, no
 *	header, nothing to unmap
 * @stale: the only slot of a ring of zeros: its tag is no event's
 * @fd: the device
 * @buffer: without a mapped ring, the slots that read() filled
 * @user: what we know of each port, see user.c
 *
 * This is address space, not memory, where it is not used.
 */
struct evtmmap {
	union {
		struct {
			struct ring ring;
			bool ours;
			bool adopted;
			bool quiet;

			const struct evtmmap_header *header;
			__u32 generation;
			void *slots;
			size_t slots_length;
			__u64 resyncs;
			__u32 restores;

			__u32 resend;
			struct evtmmap_consumer local;

			const __u32 *command_head;
			__u32 local_head;
			__u32 command_tail;
			int command_error;
			bool polled;
			__u64 errors_seen;

			int64_t spin;
			int64_t spin_most;
		};
		char wiped[RING_STALE];
	};
	__u64 stale;
	int fd;
	__u64 buffer[CLASSIC_PORTS + 1];
	void *user[EVTMMAP_PORT_LIMIT];
};

_Static_assert(offsetof(struct evtmmap, ring) == 0 &&
	       offsetof(struct evtmmap, stale) == RING_STALE,
	       "a ring of zeros leads to the slot that is stale");

/* What a call with this handle returns at once, if not 0. */
static inline int handle_error(const struct evtmmap *h)
{
	if (!h)
		return -EINVAL;
	return h->ours ? 0 : -EBADF;
}

/* map.c: a driver that maps its ring */
int map_open(struct evtmmap *h);
void map_close(struct evtmmap *h);
int map_start(struct evtmmap *h);
int map_follow(struct evtmmap *h);
bool map_is_lost(const struct evtmmap *h);
int map_restored(struct evtmmap *h);
void map_knows_restore(struct evtmmap *h);

/* classic.c: a driver that does not, or a program that does not want it to */
void classic_open(struct evtmmap *h);
int classic_refill(struct evtmmap *h);
void classic_forget(struct evtmmap *h, __u32 port);
bool classic_is_lost(const struct evtmmap *h);
int classic_begin_again(struct evtmmap *h);

/* user.c: what we know of each port */
void user_bound(struct evtmmap *h, __u32 port);
void *user_unbound(struct evtmmap *h, __u32 port);
void user_restore(struct evtmmap *h, __u32 port, void *user);
bool user_is_bound(const struct evtmmap *h, __u32 port);
bool user_is_unbound(const struct evtmmap *h, __u32 port);

/* event.c: 1 if the next slot holds an event, 0 if there is none, -errno */
int event_look(struct evtmmap *h);

/* queue.c: commands that are queued */
void queue_open(struct evtmmap *h);
static inline bool queue_can_enter(const struct evtmmap *h)
{
	return h->command_head != &h->local_head;
}

static inline __u32 queue_length(const struct evtmmap *h)
{
	return h->command_tail - ring_command_head(h->command_head);
}

int queue_enter(struct evtmmap *h, __u32 min_complete, int64_t timeout);
int queue_flush(struct evtmmap *h);
int queue_pass_on(struct evtmmap *h);

/* spin.c: looking for events for a while; now in ns of CLOCK_MONOTONIC */
int64_t now_ns(void);
void spin_relax(void);
#define SPIN_LATE	(INT64_MAX / 4)
bool spin_wait(struct evtmmap *h, int64_t start, int64_t deadline);
void spin_learn(struct evtmmap *h, int64_t took);

/* rearm.c: how many of them one system call took */
int rearm_ports(const struct evtmmap *h, const __u32 *ports, size_t n);

/* bind.c: ioctl(), but for where the error is */
int device_ioctl(const struct evtmmap *h, unsigned long command, void *arg);

#endif
