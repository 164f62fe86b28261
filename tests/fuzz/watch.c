// SPDX-License-Identifier: GPL-2.0
/* Whoever watches the threads, and says what they did when something is wrong. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "fuzz.h"

#define LOOK_MS		20	/* between two looks at the threads */
#define STILL_LOOKS	2	/* asleep for that long: a signal */
#define DEAD_SECONDS	120	/* nothing moves it: a bug */

static void show(const struct fuzz_thread *t)
{
	uint64_t last = t->step, n = last < FUZZ_TRACE ? 0 : last - FUZZ_TRACE + 1;

	for (; n <= last; n++) {
		const struct fuzz_step *s = &t->trace[n % FUZZ_TRACE];

		if (s->op && s->n == n)
			tap_note("thread %d step %llu: %s(%#lx, %#lx, %#lx) = %ld",
				 t->number, (unsigned long long)n, s->op,
				 s->arg[0], s->arg[1], s->arg[2], s->result);
	}
}

void fuzz_give_up(const char *why, const struct fuzz_thread *threads, int n)
{
	int i;

	tap_note("seed %llu", (unsigned long long)fuzz_seeded);
	for (i = 0; i < n; i++)
		show(&threads[i]);
	tap_fail(__FILE__, __LINE__, "%s (seed %llu)", why,
		 (unsigned long long)fuzz_seeded);
}

/* What the kernel says of itself ends the run where it stands. */
static void listen_to_kernel(int fd, const struct fuzz_thread *threads, int n)
{
	static const char *const bad[] = {
		"BUG", "WARNING", "KASAN", "UBSAN", "Oops", "INFO: ",
	};
	char record[2048], *text;
	unsigned int i;
	ssize_t rc;

	/* A record is "level,number,time,flags;text"; EPIPE: some were lost. */
	while ((rc = read(fd, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		record[rc > 0 ? rc : 0] = '\0';
		text = strchr(record, ';');
		if (!text || strstr(text, "traps: "))
			continue;
		*strchrnul(++text, '\n') = '\0';
		for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
			if (strstr(text, bad[i]))
				fuzz_give_up(text, threads, n);
	}
}

static int open_log(void)
{
	int fd = CHECK_OK(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));

	CHECK_OK(lseek(fd, 0, SEEK_END));
	return fd;
}

/* Until all are done: wakes sleepers, and sees whether they still wake. */
void fuzz_watch(struct fuzz_thread *threads, const pthread_t *ids, int n)
{
	uint64_t seen[FUZZ_THREADS] = { 0 };
	double since[FUZZ_THREADS], now;
	int log = open_log(), i, left;

	for (i = 0; i < n; i++)
		since[i] = seconds();
	do {
		usleep(LOOK_MS * 1000);
		listen_to_kernel(log, threads, n);
		now = seconds();
		for (i = left = 0; i < n; i++) {
			uint64_t at = __atomic_load_n(&threads[i].step, __ATOMIC_ACQUIRE);

			if (at == threads[i].steps)
				continue;
			left++;
			if (at != seen[i])
				since[i] = now;
			else if (now - since[i] > DEAD_SECONDS * tap_factor)
				fuzz_give_up("a thread has stopped for ever", threads, n);
			else if (now - since[i] > STILL_LOOKS * LOOK_MS / 1000.0)
				pthread_kill(ids[i], SIGUSR1);
			seen[i] = at;
		}
	} while (left);
	listen_to_kernel(log, threads, n);
	close(log);
}
