// SPDX-License-Identifier: GPL-2.0
/*
 * Pairs of loopback ports, and who owes whom an event.  An event channel
 * carries no payload, so the sequence number is kept here: a port is sent to
 * once, and again only after it was taken.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <xen/xen.h>	/* the next one lacks domid_t */
#include <xen/sys/evtchn.h>

#include "bench.h"

int evtchn_open(int flags)
{
	int fd = open("/dev/xen/evtchn", O_RDWR | O_CLOEXEC | flags);

	if (fd < 0)
		die("/dev/xen/evtchn");
	return fd;
}

unsigned int evtchn_bind_unbound(int fd)
{
	struct ioctl_evtchn_bind_unbound_port bind = { .remote_domain = 0 };
	int port = ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &bind);

	if (port < 0)
		die("BIND_UNBOUND_PORT");
	return port;
}

int evtchn_bind_interdomain(int fd, unsigned int peer)
{
	struct ioctl_evtchn_bind_interdomain bind = { .remote_port = peer };
	int port = ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);

	if (port < 0)
		die("BIND_INTERDOMAIN");
	return port;
}

void evtchn_notify(int fd, unsigned int port)
{
	struct ioctl_evtchn_notify notify = { .port = port };

	if (ioctl(fd, IOCTL_EVTCHN_NOTIFY, &notify))
		die("NOTIFY of port %u", port);
}

int evtchn_unbind(int fd, unsigned int port)
{
	struct ioctl_evtchn_unbind unbind = { .port = port };

	return ioctl(fd, IOCTL_EVTCHN_UNBIND, &unbind);
}

void evtchn_reset(int fd)
{
	if (ioctl(fd, IOCTL_EVTCHN_RESET, 0))
		die("RESET");
}

static void *zeroed(size_t n)
{
	void *p = calloc(n, sizeof(uint32_t));

	if (!p)
		die("no memory");
	return p;
}

static unsigned int bind_pairs(struct stream *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++) {
		s->peer[i] = evtchn_bind_unbound(s->tx);
		s->port[i] = s->way->bind(s, s->peer[i]);
		if (s->port[i] >= 1 << 17)
			die("port %u", s->port[i]);
		s->index[s->port[i]] = i + 1;
		/* Xen delivers one event on every port it binds so. */
		s->sent[i] = 1;
		s->total_sent++;
	}
	return s->n;
}

/* On many CPUs the last of them may still be on its way. */
static void drain_first(struct stream *s)
{
	unsigned int done = 0, patience = 5;

	while ((done += stream_drain(s, s->n - done, 1024)) != s->n) {
		if (!patience--)
			die("%s: %u of %u ports gave their first event",
			    s->way->key, done, s->n);
		s->way->wait(s, 1000);
	}
}

bool stream_open(struct stream *s, const struct way *w, unsigned int n)
{
	memset(s, 0, sizeof(*s));
	s->way = w;
	s->n = n;
	s->rx = -1;
	if (!w->open(s))
		return false;
	s->tx = evtchn_open(0);
	s->port = zeroed(n);
	s->peer = zeroed(n);
	s->sent = zeroed(n);
	s->got = zeroed(n);
	s->index = zeroed(1 << 17);
	bind_pairs(s);
	drain_first(s);
	return true;
}

void stream_close(struct stream *s)
{
	s->way->close(s);
	close(s->tx);
	free(s->port);
	free(s->peer);
	free(s->sent);
	free(s->got);
	free(s->index);
}

void stream_send(struct stream *s, unsigned int first, unsigned int count)
{
	unsigned int i;

	for (i = first; i < first + count; i++) {
		__atomic_store_n(&s->sent[i], s->sent[i] + 1, __ATOMIC_RELEASE);
		evtchn_notify(s->tx, s->peer[i]);
	}
	s->total_sent += count;
}

void stream_got(struct stream *s, unsigned int port)
{
	unsigned int i = port < 1 << 17 ? s->index[port] : 0;

	if (!i--) {
		s->foreign++;
		return;
	}
	if (s->got[i] == __atomic_load_n(&s->sent[i], __ATOMIC_ACQUIRE)) {
		s->duplicated++;
		return;
	}
	/* First: a sender may send again from there on. */
	if (s->on_got)
		s->on_got(s->arg, i);
	__atomic_store_n(&s->got[i], s->got[i] + 1, __ATOMIC_RELEASE);
	s->total_got++;
}

uint64_t stream_lost(const struct stream *s)
{
	uint64_t lost = 0;
	unsigned int i;

	for (i = 0; i < s->n; i++)
		lost += s->sent[i] - s->got[i];
	return lost;
}

/* All that was sent is there already: upcalls come before NOTIFY returns. */
unsigned int stream_drain(struct stream *s, unsigned int count, unsigned int batch)
{
	unsigned int done = 0, taken;

	while (done < count) {
		taken = s->way->take(s, batch);
		if (!taken)
			break;
		done += taken;
	}
	return done;
}
