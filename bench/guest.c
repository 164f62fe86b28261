// SPDX-License-Identifier: GPL-2.0
/* The guest that was named by -g, and what is asked of it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

/* Emulated guests are slow; one that is gone does not come back. */
#define PATIENCE	120

static struct store store;
static unsigned int asked;

static void path_of(const char *name, char *path, size_t size)
{
	snprintf(path, size, "/local/domain/%u/%s", opt_guest, name);
}

char *guest_node(const char *name)
{
	char path[128];

	path_of(name, path, sizeof(path));
	return store_read(&store, path);
}

static void connect_guest(void)
{
	char path[128], *text;

	if (!store_open(&store, NULL))
		return;
	text = guest_node(GUEST_STATE);
	if (!text)
		return;
	snprintf(environment.guest, sizeof(environment.guest), "%s", text);
	free(text);
	path_of(GUEST_ANSWER, path, sizeof(path));
	if (!store_watch(&store, path))
		die("watch of %s", path);
}

bool guest_here(void)
{
	static bool tried;

	if (opt_guest && !tried)
		connect_guest();
	tried = true;
	return environment.guest[0];
}

bool guest_has_ring(void)
{
	return guest_here() && !strncmp(environment.guest, "evtmmap", 7);
}

const char *guest_subject(void)
{
	static char both[64];
	char theirs[24];
	const char *own = subject();

	snprintf(theirs, sizeof(theirs), "%.*s", (int)strcspn(environment.guest, " "),
		 environment.guest);
	if (!strcmp(own, theirs))
		return own;
	snprintf(both, sizeof(both), "%s/%s", own, theirs);
	return both;
}

static void write_request(const char *fmt, va_list ap)
{
	char path[128], text[GUEST_TEXT];
	int n;

	/* An answer to an earlier run would be taken for one to ours. */
	if (!asked)
		asked = now() / 1000000 % 1000000000;
	n = snprintf(text, sizeof(text), "%u ", ++asked);
	vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	path_of(GUEST_REQUEST, path, sizeof(path));
	if (!store_write(&store, path, text))
		die("writing %s", path);
}

void guest_begin(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_request(fmt, ap);
	va_end(ap);
}

const char *guest_end(void)
{
	static char answer[GUEST_TEXT];
	char *text, *words;

	for (;;) {
		text = guest_node(GUEST_ANSWER);
		if (text && strtoul(text, &words, 10) == asked)
			break;
		free(text);
		if (!store_wait(&store, PATIENCE))
			die("domain %u does not answer", opt_guest);
	}
	snprintf(answer, sizeof(answer), "%s", words + strspn(words, " "));
	free(text);
	if (!strncmp(answer, "failed", 6))
		die("domain %u: %s", opt_guest, answer);
	return answer;
}

const char *guest_ask(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_request(fmt, ap);
	va_end(ap);
	return guest_end();
}
