/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client of xenstored: one request at a time, and watches beside them on the
 * same connection (for which Xen's library would want a thread of its own).
 */
#ifndef EVTBENCH_XENSTORE_H
#define EVTBENCH_XENSTORE_H

#include <stdbool.h>

#define STORE_SOCKET	"/var/run/xenstored/socket"
#define STORE_XENBUS	"/dev/xen/xenbus"

struct store {
	int fd;
	unsigned int events;	/* of watches, which nobody has waited for */
};

/* One of the two above; NULL: the socket if there is one. */
bool store_open(struct store *s, const char *path);
void store_close(struct store *s);
/* Text, with a 0 behind its @len bytes, or NULL; freed by the caller. */
char *store_read(struct store *s, const char *path);
char *store_directory(struct store *s, const char *path, unsigned int *len);
bool store_write(struct store *s, const char *path, const char *text);
bool store_remove(struct store *s, const char *path);
/* Fires once by itself. */
bool store_watch(struct store *s, const char *path);
/* For one event of a watch, for so many seconds, 0 without end; false: none. */
bool store_wait(struct store *s, unsigned int seconds);

#endif
