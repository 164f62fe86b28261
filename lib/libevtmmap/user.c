// SPDX-License-Identifier: MIT
/*
 * A pointer for every port there can be.
 *
 * The table is address space, not memory, until a port is used; it never
 * moves, so any thread may look into it while another one binds.
 */
#include <errno.h>
#include <sys/mman.h>
#include "handle.h"

/* NULL: bound by somebody before us, or not at all. */
static char bound_without_user, was_unbound;

#define TABLE_LENGTH	(EVTMMAP_PORT_LIMIT * sizeof(void *))

int user_open(struct evtmmap *h)
{
	void *table = mmap(NULL, TABLE_LENGTH, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (table == MAP_FAILED)
		return -errno;
	h->user = table;
	return 0;
}

void user_close(struct evtmmap *h)
{
	if (h->user)
		munmap(h->user, TABLE_LENGTH);
}

static void set(struct evtmmap *h, __u32 port, void *user)
{
	if (port < EVTMMAP_PORT_LIMIT)
		__atomic_store_n(&h->user[port], user, __ATOMIC_RELAXED);
}

static void *get(const struct evtmmap *h, __u32 port)
{
	return port < EVTMMAP_PORT_LIMIT ? ring_read(&h->user[port]) : NULL;
}

void user_bound(struct evtmmap *h, __u32 port)
{
	set(h, port, &bound_without_user);
}

void user_unbound(struct evtmmap *h, __u32 port)
{
	set(h, port, &was_unbound);
}

bool user_is_unbound(const struct evtmmap *h, __u32 port)
{
	return get(h, port) == &was_unbound;
}

bool user_is_bound(const struct evtmmap *h, __u32 port)
{
	return get(h, port) && !user_is_unbound(h, port);
}

int evtmmap_set_user(struct evtmmap *h, unsigned int port, void *user)
{
	if (!h || port >= EVTMMAP_PORT_LIMIT)
		return -EINVAL;
	if (user_is_unbound(h, port))
		return -ENOTCONN;
	set(h, port, user ? user : &bound_without_user);
	return 0;
}

void *evtmmap_user(const struct evtmmap *h, unsigned int port)
{
	void *user = get(h, port);

	return user == &bound_without_user || user == &was_unbound ? NULL : user;
}
