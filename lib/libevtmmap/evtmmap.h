/* SPDX-License-Identifier: MIT */
/*
 * libevtmmap - Xen event channels of /dev/xen/evtchn, without a system call
 * per event where the driver can map its ring, by read() and write() elsewhere.
 *
 * Every function returns a value >= 0, or -errno; evtmmap_strerror() says what
 * that errno means for this device.  Ports are Xen's event channel ports.
 *
 * Threads: one thread at a time is a handle's consumer.  The functions under
 * "The consumer's thread" belong to it; all others may be called by any thread
 * at any time, but not beside evtmmap_close() or evtmmap_detach().
 *
 * An event masks its port.  Take the event (evtmmap_next() or
 * evtmmap_release()) first, evtmmap_rearm() its port then: the other way round
 * the driver may use a slot again that was not taken, see evtmmap_resync().
 *
 * After fork() the handle is the parent's, mapped or not: in a child every call
 * returns -EBADF, but for evtmmap_close() and evtmmap_detach(), which give up the
 * child's descriptor and memory and nothing of the parent's.  So a program that
 * opens the device and then calls daemon() opens it afterwards, or detaches and
 * adopts the descriptor.  (A child of vfork() may exec and no more.)
 */
#ifndef EVTMMAP_H
#define EVTMMAP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define EVTMMAP_PORT_LIMIT	0x20000U	/* ports are below this */

struct evtmmap;

/**
 * struct evtmmap_event - one event, where the driver wrote it
 * @port: the port that fired.  Should you unbind a port while you hold a span
 *	with its event in it, this turns into a value > EVTMMAP_EVENT_MASKED
 *	that is no port.  See also evtmmap_early_eoi().
 * @position: counts the slots of a ring; for diagnostics
 */
struct evtmmap_event {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	uint32_t position;
	uint32_t port;
#else
	uint32_t port;
	uint32_t position;
#endif
};

/* In event.port, of a port with evtmmap_early_eoi(): rearm it. */
#define EVTMMAP_EVENT_MASKED	0x20000U

/* Do not map the ring, even if the driver could. */
#define EVTMMAP_OPT_NO_MMAP	(1U << 0)
/* Use the open descriptor options.fd; it is set to O_NONBLOCK if all goes well. */
#define EVTMMAP_OPT_ADOPT_FD	(1U << 1)
/*
 * Have the driver wake nobody while this program is busy.  You promise to
 * sleep in evtmmap_wait() only, or on the descriptor after evtmmap_arm() has
 * just returned 0.  Without this flag every event wakes whoever sleeps.
 */
#define EVTMMAP_OPT_QUIET	(1U << 2)

/**
 * struct evtmmap_options - for evtmmap_open()
 * @size: sizeof(struct evtmmap_options) of the program
 * @flags: EVTMMAP_OPT_*
 * @fd: with EVTMMAP_OPT_ADOPT_FD, the descriptor
 * @path: device to open; NULL for /dev/xen/evtchn
 * @spin_ns: the longest evtmmap_wait() looks for events before it sleeps, in
 *	nanoseconds; how long it really does it learns. 0: it does not
 */
struct evtmmap_options {
	size_t size;
	unsigned int flags;
	int fd;
	const char *path;
	uint32_t spin_ns;
};

/**
 * evtmmap_open() - open the device and map its ring, if it has one
 * @handle: the new handle is stored here
 * @options: NULL for a plain open
 *
 * The descriptor is O_CLOEXEC.  To keep a device over exec, clear that with
 * fcntl(), and adopt the descriptor afterwards: the driver knows what was
 * taken already.  An adopted descriptor belongs to the handle as soon as this
 * returns 0, and stays as it was if it does not.
 *
 * Where the ring may not be mapped (mmap() says EACCES or EPERM: a security module,
 * a seccomp filter) the handle works by read() and write(), as it does over a
 * driver without a ring: evtmmap_is_mapped() tells.
 *
 * Return: 0; -EINVAL for an unknown flag, -E2BIG for options of a later
 * version of the library, -ENOTTY for what is not an event channel device, -EBADF
 * for no open descriptor or one that is not O_RDWR; what open() and mmap() say.
 */
int evtmmap_open(struct evtmmap **handle, const struct evtmmap_options *options);

/**
 * evtmmap_close() - close the device, unbind its ports; NULL is harmless
 * @handle: is gone
 *
 * In a child of fork() only its descriptor is closed.
 */
void evtmmap_close(struct evtmmap *handle);

/**
 * evtmmap_detach() - free the handle and keep the descriptor open
 * @handle: is gone when this returns >= 0
 *
 * What was queued and not submitted is forgotten: evtmmap_submit() first.
 *
 * In a child of fork() the descriptor is the child's own, of the same open device.
 *
 * Return: the descriptor, now the caller's; -EBUSY if events were read and not
 * taken yet (take them until evtmmap_next() returns 0).
 */
int evtmmap_detach(struct evtmmap *handle);

/**
 * evtmmap_fd() - descriptor for an event loop
 * @handle: handle
 *
 * Readable (POLLIN) when there are events.  Take all of them before you sleep
 * on it.  It stays the handle's: do not read, write or close it.
 *
 * Return: the descriptor.
 */
int evtmmap_fd(const struct evtmmap *handle);

/** evtmmap_is_mapped() - Return: 1 if events come out of the mapped ring, or 0 */
int evtmmap_is_mapped(const struct evtmmap *handle);

/**
 * evtmmap_bind_virq() - bind a virtual interrupt of this domain
 * @handle: handle
 * @virq: Xen's VIRQ_*
 *
 * Return: the port; -EEXIST if it is bound already, -EACCES after
 * evtmmap_restrict().
 */
int evtmmap_bind_virq(struct evtmmap *handle, unsigned int virq);

/**
 * evtmmap_bind_interdomain() - connect to a port another domain offers
 * @handle: handle
 * @domid: the other domain
 * @remote_port: its port
 *
 * One event comes at once, whether the other end notified or not.
 *
 * Return: the local port; -EINVAL if nothing is offered there or @domid has more
 * than 16 bits, -ESRCH if there is no such domain, -EACCES for another domain than evtmmap_restrict()'s.
 */
int evtmmap_bind_interdomain(struct evtmmap *handle, unsigned int domid,
			     unsigned int remote_port);

/**
 * evtmmap_bind_unbound() - offer a port for another domain to connect to
 * @handle: handle
 * @domid: who may connect; Xen does not ask whether it is there
 *
 * Return: the local port; -EINVAL if @domid has more than 16 bits, -EACCES after
 * evtmmap_restrict().
 */
int evtmmap_bind_unbound(struct evtmmap *handle, unsigned int domid);

/**
 * evtmmap_bind_static() - use a port that Xen was booted with
 * @handle: handle
 * @port: that port; it stays open when the handle is closed
 *
 * Return: the port; -EISCONN if this device has it already, -ENOSYS if the
 * driver cannot do it.
 */
int evtmmap_bind_static(struct evtmmap *handle, unsigned int port);

/**
 * evtmmap_restrict() - from now on bind interdomain ports of one domain only
 * @handle: handle
 * @domid: that domain
 *
 * Works once.
 *
 * Return: 0; -EACCES the second time, -EINVAL for domain 0 and for no domain.
 */
int evtmmap_restrict(struct evtmmap *handle, unsigned int domid);

/**
 * evtmmap_rearm() - let a port fire again
 * @handle: handle
 * @port: a port whose event was taken.  One that is armed, or not bound here,
 *	is left alone.
 *
 * Return: 0; -EINVAL for a port >= EVTMMAP_PORT_LIMIT.
 */
int evtmmap_rearm(struct evtmmap *handle, unsigned int port);

/**
 * evtmmap_rearm_many() - evtmmap_rearm() for many, 1024 in a system call
 * @handle: handle
 * @ports: array of ports; any value is harmless
 * @n: how many, at most INT_MAX
 *
 * Return: how many were rearmed, the first ones of @ports; or -errno if none.
 */
int evtmmap_rearm_many(struct evtmmap *handle, const uint32_t *ports, size_t n);

/**
 * evtmmap_notify() - send an event to the other end
 * @handle: handle
 * @port: local port
 *
 * Return: 0; -ENOTCONN if the port is not bound here.
 */
int evtmmap_notify(struct evtmmap *handle, unsigned int port);

/**
 * evtmmap_set_user() - remember a pointer for a port
 * @handle: handle
 * @port: a port of this device
 * @user: any pointer; the library never follows it
 *
 * It is forgotten when the port is unbound.
 *
 * The handle knows the ports that it bound.  In a device that was adopted there may
 * be others, and no driver says which: there the caller's word counts for every
 * port that this handle has not unbound.  Over a driver without a ring,
 * evtmmap_resync() makes up events for those ports as well.
 *
 * Return: 0; -EINVAL for a port >= EVTMMAP_PORT_LIMIT, -ENOTCONN for one that
 * is not bound.
 */
int evtmmap_set_user(struct evtmmap *handle, unsigned int port, void *user);

/** evtmmap_user() - Return: the pointer of evtmmap_set_user(), or NULL; a child's too */
void *evtmmap_user(const struct evtmmap *handle, unsigned int port);

/** evtmmap_strerror() - Return: what an -errno of this library means */
const char *evtmmap_strerror(int error);

/*
 * The consumer's thread
 */

/* What evtmmap_queue() is to do. */
#define EVTMMAP_REARM		(1U << 0)	/* as evtmmap_rearm() */
#define EVTMMAP_NOTIFY		(1U << 1)	/* as evtmmap_notify() */
/* With REARM: the event was for nothing. Xen's driver slows down who does that. */
#define EVTMMAP_SPURIOUS	(1U << 2)

/**
 * evtmmap_queue() - rearm a port, or notify its other end, with the next batch
 * @handle: handle
 * @port: the port
 * @what: EVTMMAP_REARM, EVTMMAP_NOTIFY or both: rearm, then notify
 *
 * Nothing is done before evtmmap_submit(), evtmmap_submit_wait() or
 * evtmmap_wait(), or before 256 of these are queued. A batch rearms its ports
 * first and notifies then.
 *
 * Return: 0; -EINVAL.
 */
int evtmmap_queue(struct evtmmap *handle, unsigned int port, unsigned int what);

/**
 * evtmmap_submit() - do what is queued, in one system call
 * @handle: handle
 *
 * Return: 0; or the first error of a command since the last call: -ENOTCONN for
 * EVTMMAP_NOTIFY of a port that is not bound here. The others were done.
 */
int evtmmap_submit(struct evtmmap *handle);

/**
 * evtmmap_submit_wait() - do what is queued and sleep until there are events,
 * in one system call
 * @handle: handle
 * @min_events: how many events to sleep for; entries of ports that were unbound
 *	count as well. Where the ring is not mapped, or the driver cannot wait for
 *	several, one ends the sleep
 * @timeout_ns: nanoseconds; 0 does not sleep, < 0 has no limit
 *
 * Errors of commands are what the next evtmmap_submit() returns.
 *
 * Return: as evtmmap_wait().
 */
int evtmmap_submit_wait(struct evtmmap *handle, unsigned int min_events,
			int64_t timeout_ns);

/**
 * evtmmap_next() - take one event
 * @handle: handle
 *
 * Return: its port (never 0); 0 if there is none; -EOVERFLOW and -ESTALE, see
 * evtmmap_resync(); -ENOMEM if a grown ring could not be mapped: try again; -EPERM
 * or -EACCES if a filter that came after evtmmap_open() forbids to map it.
 */
int evtmmap_next(struct evtmmap *handle);

/**
 * evtmmap_peek() - look at all events that are there, in place
 * @handle: handle
 * @events: the first one is stored here; valid until evtmmap_release(), or
 *	until anything else is called that takes events or unbinds
 *
 * They stay where they are: the next call looks at them all again, so release
 * what you were given first.  To take them one by one evtmmap_next() is cheaper.
 *
 * Return: how many there are, 0 if there are none; errors of evtmmap_next().
 */
int evtmmap_peek(struct evtmmap *handle, const struct evtmmap_event **events);

/**
 * evtmmap_release() - the first events of evtmmap_peek() are taken
 * @handle: handle
 * @n: how many
 *
 * Return: 0; -EINVAL if that is more than evtmmap_peek() returned.
 */
int evtmmap_release(struct evtmmap *handle, unsigned int n);

/**
 * evtmmap_wait() - evtmmap_submit_wait() for one event
 * @handle: handle
 * @timeout_ns: nanoseconds; 0 does not sleep, < 0 has no limit
 *
 * Time is that of CLOCK_MONOTONIC.  What stops the program without a handler
 * (SIGSTOP, a debugger, a freezer, suspend) does not end the sleep.
 *
 * Return: 1 if there are events, 0 if the time is over; -EINTR after a signal's
 * handler has run; errors of evtmmap_next().
 */
int evtmmap_wait(struct evtmmap *handle, int64_t timeout_ns);

/**
 * evtmmap_arm() - say that you are about to sleep on evtmmap_fd()
 * @handle: handle
 *
 * Does what is queued as well.
 *
 * Needed before every sleep with EVTMMAP_OPT_QUIET, and harmless without.
 *
 * Return: 0 if you may sleep, 1 if there are events; errors of evtmmap_next().
 */
int evtmmap_arm(struct evtmmap *handle);

/**
 * evtmmap_unbind() - give up a port
 * @handle: handle
 * @port: the port; none of its events is returned from now on
 *
 * Return: 0; -EINVAL for a port Xen cannot have, -ENOTCONN for one that is not
 * bound here.
 */
int evtmmap_unbind(struct evtmmap *handle, unsigned int port);

/**
 * evtmmap_overrun() - were events lost?
 * @handle: handle
 *
 * Return: 1 if evtmmap_resync() is needed (a port was rearmed before its event
 * was taken, or the driver in use dropped events), or 0.
 */
int evtmmap_overrun(const struct evtmmap *handle);

/**
 * evtmmap_resync() - begin again after -EOVERFLOW or -ESTALE
 * @handle: handle
 *
 * Afterwards every port that may have lost an event has one queued, and none
 * stays masked for ever.  So there may be events of ports that did not fire.
 *
 * -ESTALE: this domain was saved and restored, here or elsewhere.  Every port that
 * was bound is gone, as after evtmmap_unbind(), and its number may be another's:
 * bind anew what you need.  Until this call nothing sleeps.  Where the ring is not
 * mapped, nobody is told.
 *
 * Return: 0, or -errno.
 */
int evtmmap_resync(struct evtmmap *handle);

/** evtmmap_reset() - evtmmap_resync(), by the classic RESET */
int evtmmap_reset(struct evtmmap *handle);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#include "evtmmap_tune.h"

#endif
