// SPDX-License-Identifier: GPL-2.0
/*
 * Binds. Of ports there are already only those are asked for that a step before
 * has made: the kernel's own, and xenstore's, are no part of this.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fuzz.h"
#include "loop.h"
#include "xencall.h"

#define NO_SUCH_PORT	EVT_NR_CHANNELS	/* and all above */
#define BURST		300		/* more than the first ring has room for */

static long bound(struct fuzz_thread *t, uint32_t place, long arg, long rc)
{
	if (rc > 0)
		fuzz_know_port(t, place, rc);
	return fuzz_note(t, place, arg, 0, rc);
}

static uint32_t any_place(struct fuzz_thread *t)
{
	return fuzz_below(t, FUZZ_FILES);
}

static uint32_t made_before(struct fuzz_thread *t)
{
	uint32_t port = __atomic_load_n(&fuzz_ports[fuzz_below(t, FUZZ_PORTS)],
					__ATOMIC_RELAXED);

	if (!port || fuzz_one_in(t, 10))
		return NO_SUCH_PORT + fuzz_word(t) % (1U << 31);
	return port;
}

/* Other domains there are none. */
static uint32_t domain(struct fuzz_thread *t)
{
	return fuzz_one_in(t, 10) ? fuzz_word(t) : 0;
}

static long unbound_at(struct fuzz_thread *t, uint32_t place, uint32_t dom)
{
	return bound(t, place, dom, evt_bind_unbound(fuzz_file_at(place), dom));
}

static long bind_unbound(struct fuzz_thread *t)
{
	uint32_t dom = domain(t);

	return unbound_at(t, any_place(t), dom);
}

static long bind_interdomain(struct fuzz_thread *t)
{
	uint32_t dom = domain(t), port = made_before(t), place = any_place(t);

	return bound(t, place, port,
		     evt_bind_interdomain(fuzz_file_at(place), dom, port));
}

static long bind_virq(struct fuzz_thread *t)
{
	uint32_t virq = fuzz_word(t), place = any_place(t);

	return bound(t, place, virq, evt_bind_virq(fuzz_file_at(place), virq));
}

/*
 * Of a port that nobody handles: one that Xen was asked for directly, and that
 * has to be given back as directly, once the file has let go of it. It must be
 * that file: of its descriptor others may have made something else by then.
 */
static long bind_static_new(struct fuzz_thread *t)
{
	uint32_t place = any_place(t), port = xen_alloc_unbound(0);
	int fd = dup(fuzz_file_at(place));
	long rc = fuzz_note(t, place, port, 0, evt_bind_static(fd, port));

	evt_notify(fd, port);
	evt_unbind(fd, port);
	xen_close_port(port);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Of one that is somebody's, or that was. */
static long bind_static(struct fuzz_thread *t)
{
	uint32_t place = any_place(t), port = made_before(t);

	return fuzz_note(t, place, port, 0,
			 evt_bind_static(fuzz_file_at(place), port));
}

/* Both ends at once, which an event then goes through. */
static long bind_pair(struct fuzz_thread *t)
{
	uint32_t b = any_place(t);
	long a = unbound_at(t, any_place(t), 0);

	return a < 0 ? a : bound(t, b, a, evt_bind_interdomain(fuzz_file_at(b), 0, a));
}

/* Now and then so many that the ring has to grow. */
static long bind_burst(struct fuzz_thread *t)
{
	uint32_t place = any_place(t);
	long rc = 0;
	int i;

	if (!fuzz_one_in(t, 100))
		return bind_pair(t);
	for (i = 0; i < BURST && rc >= 0; i++)
		rc = unbound_at(t, place, 0);
	return rc;
}

const struct fuzz_op fuzz_bind_ops[] = {
	{ "BIND_UNBOUND_PORT", 6, bind_unbound },
	{ "BIND_INTERDOMAIN", 10, bind_interdomain },
	{ "BIND_VIRQ", 4, bind_virq },
	{ "BIND_STATIC", 4, bind_static },
	{ "bind_static_new", 2, bind_static_new },
	{ "bind_pair", 8, bind_pair },
	{ "bind_burst", 1, bind_burst },
	{ 0 },
};
