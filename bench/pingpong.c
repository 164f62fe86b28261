// SPDX-License-Identifier: GPL-2.0
/*
 * Two threads on one CPU, each of which sleeps until the other has sent it n
 * events: what an event costs when its consumer sleeps, two context switches in
 * each round included. Under SCHED_FIFO the one that is woken waits until the
 * other sleeps, so that a batch stays one. eventfd and pipe do the same.
 */
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <evtmmap.h>

#include "bench.h"

#define SAMPLE	64	/* events, or a round of more */

struct player;

/**
 * struct play - what the two have between them
 * @open: of the second one by its own thread, after the first one's
 * @await: sleeps until n events were taken
 * @answer: sends n to the other
 * @flush: what @answer left to the next @await, or NULL
 * @serves: nothing is there at first: the second one begins
 */
struct play {
	void (*open)(struct player *p);
	void (*await)(struct player *p);
	void (*answer)(struct player *p);
	void (*flush)(struct player *p);
	void (*close)(struct player *p);
	bool serves;
};

struct player {
	const struct play *play;
	struct player *other;
	unsigned int n;
	bool first;
	struct stream s;
	struct evtmmap *h;
	int fd[2];		/* read here, written by the other */
};

static struct player side[2];
static const struct way *way;
static pthread_barrier_t opened;
static bool over;

/* By events, in one of the ways. */

static void way_opens(struct player *p)
{
	stream_open(&p->s, way, p->n);
}

static void way_awaits(struct player *p)
{
	unsigned int taken, done = 0;

	while (done < p->n) {
		taken = way->take(&p->s, p->n);
		if (!taken)
			way->wait(&p->s, 1000);
		done += taken;
	}
}

static void way_answers(struct player *p)
{
	stream_send(&p->other->s, 0, p->n);
}

static void way_closes(struct player *p)
{
	if (p->s.duplicated || p->s.foreign)
		die("%s: events came twice", way->key);
	stream_close(&p->s);
}

static const struct play ways = {
	way_opens, way_awaits, way_answers, NULL, way_closes, true,
};

/* By ENTER. A connected port has an event at once: that is the first round's. */

static void check(int ret)
{
	if (ret < 0)
		die("libevtmmap: %s", evtmmap_strerror(ret));
}

static void enter_opens(struct player *p)
{
	unsigned int i;
	int port;

	check(evtmmap_open(&p->h, NULL));
	for (i = 0; i < p->n && !p->first; i++) {
		port = evtmmap_bind_unbound(p->other->h, 0);
		check(port);
		check(evtmmap_bind_interdomain(p->h, 0, port));
	}
}

static void enter_awaits(struct player *p)
{
	check(evtmmap_submit_wait(p->h, p->n, -1));
}

static void enter_answers(struct player *p)
{
	if (round_answer(p->h, p->n) != p->n)
		die("ENTER woke for fewer than %u events", p->n);
}

static void enter_flushes(struct player *p)
{
	check(evtmmap_submit(p->h));
}

static void enter_closes(struct player *p)
{
	evtmmap_close(p->h);
}

static const struct play by_enter = {
	enter_opens, enter_awaits, enter_answers, enter_flushes, enter_closes, false,
};

/* By eventfd, which adds up, and by a pipe. */

static void eventfd_opens(struct player *p)
{
	p->fd[0] = p->fd[1] = eventfd(0, EFD_CLOEXEC);
	if (p->fd[0] < 0)
		die("eventfd");
}

static void eventfd_awaits(struct player *p)
{
	uint64_t n;
	unsigned int done;

	for (done = 0; done < p->n; done += n)
		if (read(p->fd[0], &n, sizeof(n)) != sizeof(n))
			die("eventfd");
}

static void eventfd_answers(struct player *p)
{
	const uint64_t one = 1;
	unsigned int i;

	for (i = 0; i < p->n; i++)
		if (write(p->other->fd[1], &one, sizeof(one)) != sizeof(one))
			die("eventfd");
}

static void fd_closes(struct player *p)
{
	if (p->fd[1] != p->fd[0])
		close(p->fd[1]);
	close(p->fd[0]);
}

static const struct play by_eventfd = {
	eventfd_opens, eventfd_awaits, eventfd_answers, NULL, fd_closes, true,
};

static void pipe_opens(struct player *p)
{
	if (pipe(p->fd))
		die("pipe");
}

static void pipe_awaits(struct player *p)
{
	uint32_t ports[1024];
	unsigned int done;
	ssize_t bytes;

	for (done = 0; done < p->n; done += bytes / 4) {
		bytes = read(p->fd[0], ports, (p->n - done) * 4);
		if (bytes <= 0)
			die("pipe");
	}
}

static void pipe_answers(struct player *p)
{
	uint32_t i;

	for (i = 0; i < p->n; i++)
		if (write(p->other->fd[1], &i, sizeof(i)) != sizeof(i))
			die("pipe");
}

static const struct play by_pipe = {
	pipe_opens, pipe_awaits, pipe_answers, NULL, fd_closes, true,
};

static void *second(void *arg)
{
	struct player *p = arg;

	p->play->open(p);
	pthread_barrier_wait(&opened);
	if (p->play->serves)
		p->play->answer(p);
	for (;;) {
		p->play->await(p);
		if (__atomic_load_n(&over, __ATOMIC_ACQUIRE))
			return NULL;
		p->play->answer(p);
	}
}

static void some_rounds(void *arg)
{
	struct player *p = arg;
	unsigned int i;

	for (i = 0; i < SAMPLE / 2; i += p->n) {
		p->play->await(p);
		p->play->answer(p);
	}
}

static void real_time(bool on)
{
	struct sched_param param = { .sched_priority = on };

	if (sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &param))
		die("SCHED_FIFO");
}

/* After the other's last answer: what is sent now only tells it to go. */
static void finish(struct player *p)
{
	p->play->await(p);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	p->play->answer(p);
	if (p->play->flush)
		p->play->flush(p);
}

static void play(const struct benchmark *b, unsigned int n, const struct play *of)
{
	static const struct steps steps = { .timed = some_rounds };
	unsigned int i, rounds = n < SAMPLE / 2 ? SAMPLE / 2 / n : 1;
	pthread_t thread;

	memset(side, 0, sizeof(side));
	over = false;
	for (i = 0; i < 2; i++)
		side[i] = (struct player){ .play = of, .other = &side[!i], .n = n,
					   .first = !i };
	let_settle();
	real_time(true);
	of->open(&side[0]);
	if (pthread_barrier_init(&opened, NULL, 2) ||
	    pthread_create(&thread, NULL, second, &side[1]))
		die("pthread_create");
	pthread_barrier_wait(&opened);
	measure_publish(b, n, &steps, &side[0], 2 * n * rounds);
	finish(&side[0]);
	pthread_join(thread, NULL);
	real_time(false);
	pthread_barrier_destroy(&opened);
	of->close(&side[0]);
	of->close(&side[1]);
}

static void run_way(const struct benchmark *b, unsigned int n)
{
	way = b->data;
	play(b, n, &ways);
}

static void run_play(const struct benchmark *b, unsigned int n)
{
	play(b, n, b->data);
}

#define NEEDS (NEEDS_DRIVER | NEEDS_ONE_CPU)
#define BATCHES .parameter = "batch", .value = { 1, 8, 64 }

const struct benchmark bench_pingpong[] = {
	{ .name = "pingpong/lib", .text = "consumers that sleep: poll(), libxenevtchn",
	  .needs = NEEDS | NEEDS_LIB, BATCHES, .run = run_way, .data = &way_lib },
	{ .name = "pingpong/poll", .text = "... poll(), read() and write() of as many",
	  .needs = NEEDS, BATCHES, .run = run_way, .data = &way_batch },
	{ .name = "pingpong/epoll", .text = "... epoll, read() and write()",
	  .needs = NEEDS, BATCHES, .run = run_way, .data = &way_epoll },
	{ .name = "pingpong/blocking", .text = "... in read(), and write()",
	  .needs = NEEDS, BATCHES, .run = run_way, .data = &way_blocking },
	{ .name = "pingpong/sigio", .text = "... until SIGIO, read() and write()",
	  .needs = NEEDS, BATCHES, .run = run_way, .data = &way_sigio },
	{ .name = "pingpong/uring", .text = "... io_uring read and write",
	  .needs = NEEDS | NEEDS_URING, BATCHES, .run = run_way, .data = &way_uring },
	{ .name = "pingpong/multishot", .text = "... io_uring multishot read, and write",
	  .needs = NEEDS | NEEDS_MULTISHOT, BATCHES, .run = run_way,
	  .data = &way_multishot },
	{ .name = "pingpong/enter", .text = "... ENTER",
	  .needs = NEEDS | NEEDS_RING, BATCHES, .run = run_play, .data = &by_enter },
	{ .name = "pingpong/eventfd", .text = "... read() of an eventfd",
	  .needs = NEEDS_ONE_CPU, BATCHES, .subject = "linux", .run = run_play,
	  .data = &by_eventfd },
	{ .name = "pingpong/pipe", .text = "... read() of a pipe",
	  .needs = NEEDS_ONE_CPU, BATCHES, .subject = "linux", .run = run_play,
	  .data = &by_pipe },
	{ 0 }
};
