// SPDX-License-Identifier: GPL-2.0
/* What a guest does for an evtbench in another domain: see guest.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

/* Whoever asked may be gone: nobody plays on for ever. */
#define PLAY_SECONDS	600

static struct store own;
static unsigned int number;

static void put(const char *node, const char *text)
{
	if (!store_write(&own, node, text))
		die("writing %s", node);
}

static void answer(const char *text)
{
	char line[GUEST_TEXT];

	snprintf(line, sizeof(line), "%u %s", number, text);
	put(GUEST_ANSWER, line);
}

/* Connecting has made one event on each port. */
static void take_first(struct end *e)
{
	unsigned int i;

	for (i = 0; i < e->s.n; i++)
		e->s.sent[i] = 1;
	while (stream_lost(&e->s))
		end_turn(e);
	end_flush(e);
	for (i = 0; i < e->s.n; i++)
		e->s.sent[i] = 2;
}

static void play(char *words)
{
	static struct end e;
	unsigned int remote[GUEST_PORTS + 1], i, n = 0;
	const char *way = strtok(words, " "), *word;

	while (n <= GUEST_PORTS && (word = strtok(NULL, " ")))
		remote[n++] = strtoul(word, NULL, 10);
	if (n < 2 || !end_open(&e, way, n - 1)) {
		answer("failed: no such way here");
		return;
	}
	for (i = 0; i < n; i++)
		end_bind(&e, i, 0, remote[i]);
	alarm(PLAY_SECONDS);
	take_first(&e);
	answer("ready");
	for (e.answer = true; !e.over; )
		end_turn(&e);
	end_close(&e);
	alarm(0);
}

static void store(const char *words)
{
	char what[16], text[32];
	struct storm s;
	unsigned int n;
	uint64_t start;

	if (sscanf(words, "%15s %u", what, &n) != 2 ||
	    !storm_open(&s, STORE_XENBUS, what, "data/evtbench/storm")) {
		answer("failed: no such requests here");
		return;
	}
	start = now();
	storm_blow(&s, n);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)(now() - start));
	storm_close(&s);
	answer(text);
}

/* As it is: a newline would else become two characters. */
static int open_console(void)
{
	struct termios t;
	int fd = open("/dev/hvc0", O_WRONLY | O_NOCTTY);

	if (fd < 0 || tcgetattr(fd, &t))
		return -1;
	t.c_oflag &= ~OPOST;
	return tcsetattr(fd, TCSANOW, &t) ? -1 : fd;
}

static void console(const char *words)
{
	static const char line[] =
		"evtbench: a line of sixty-four characters, which counts itself.\n";
	unsigned int left = strtoul(words, NULL, 10) / 64;
	int fd = open_console();

	if (fd < 0) {
		answer("failed: no console");
		return;
	}
	answer("writing");
	while (left--)
		if (write(fd, line, 64) != 64)
			die("writing to the console");
	close(fd);
}

static bool obey(char *text)
{
	char *words;
	unsigned int asked = strtoul(text, &words, 10);

	/* Its watch fires at the beginning, too. */
	if (asked == number)
		return true;
	number = asked;
	words += strspn(words, " ");
	if (!strncmp(words, "play ", 5))
		play(words + 5);
	else if (!strncmp(words, "store ", 6))
		store(words + 6);
	else if (!strncmp(words, "console ", 8))
		console(words + 8);
	else if (!strcmp(words, "over") || !strcmp(words, "end"))
		answer("ready");
	else
		answer("failed: not understood");
	return strcmp(words, "end");
}

/* One that was there before us was for another. */
static void begin(void)
{
	char text[128];

	if (!store_open(&own, NULL))
		die("no xenstore");
	store_remove(&own, GUEST_REQUEST);
	snprintf(text, sizeof(text), "%s %s", subject(), environment.kernel);
	put(GUEST_ANSWER, "0 ready");
	if (!store_watch(&own, GUEST_REQUEST))
		die("watch");
	put(GUEST_STATE, text);
}

void serve(void)
{
	bool on = true;
	char *text;

	begin();
	while (on) {
		store_wait(&own, 0);
		text = store_read(&own, GUEST_REQUEST);
		if (text)
			on = obey(text);
		free(text);
	}
	store_remove(&own, GUEST_STATE);
}
