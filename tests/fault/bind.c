// SPDX-License-Identifier: GPL-2.0
/*
 * Binds that fail: no port is left open, no interrupt, no entry in the file;
 * the same bind works afterwards, and a neighbour notices nothing.
 */
#include <sys/mman.h>

#include "bundle.h"
#include "fault.h"
#include "inject.h"
#include "int80.h"
#include "xencall.h"

static uint32_t remote;

/* What was bound carries an event, and leaves without a trace. */
static void carries_and_goes(uint32_t a, int fd_a, uint32_t b)
{
	evt_cycle(file, b);
	CHECK_OK(evt_notify(fd_a, a));
	evt_cycle(file, b);
	CHECK_OK(evt_unbind(file, b));
	CHECK_EQ(xen_port_state(b), XEN_PORT_CLOSED);
}

static long bind_unbound(void)
{
	return evt_bind_unbound(file, 0);
}

static void after_unbound(long rc)
{
	uint32_t port;

	neighbour_is_well();
	nothing_queued(file);
	port = rc >= 0 ? rc : CHECK_OK(bind_unbound());
	CHECK_EQ(xen_port_state(port), XEN_PORT_UNBOUND);
	CHECK_OK(evt_unbind(file, port));
	CHECK_EQ(xen_port_state(port), XEN_PORT_CLOSED);
}

CASE_LIMIT(bind_unbound_of_the_first_port, 120)
{
	static const struct entry e = {
		"BIND_UNBOUND_PORT, first port of a file", another_file,
		bind_unbound, after_unbound, { ENOMEM },
	};

	fault_start();
	inject_each(&e);
}

CASE_LIMIT(bind_unbound_of_one_more, 120)
{
	static const struct entry e = {
		"BIND_UNBOUND_PORT", NULL, bind_unbound, after_unbound, { ENOMEM },
	};

	fault_start();
	CHECK_OK(evt_bind_unbound(file, 0));
	inject_each(&e);
}

static long bind_interdomain(void)
{
	return evt_bind_interdomain(file, 0, remote);
}

static void after_interdomain(long rc)
{
	neighbour_is_well();
	if (rc < 0)
		CHECK_EQ(xen_port_state(remote), XEN_PORT_UNBOUND);
	carries_and_goes(remote, neighbour.fd_a,
			 rc >= 0 ? rc : CHECK_OK(bind_interdomain()));
	CHECK_EQ(xen_port_state(remote), XEN_PORT_UNBOUND);
}

CASE_LIMIT(bind_interdomain_port, 120)
{
	static const struct entry e = {
		"BIND_INTERDOMAIN", another_file, bind_interdomain,
		after_interdomain, { ENOMEM },
	};

	fault_start();
	remote = CHECK_OK(evt_bind_unbound(neighbour.fd_a, 0));
	inject_each(&e);
}

static long bind_virq(void)
{
	return evt_bind_virq(file, EVT_VIRQ_TBUF);
}

/* A VIRQ that was left half bound would say EEXIST. */
static void after_virq(long rc)
{
	uint32_t port = rc >= 0 ? rc : CHECK_OK(bind_virq());

	neighbour_is_well();
	CHECK_EQ(xen_port_state(port), XEN_PORT_VIRQ);
	CHECK_OK(evt_unbind(file, port));
}

CASE_LIMIT(bind_virq_port, 120)
{
	static const struct entry e = {
		"BIND_VIRQ", another_file, bind_virq, after_virq, { ENOMEM },
	};

	fault_start();
	inject_each(&e);
}

static uint32_t fixed;

static long bind_static(void)
{
	return evt_bind_static(file, fixed);
}

/* A static port is not ours to close, whatever happens. */
static void after_static(long rc)
{
	neighbour_is_well();
	CHECK_EQ(xen_port_state(fixed), XEN_PORT_UNBOUND);
	if (rc < 0)
		CHECK_OK(bind_static());
	CHECK_OK(evt_unbind(file, fixed));
	CHECK_EQ(xen_port_state(fixed), XEN_PORT_UNBOUND);
}

CASE_LIMIT(bind_static_port, 120)
{
	static const struct entry e = {
		"BIND_STATIC", another_file, bind_static, after_static, { ENOMEM },
	};

	fault_start();
	fixed = xen_alloc_unbound(0);
	inject_each(&e);
	xen_close_port(fixed);
}

static uint32_t *low;	/* where a 32-bit pointer can point to */

static long bind_compat(void)
{
	*low = 0;
	return int80_ioctl(file, EVT_BIND_UNBOUND, (uintptr_t)low);
}

CASE_LIMIT(bind_by_a_32_bit_call, 120)
{
	static const struct entry e = {
		"BIND_UNBOUND_PORT, 32 bit", another_file, bind_compat,
		after_unbound, { ENOMEM },
	};

	low = int80_page();
	CHECK(low != MAP_FAILED);
	fault_start();
	inject_each(&e);
}

/* The 256th port of a file needs a larger ring. */
#define BEFORE_GROWTH 255

static struct evtmmap_header *header;

/* In a ring that has not grown; once it has, it stays so and nothing is lost. */
static void after_growth(long rc)
{
	static uint32_t generation;

	CHECK_GE(header->generation, generation);
	generation = header->generation;
	if (rc >= 0)
		CHECK_EQ(generation, 1);
	after_unbound(rc);
	CHECK_EQ(header->generation, 1);
}

CASE_LIMIT(bind_that_grows_the_ring, 300)
{
	static const struct entry e = {
		"BIND_UNBOUND_PORT that grows the ring", NULL, bind_unbound,
		after_growth, { ENOMEM },
	};
	uint32_t i;

	fault_start();
	header = map_header(file);
	for (i = 0; i < BEFORE_GROWTH; i++)
		CHECK_OK(evt_bind_unbound(file, 0));
	CHECK_EQ(header->generation, 0);
	inject_each(&e);
}

static struct loop leaving;

static void before_unbind(void)
{
	leaving = loop_bind(neighbour.fd_a, file);
	evt_wait(file);
}

static long unbind(void)
{
	return evt_unbind(file, leaving.b);
}

/* It has no way to fail. */
static void after_unbind(long rc)
{
	CHECK_EQ(rc, 0);
	CHECK_EQ(xen_port_state(leaving.b), XEN_PORT_CLOSED);
	nothing_queued(file);
	CHECK_OK(evt_unbind(neighbour.fd_a, leaving.a));
	CHECK_EQ(xen_port_state(leaving.a), XEN_PORT_CLOSED);
	neighbour_is_well();
}

CASE_LIMIT(unbind_always_works, 120)
{
	static const struct entry e = {
		"UNBIND", before_unbind, unbind, after_unbind, { 0 },
	};

	fault_start();
	inject_each(&e);
}

/* Several ports, one of them with an event that nobody has read. */
static void before_close(void)
{
	int i;

	file = evt_open(O_NONBLOCK);
	for (i = 0; i < 4; i++)
		CHECK_OK(evt_bind_unbound(file, 0));
	leaving = loop_bind(neighbour.fd_a, file);
	evt_wait(file);
}

static long close_file(void)
{
	return close(file);
}

static void after_close(long rc)
{
	CHECK_EQ(rc, 0);
	CHECK_EQ(xen_port_state(leaving.b), XEN_PORT_CLOSED);
	CHECK_OK(evt_unbind(neighbour.fd_a, leaving.a));
	neighbour_is_well();
}

CASE_LIMIT(close_with_ports_always_works, 120)
{
	static const struct entry e = {
		"close()", before_close, close_file, after_close, { 0 },
	};

	fault_start();
	close(file);
	inject_each(&e);
}
