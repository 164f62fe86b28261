/* SPDX-License-Identifier: MIT */
/* What the examples have in common: their arguments, and how they fail. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <evtmmap.h>

/* Exit status 1; wrong arguments give 2. */
static inline int fail(const char *what, int error)
{
	fprintf(stderr, "%s: %s\n", what, evtmmap_strerror(error));
	return 1;
}

static inline bool number(const char *text, unsigned int *value)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(text, &end, 0);
	*value = (unsigned int)n;
	return *text >= '0' && *text <= '9' && !*end && !errno && n <= UINT_MAX;
}

/* Connects to the port of the arguments, DOMID PORT. Returns an exit status. */
static inline int open_connected(int argc, char **argv, struct evtmmap **h)
{
	unsigned int domid, port;
	int ret;

	if (argc != 3 || !number(argv[1], &domid) || !number(argv[2], &port)) {
		fprintf(stderr, "usage: %s DOMID PORT\n", argv[0]);
		return 2;
	}
	ret = evtmmap_open(h, NULL);
	if (ret < 0)
		return fail("open", ret);
	ret = evtmmap_bind_interdomain(*h, domid, port);
	if (ret >= 0)
		return 0;
	evtmmap_close(*h);
	return fail("bind_interdomain", ret);
}

#endif
