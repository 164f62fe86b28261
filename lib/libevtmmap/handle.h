/* SPDX-License-Identifier: MIT */
/*
 * What a handle is made of, and which file does what to it.
 */
#ifndef EVTMMAP_HANDLE_H
#define EVTMMAP_HANDLE_H

#include <stdbool.h>
#include "evtmmap.h"
#include "ring.h"

/* Ports per read() and write(): the driver takes a page at a time. */
#define CLASSIC_PORTS	1024

/**
 * struct evtmmap - an open device
 * @ring: where events are taken from
 * @fd: the device
 * @quiet: EVTMMAP_OPT_QUIET, and the driver can
 * @user: what we know of each port, see user.c
 * @header: the driver's page, NULL without a mapped ring
 * @generation: of the segment in @ring
 * @slots_length: bytes of its mapping
 * @resyncs: header->resyncs when we started in it
 * @buffer: without a mapped ring, the slots that read() filled
 * @resend: without a mapped ring, first port to make an event for; 0 if none
 * @local: without a mapped ring, stands in for the consumer's page
 */
struct evtmmap {
	struct ring ring;
	int fd;
	bool quiet;
	void **user;

	const struct evtmmap_header *header;
	__u32 generation;
	size_t slots_length;
	__u64 resyncs;

	__u64 *buffer;
	__u32 resend;
	struct evtmmap_consumer local;
};

/* map.c: a driver that maps its ring */
int map_open(struct evtmmap *h);
void map_close(struct evtmmap *h);
int map_start(struct evtmmap *h);
int map_follow(struct evtmmap *h);
bool map_is_lost(const struct evtmmap *h);

/* classic.c: a driver that does not, or a program that does not want it to */
int classic_open(struct evtmmap *h);
void classic_close(struct evtmmap *h);
int classic_refill(struct evtmmap *h);
void classic_forget(struct evtmmap *h, __u32 port);
bool classic_is_lost(const struct evtmmap *h);
int classic_begin_again(struct evtmmap *h);

/* user.c: what we know of each port */
int user_open(struct evtmmap *h);
void user_close(struct evtmmap *h);
void user_bound(struct evtmmap *h, __u32 port);
void user_unbound(struct evtmmap *h, __u32 port);
bool user_is_bound(const struct evtmmap *h, __u32 port);
bool user_is_unbound(const struct evtmmap *h, __u32 port);

/* event.c: 1 if the next slot holds an event, 0 if there is none, -errno */
int event_look(struct evtmmap *h);

/* bind.c: ioctl(), but for where the error is */
int device_ioctl(const struct evtmmap *h, unsigned long command, void *arg);

#endif
