/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Another domain that takes part: `evtbench serve` runs there and does what
 * is asked for through xenstore, below its own directory.
 *
 *	data/evtbench/state	its driver and kernel; there once it serves
 *	data/evtbench/request	number and words, written by who measures
 *	data/evtbench/answer	the same number and what came of it
 */
#ifndef EVTBENCH_GUEST_H
#define EVTBENCH_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "bench.h"
#include "xenstore.h"

#define GUEST_STATE	"data/evtbench/state"
#define GUEST_REQUEST	"data/evtbench/request"
#define GUEST_ANSWER	"data/evtbench/answer"
#define GUEST_TEXT	1024		/* of a request or an answer */
#define GUEST_PORTS	64

/* guest.c: the side that measures */
bool guest_here(void);
bool guest_has_ring(void);
/* Asks for something that goes on while we do our part of it. */
void guest_begin(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What came of it; it must not begin with "failed". */
const char *guest_end(void);
const char *guest_ask(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A node of the guest's directory, or NULL; freed by who asks. */
char *guest_node(const char *name);
/* Which drivers are at the two ends: one name if they are the same. */
const char *guest_subject(void);

/* end.c: one end of ports whose other end is in another domain */
struct end {
	struct stream s;
	bool answer;			/* events by an event */
	bool over;			/* the last port has fired: that ends it */
};

/* lib, batch, enter; false when the driver or this program has no such way. */
bool end_open(struct end *e, const char *way, unsigned int ports);
void end_close(struct end *e);
/* Offers a port to a domain, or connects to one of its. */
void end_bind(struct end *e, unsigned int i, unsigned int domid, unsigned int remote);
/* Sleeps until there is something, and takes it. */
void end_turn(struct end *e);
void end_send(struct end *e, unsigned int i);
/* What way->wait() would do later may be due now. */
void end_flush(struct end *e);

/* store.c: requests to xenstored, one after the other */
struct storm {
	bool read;			/* else it writes, */
	bool watched;			/* and waits for its watch */
	const char *node;
	struct store store;
};

/* read, write, watch */
bool storm_open(struct storm *s, const char *path, const char *what, const char *node);
void storm_close(struct storm *s);
void storm_blow(struct storm *s, unsigned int requests);

/* serve.c: the guest's side; returns when it is told to end */
void serve(void);

#endif
