/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels from a domain to itself: port a is unbound, port b is bound
 * to it; a NOTIFY of one is an event on the other.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "evtchn_abi.h"
#include "tap.h"

/* An emulated machine beside other work: long, but not for ever. */
#define EVT_WAIT_MS	((int)(5000 * tap_factor))
/* How long to look for an event that must not come. */
#define EVT_QUIET_MS	80
#define EVT_SETTLE_MS	20	/* for what a bind may make twice */

#define EVT_POLL_ALL	((short)0xffff)

/* Each gives what the system call gave: -1 and errno, or the result. */
int evt_bind_virq(int fd, uint32_t virq);
int evt_bind_unbound(int fd, uint32_t domain);
int evt_bind_interdomain(int fd, uint32_t domain, uint32_t port);
int evt_bind_static(int fd, uint32_t port);
int evt_unbind(int fd, uint32_t port);
int evt_notify(int fd, uint32_t port);
int evt_reset(int fd);
int evt_restrict(int fd, uint16_t domain);

/* The rest checks, and ends the case when something is wrong. */
int evt_open(int flags);		/* O_RDWR and those */
void evt_unmask(int fd, uint32_t port);	/* write() of one port */
void evt_wait(int fd);			/* until the ring holds something */
uint32_t evt_take(int fd);		/* waits, then a 4-byte read() */
void evt_expect(int fd, uint32_t port);	/* takes; it must be this one */
void evt_cycle(int fd, uint32_t port);	/* expects and unmasks */
/*
 * Of the port bound last, after its first event: while the kernel moves a new
 * interrupt to another CPU, Xen may raise that event again under whoever takes
 * it (docs/design.md).
 */
void evt_settle(int fd, uint32_t port);
/* Waits for the first events of n ports just bound; all quiet and armed then. */
void evt_settle_first(int fd, size_t n);
void evt_silent(int fd);		/* nothing there, nothing comes */
short evt_poll(int fd, int ms);		/* revents, with every bit asked for */
void evt_take_all(int fd, uint32_t *ports, size_t n);	/* waits for n ports */
/* Takes what is there until it is quiet; gives the number of ports. */
size_t evt_drain(int fd, uint32_t *ports, size_t max);

/*
 * The in-tree driver, rather than one that fixes it: for cases that would
 * bring the kernel down there.
 */
bool evt_is_in_tree(void);

struct loop {
	int fd;			/* of port b, where events are read */
	int fd_a;		/* of port a, that is notified; may be the same */
	uint32_t a;
	uint32_t b;
};

/* Binds both; leaves the one immediate event of port b to be read. */
struct loop loop_bind(int fd_a, int fd);
/* Opens O_NONBLOCK files, binds, takes the immediate event: quiet and armed. */
struct loop loop_open(void);		/* one file for both ports */
struct loop loop_open_two(void);
void loop_fire(struct loop *l);		/* NOTIFY of a: an event on b */
void loop_fire_wait(struct loop *l);	/* and until it can be read */
/* Takes one event of each of these, all read through one file; arms them. */
void loop_settle(struct loop *l, int n);
/*
 * Moves these, all read through one file and without events, and the caller to
 * CPU 0: from then on an event can be read when loop_fire() returns.
 */
void loop_pin(struct loop *l, int n);

/* A thread that sleeps in read() of one port. */
struct reader;
struct reader *reader_start(int fd);	/* returns when it sleeps */
void reader_signal(struct reader *r, int sig);
bool reader_done(struct reader *r, int ms);
/* Waits for its end: the port, or -errno. */
long long reader_join(struct reader *r);

#endif
