// SPDX-License-Identifier: GPL-2.0
/*
 * What everybody knows, in the same boot: n events sent and taken through an
 * eventfd, a pipe, io_uring NOPs and BPF's ring buffer. No driver, no Xen.
 */
#include <liburing.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bench.h"
#include "bpf.h"

#define SAMPLE	64	/* events, or a round of more */
#define MOST	1024

struct yard {
	void (*open)(void);
	void (*round)(unsigned int n);
	void (*close)(void);
};

static int fd[2];

static void eventfd_opens(void)
{
	fd[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd[0] < 0)
		die("eventfd");
}

static void eventfd_round(unsigned int n)
{
	const uint64_t one = 1;
	unsigned int i;
	uint64_t sum;

	for (i = 0; i < n; i++)
		if (write(fd[0], &one, sizeof(one)) != sizeof(one))
			die("eventfd");
	if (read(fd[0], &sum, sizeof(sum)) != sizeof(sum) || sum != n)
		die("eventfd");
}

static void eventfd_closes(void)
{
	close(fd[0]);
}

static const struct yard by_eventfd = { eventfd_opens, eventfd_round, eventfd_closes };

static void pipe_opens(void)
{
	if (pipe(fd))
		die("pipe");
}

static void pipe_round(unsigned int n)
{
	uint32_t i, port[MOST];

	for (i = 0; i < n; i++)
		if (write(fd[1], &i, sizeof(i)) != sizeof(i))
			die("pipe");
	if (read(fd[0], port, n * sizeof(*port)) != (ssize_t)(n * sizeof(*port)) ||
	    port[n - 1] != n - 1)
		die("pipe");
}

static void pipe_closes(void)
{
	close(fd[0]);
	close(fd[1]);
}

static const struct yard by_pipe = { pipe_opens, pipe_round, pipe_closes };

static struct io_uring ring;

static void nop_opens(void)
{
	struct io_uring_params p = {
		.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
	};

	if (io_uring_queue_init_params(MOST, &ring, &p))
		die("io_uring");
}

static void nop_round(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		io_uring_prep_nop(io_uring_get_sqe(&ring));
	if (io_uring_submit_and_wait(&ring, n) != (int)n || io_uring_cq_ready(&ring) != n)
		die("io_uring");
	io_uring_cq_advance(&ring, n);
}

static void nop_closes(void)
{
	io_uring_queue_exit(&ring);
}

static const struct yard by_nop = { nop_opens, nop_round, nop_closes };

static struct bpf_ring bpf;

static void bpf_opens(void)
{
	if (!bpf_ring_open(&bpf, true))
		die("BPF");
}

/* The same system call and program, but for the ring buffer. */
static void bpf_empty_opens(void)
{
	if (!bpf_ring_open(&bpf, false))
		die("BPF");
}

static void bpf_round(unsigned int n)
{
	bpf_ring_run(&bpf, n);
	if (bpf_ring_take(&bpf) != n)
		die("BPF ring buffer");
}

static void bpf_empty_round(unsigned int n)
{
	bpf_ring_run(&bpf, n);
}

static void bpf_closes(void)
{
	bpf_ring_close(&bpf);
}

static const struct yard by_bpf = { bpf_opens, bpf_round, bpf_closes };
static const struct yard by_bpf_empty = { bpf_empty_opens, bpf_empty_round, bpf_closes };

struct job {
	const struct yard *yard;
	unsigned int n;
};

static void some_rounds(void *arg)
{
	const struct job *j = arg;
	unsigned int i;

	for (i = 0; i < SAMPLE; i += j->n)
		j->yard->round(j->n);
}

static void run_yard(const struct benchmark *b, unsigned int n)
{
	static const struct steps steps = { .timed = some_rounds };
	struct job j = { b->data, n };

	let_settle();
	j.yard->open();
	measure_publish(b, n, &steps, &j, n < SAMPLE ? SAMPLE : n);
	j.yard->close();
}

#define COMMON .parameter = "batch", .value = { 1, 8, 64, MOST }, \
	.subject = "linux", .run = run_yard

const struct benchmark bench_yard[] = {
	{ .name = "yardstick/eventfd", .text = "as many write()s and one read(): eventfd",
	  .needs = NEEDS_ONE_CPU, COMMON, .data = &by_eventfd },
	{ .name = "yardstick/pipe", .text = "... pipe, 4 bytes each",
	  .needs = NEEDS_ONE_CPU, COMMON, .data = &by_pipe },
	{ .name = "yardstick/nop", .text = "io_uring NOPs, one io_uring_enter() for all",
	  .needs = NEEDS_ONE_CPU | NEEDS_URING, COMMON, .data = &by_nop },
	{ .name = "yardstick/bpf", .text = "BPF ring buffer, filled by BPF_PROG_TEST_RUN",
	  .needs = NEEDS_ONE_CPU | NEEDS_BPF, COMMON, .data = &by_bpf },
	{ .name = "yardstick/bpf-run", .text = "... the same without the ring buffer",
	  .needs = NEEDS_ONE_CPU | NEEDS_BPF, COMMON, .data = &by_bpf_empty },
	{ 0 }
};
