// SPDX-License-Identifier: GPL-2.0
/*
 * The classic ways: what every client does today, through Debian's library
 * and by hand, and what read() and write() could do for them.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <xenevtchn.h>

#include "bench.h"

void raw_wait(struct stream *s, int milliseconds)
{
	struct pollfd p = { .fd = s->rx, .events = POLLIN };

	if (poll(&p, 1, milliseconds) < 0 && errno != EINTR)
		die("poll");
}

/* One event at a time through libxenevtchn. */

static bool lib_open(struct stream *s)
{
	s->handle = xenevtchn_open(NULL, 0);
	if (!s->handle)
		die("xenevtchn_open");
	s->rx = xenevtchn_fd(s->handle);
	if (fcntl(s->rx, F_SETFL, O_NONBLOCK))
		die("O_NONBLOCK");
	return true;
}

static unsigned int lib_bind(struct stream *s, unsigned int peer)
{
	int port = xenevtchn_bind_interdomain(s->handle, 0, peer);

	if (port < 0)
		die("xenevtchn_bind_interdomain");
	return port;
}

static unsigned int lib_take(struct stream *s, unsigned int max)
{
	int port = xenevtchn_pending(s->handle);

	(void)max;
	if (port < 0 && errno == EAGAIN)
		return 0;
	if (port < 0)
		die("xenevtchn_pending");
	if (xenevtchn_unmask(s->handle, port))
		die("xenevtchn_unmask");
	stream_got(s, port);
	return 1;
}

static void lib_close(struct stream *s)
{
	xenevtchn_close(s->handle);
}

const struct way way_lib = {
	.key = "lib", .title = "libxenevtchn, one event at a time",
	.open = lib_open, .bind = lib_bind, .take = lib_take,
	.wait = raw_wait, .close = lib_close,
};

/* By hand: as many ports per call as the caller asks for. */

bool raw_open(struct stream *s)
{
	s->rx = evtchn_open(O_NONBLOCK);
	return true;
}

unsigned int raw_bind(struct stream *s, unsigned int peer)
{
	return evtchn_bind_interdomain(s->rx, peer);
}

unsigned int batch_take(struct stream *s, unsigned int max)
{
	ssize_t bytes = read(s->rx, s->buf, max * sizeof(s->buf[0]));
	unsigned int i, n;

	if (bytes < 0 && errno == EAGAIN)
		return 0;
	if (bytes <= 0)
		die("read");
	n = bytes / sizeof(s->buf[0]);
	if (write(s->rx, s->buf, bytes) != bytes)
		die("write");
	for (i = 0; i < n; i++)
		stream_got(s, s->buf[i]);
	return n;
}

static unsigned int raw_take(struct stream *s, unsigned int max)
{
	(void)max;
	return batch_take(s, 1);
}

void raw_close(struct stream *s)
{
	close(s->rx);
}

const struct way way_raw = {
	.key = "raw", .title = "read 4 bytes, write 4 bytes",
	.open = raw_open, .bind = raw_bind, .take = raw_take,
	.wait = raw_wait, .close = raw_close,
};

const struct way way_batch = {
	.key = "batch", .title = "read() and write() of up to 64 ports",
	.open = raw_open, .bind = raw_bind, .take = batch_take,
	.wait = raw_wait, .close = raw_close,
};
