// SPDX-License-Identifier: MIT
/*
 * A pointer for every port there can be. The table never moves, so any thread
 * may look into it while another one binds.
 */
#include <errno.h>
#include "handle.h"

/* NULL: not bound, or in a device that was adopted by somebody before us. */
static char bound_without_user, was_unbound;

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

/* Returns what to restore if it stays bound. */
void *user_unbound(struct evtmmap *h, __u32 port)
{
	void *user = get(h, port);

	set(h, port, &was_unbound);
	return user;
}

void user_restore(struct evtmmap *h, __u32 port, void *user)
{
	set(h, port, user);
}

bool user_is_unbound(const struct evtmmap *h, __u32 port)
{
	return get(h, port) == &was_unbound;
}

bool user_is_bound(const struct evtmmap *h, __u32 port)
{
	return get(h, port) && !user_is_unbound(h, port);
}

/* No driver can be asked what is bound: of an adopted device the caller knows. */
int evtmmap_set_user(struct evtmmap *h, unsigned int port, void *user)
{
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	if (port >= EVTMMAP_PORT_LIMIT)
		return -EINVAL;
	if (!user_is_bound(h, port) && (!h->adopted || user_is_unbound(h, port)))
		return -ENOTCONN;
	set(h, port, user ? user : &bound_without_user);
	return 0;
}

void *evtmmap_user(const struct evtmmap *h, unsigned int port)
{
	void *user = get(h, port);

	return user == &bound_without_user || user == &was_unbound ? NULL : user;
}
