// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest writes on its console, on its way through xenconsoled to the
 * terminal that `xl console` would show. Nobody else may be reading there.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

/*
 * A burst: xenconsoled has a guest wait that sent too many events within 200 ms,
 * so each begins after a rest.
 */
#define BYTES	32768
#define REST	500
#define SAMPLES	11

static int terminal = -1;

static void open_terminal(void)
{
	char *path = guest_node("console/tty");
	struct termios t;

	if (!path)
		die("the guest's console has no terminal");
	terminal = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (terminal < 0 || tcgetattr(terminal, &t))
		die("%s", path);
	free(path);
	cfmakeraw(&t);
	if (tcsetattr(terminal, TCSANOW, &t))
		die("raw terminal");
}

/* What is there, after a sleep if need be; 0 when nothing came for so long. */
static unsigned int read_some(int milliseconds)
{
	struct pollfd p = { .fd = terminal, .events = POLLIN };
	static char buf[4096];
	ssize_t n;

	if (poll(&p, 1, milliseconds) <= 0)
		return 0;
	n = read(terminal, buf, sizeof(buf));
	if (n <= 0)
		die("reading the console");
	return n;
}

/* From the first of it to the last, in nanoseconds for each byte. */
static double one_sample(void)
{
	unsigned int first, n = 0, got;
	uint64_t start;

	/* What an earlier run or the kernel has written. */
	while (read_some(REST))
		;
	guest_begin("console %u", BYTES);
	first = read_some(60000);
	start = now();
	for (n = first; n < BYTES; n += got) {
		got = read_some(10000);
		if (!got)
			die("%u of %u bytes on the console", n, BYTES);
	}
	start = now() - start;
	guest_end();
	return (double)start / (n - first);
}

static void run_console(const struct benchmark *b, unsigned int value)
{
	struct result r = result_of(b, value);
	unsigned int i;
	double ns;

	open_terminal();
	one_sample();
	for (i = 0; i < SAMPLES; i++) {
		ns = one_sample();
		sample_add(&r.sample, environment.icount == 1 ? ns : 1e9 / ns);
	}
	close(terminal);
	r.metric = "bytes_per_second";
	r.unit = "bytes/s";
	r.higher = true;
	if (environment.icount == 1) {
		r.metric = "instructions_per_byte";
		r.unit = "instructions";
		r.higher = false;
	}
	r.subject = guest_subject();
	publish(&r);
}

const struct benchmark bench_console[] = {
	{ .name = "guest-console/write", .text = "what a guest writes, through xenconsoled",
	  .needs = NEEDS_GUEST, .run = run_console },
	{ 0 }
};
