/* SPDX-License-Identifier: GPL-2.0 */
/*
 * evtbench: what an event costs, from NOTIFY to rearm, over loopback ports.
 *
 * A stream is n pairs of ports: "peer" on a file that only sends, "port" on
 * the receiving side, which a way opens, binds, takes from and rearms.
 */
#ifndef EVTBENCH_H
#define EVTBENCH_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_PORTS	4096
#define NA		(-1.0)		/* a figure this driver cannot give */

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
};

extern const struct way way_lib, way_raw, way_batch, way_mapped;

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

/* Groups of figures, one file each */
void bench_micro(void);
void bench_ways(void);
void bench_mapped(void);
void bench_enter(void);
void bench_rounds(void);
void bench_count(void);
void bench_poller(void);
void bench_defects(void);
void bench_live(void);
void bench_stall(void);

/* evtbench.c: what the command line asked for */
extern unsigned int opt_ports;
extern unsigned int opt_seconds;
extern uint64_t opt_events;

/* clock.c */
uint64_t now(void);
void clock_calibrate(void);
double per_event(uint64_t *ns, unsigned int runs, unsigned int events);

/* out.c */
extern bool out_tsv;
void title(const char *text);
void figure(const char *key, double value, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* mapped.c */
unsigned int mapped_take_only(struct stream *s, unsigned int batch);
void mapped_rearm_all(struct stream *s);

/* enter.c: n pairs of ports, both ends on one handle */
struct evtmmap;
struct evtmmap *round_open(unsigned int n);	/* NULL without a mapped ring */
/* Takes what is there, and queues the answers; returns how many. */
unsigned int round_answer(struct evtmmap *h);
/* Takes n, answers, and waits for the next n. */
void round_enter(struct evtmmap *h, unsigned int n);

/* wrap.c */
extern uint64_t wrapped_calls;

#endif
