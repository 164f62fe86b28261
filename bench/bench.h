/* SPDX-License-Identifier: GPL-2.0 */
/*
 * evtbench: what an event costs, from NOTIFY to rearm, over loopback ports.
 *
 * A stream is n pairs of ports: "peer" on a file that only sends, "port" on
 * the receiving side, which a way opens, binds, takes from and rearms.
 */
#ifndef EVTBENCH_H
#define EVTBENCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "environment.h"
#include "result.h"

#define MAX_PORTS	4096

struct stream;

/**
 * struct way - one way for a client to receive
 * @key: its name in figures
 * @title: its name for people
 * @open: opens the receiving side; false when the driver has no such thing
 * @bind: binds to @peer of this domain, returns the local port
 * @take: takes up to @max waiting events, rearms them, returns how many
 * @wait: sleeps until there may be an event
 */
struct way {
	const char *key;
	const char *title;
	bool (*open)(struct stream *s);
	unsigned int (*bind)(struct stream *s, unsigned int peer);
	unsigned int (*take)(struct stream *s, unsigned int max);
	void (*wait)(struct stream *s, int milliseconds);
	void (*close)(struct stream *s);
};

struct stream {
	const struct way *way;
	unsigned int n;
	int tx;				/* NOTIFY goes here */
	int rx;				/* the receiving descriptor, for poll() */
	void *handle;			/* of the library, if one is used */
	int waiter;			/* what a way sleeps on, if it is not rx */
	unsigned int *port;
	unsigned int *peer;
	unsigned int *index;		/* port -> number of its pair */
	uint32_t buf[1024];		/* a page of ports */
	/* Written by the sender, then by the receiver; read by the other. */
	uint32_t *sent;
	uint32_t *got;
	uint64_t total_sent;
	uint64_t total_got;
	uint64_t duplicated;		/* taken, but never sent */
	uint64_t foreign;		/* no port of ours */
	/* Told of each event as it is taken, if anybody wants to know. */
	void (*on_got)(void *arg, unsigned int pair);
	void *arg;
};

extern const struct way way_lib, way_raw, way_batch, way_mapped;
extern const struct way way_blocking, way_epoll, way_sigio;	/* sleepers.c */
extern const struct way way_uring, way_multishot;		/* uring.c */
extern const struct way way_batch_busy, way_mapped_busy;	/* busy.c */

/* stream.c */
bool stream_open(struct stream *s, const struct way *w, unsigned int n);
void stream_close(struct stream *s);
void stream_send(struct stream *s, unsigned int first, unsigned int count);
void stream_got(struct stream *s, unsigned int port);
uint64_t stream_lost(const struct stream *s);
unsigned int stream_drain(struct stream *s, unsigned int count, unsigned int batch);
int evtchn_open(int flags);
unsigned int evtchn_bind_unbound(int fd);
int evtchn_bind_interdomain(int fd, unsigned int peer);
void evtchn_notify(int fd, unsigned int port);
int evtchn_unbind(int fd, unsigned int port);
void evtchn_reset(int fd);

/**
 * struct benchmark - one measured thing
 * @name: family/thing
 * @text: what is measured, for people
 * @needs: what it cannot do without: NEEDS_
 * @on_request: only when named in full: it takes long, or is no measure
 * @parameter: name of what is varied, or NULL
 * @value: what it takes, until 0
 * @run: measures with one value, and hands its results to publish()
 * @data: of the family's own
 * @subject: what is measured if it is not the driver that is loaded, or NULL
 */
struct benchmark {
	const char *name, *text;
	unsigned int needs;
	bool on_request;
	const char *parameter;
	unsigned int value[6];
	void (*run)(const struct benchmark *b, unsigned int value);
	const void *data;
	const char *subject;
};

#define NEEDS_DRIVER	(1U << 0)	/* /dev/xen/evtchn */
#define NEEDS_RING	(1U << 1)	/* a driver whose ring can be mapped */
#define NEEDS_ONE_CPU	(1U << 2)	/* NOTIFY returns after its upcall there */
#define NEEDS_CPUS	(1U << 3)	/* two at least */
#define NEEDS_LIB	(1U << 4)	/* Xen's libxenevtchn, linked in */
#define NEEDS_FLOOR	(1U << 5)	/* figures of bench/floor's module */
#define NEEDS_HOLD	(1U << 6)	/* a driver built to be stopped: DEBUG=1 */
#define NEEDS_STORE	(1U << 7)	/* xenstored, which answers */
#define NEEDS_GUEST	(1U << 8)	/* one in which evtbench serves */
#define NEEDS_GUEST_RING (1U << 9)	/* ... with a driver whose ring can be mapped */
#define NEEDS_CONFIG	(1U << 10)	/* of a guest, for xl */
#define NEEDS_URING	(1U << 11)	/* io_uring */
#define NEEDS_MULTISHOT	(1U << 12)	/* its multishot read, and a driver for it */
#define NEEDS_BPF	(1U << 13)	/* its ring buffer */

/* Families, one file each; they end with one that has no name. */
extern const struct benchmark bench_round[], bench_call[], bench_batch[];
extern const struct benchmark bench_consume[], bench_mapped[], bench_count[];
extern const struct benchmark bench_defects[], bench_live[], bench_latency[];
extern const struct benchmark bench_stall[];
extern const struct benchmark bench_fds[], bench_notify[], bench_scale[], bench_lifetime[];
extern const struct benchmark bench_stopped[], bench_limit[];
extern const struct benchmark bench_store[], bench_boot[], bench_guest[], bench_console[];
extern const struct benchmark bench_trip[], bench_pingpong[], bench_yard[];
extern const struct benchmark bench_smp[], bench_coalesce[];

/* evtbench.c: what the command line asked for */
extern unsigned int opt_ports;
extern unsigned int opt_seconds;
extern uint64_t opt_events;
extern unsigned int opt_guest;		/* domain, or 0 */
extern const char *opt_config;		/* of a guest to create, or NULL */
extern unsigned int opt_boots;		/* how often */

/* needs.c */
unsigned int needs_missing(unsigned int needs);
void needs_text(unsigned int needs, char *buf, unsigned int size);

/* clock.c */
uint64_t now(void);
void clock_calibrate(void);
void relax(void);	/* in a loop that waits */
void let_settle(void);	/* before the first sample */
extern uint64_t clock_overhead;	/* what reading the clock costs */

/**
 * struct steps - what is done for one sample
 * @before: not timed, or NULL
 * @timed: what is timed
 * @after: not timed, or NULL
 */
struct steps {
	void (*before)(void *arg);
	void (*timed)(void *arg);
	void (*after)(void *arg);
};

/* measure.c */
const char *subject(void);	/* whose figures: evtmmap, in-tree, linux */
struct result result_of(const struct benchmark *b, unsigned int value);
/* The metric of a cost: instructions where time counts them, or nanoseconds. */
void result_is_cost(struct result *r);
void measure(struct result *r, const struct steps *steps, void *arg,
	     unsigned int events);
void measure_publish(const struct benchmark *b, unsigned int value,
		     const struct steps *steps, void *arg, unsigned int events);
uint64_t steal_ms(void);

/* out.c */
void publish(struct result *r);
void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* ways.c, mapped.c: what other ways are made of */
bool raw_open(struct stream *s);
unsigned int raw_bind(struct stream *s, unsigned int peer);
unsigned int batch_take(struct stream *s, unsigned int max);
void raw_wait(struct stream *s, int milliseconds);
void raw_close(struct stream *s);
bool mapped_open(struct stream *s);
unsigned int mapped_bind(struct stream *s, unsigned int peer);
unsigned int mapped_take(struct stream *s, unsigned int max);
void mapped_close(struct stream *s);

/* mapped.c */
struct evtmmap_event;
unsigned int mapped_peek(struct stream *s, const struct evtmmap_event **ev,
			 unsigned int max);
void mapped_release(struct stream *s, unsigned int n);
void mapped_rearm(struct stream *s, const uint32_t *ports, unsigned int n);

/* take.c */
unsigned int mapped_take_only(struct stream *s, unsigned int batch);
void mapped_rearm_all(struct stream *s);

/* round.c: n pairs of ports, both ends on one handle */
struct evtmmap;
struct evtmmap *round_open(unsigned int n);	/* NULL without a mapped ring */
/* Takes up to @max, and queues the answers; returns how many. */
unsigned int round_answer(struct evtmmap *h, unsigned int max);
/* Takes n, answers, and waits for the next n. */
void round_enter(struct evtmmap *h, unsigned int n);

/* latency.c: open loop, or closed with a rate of 0; opt_events, or @most */
void latency_measure(struct result *r, const struct way *way, unsigned int rate,
		     unsigned int most);

/* uring.c, bpf.c */
bool uring_here(void);
bool uring_multishot_here(void);
bool bpf_here(void);

/* wrap.c */
extern uint64_t wrapped_calls;

/* lifetime.c: until the kernel has freed what so many ports had that are closed */
void settle_ports(unsigned int ports);

/* thread.c */
void run_on_cpu(unsigned int cpu);
void run_on_any_cpu(void);
void thread_start(pthread_t *thread, void *(*what)(void *), void *arg);

/* Where we run; read before anything is measured. */
extern struct environment environment;

#endif
