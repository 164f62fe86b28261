// SPDX-License-Identifier: MIT
/*
 * Handles come and go.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "device.h"
#include "handle.h"

#define KNOWN_FLAGS	(EVTMMAP_OPT_NO_MMAP | EVTMMAP_OPT_ADOPT_FD | EVTMMAP_OPT_QUIET)

static bool is_zero(const unsigned char *p, size_t n)
{
	while (n--)
		if (*p++)
			return false;
	return true;
}

/* Options of an older program are shorter; of a newer one, 0 where longer. */
static int copy_options(struct evtmmap_options *to,
			const struct evtmmap_options *from)
{
	memset(to, 0, sizeof(*to));
	if (!from)
		return 0;
	if (from->size < sizeof(from->size))
		return -EINVAL;
	if (from->size > sizeof(*to) &&
	    !is_zero((const unsigned char *)(from + 1), from->size - sizeof(*to)))
		return -E2BIG;
	memcpy(to, from, from->size < sizeof(*to) ? from->size : sizeof(*to));
	return to->flags & ~KNOWN_FLAGS ? -EINVAL : 0;
}

static int adopt(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	return fd;
}

static int open_device(const struct evtmmap_options *o)
{
	int fd;

	if (o->flags & EVTMMAP_OPT_ADOPT_FD)
		return adopt(o->fd);
	fd = open(o->path ? o->path : DEVICE_PATH, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

static int open_ring(struct evtmmap *h, unsigned int flags)
{
	int ret = user_open(h);

	if (ret < 0)
		return ret;
	ret = flags & EVTMMAP_OPT_NO_MMAP ? -ENODEV : map_open(h);
	if (ret == -ENODEV)
		ret = classic_open(h);
	if (ret == 0)
		queue_open(h);
	return ret;
}

static void free_handle(struct evtmmap *h)
{
	map_close(h);
	classic_close(h);
	user_close(h);
	free(h);
}

static int open_handle(struct evtmmap *h, const struct evtmmap_options *o)
{
	int ret;

	h->quiet = o->flags & EVTMMAP_OPT_QUIET;
	h->spin_most = o->spin_ns;
	h->spin = o->spin_ns / 2;
	h->fd = open_device(o);
	if (h->fd < 0)
		return h->fd;
	ret = open_ring(h, o->flags);
	if (ret < 0 && !(o->flags & EVTMMAP_OPT_ADOPT_FD))
		close(h->fd);
	return ret;
}

int evtmmap_open(struct evtmmap **handle, const struct evtmmap_options *options)
{
	struct evtmmap_options o;
	struct evtmmap *h;
	int ret = copy_options(&o, options);

	if (!handle || ret < 0)
		return handle ? ret : -EINVAL;
	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	ret = open_handle(h, &o);
	if (ret < 0)
		free_handle(h);
	else
		*handle = h;
	return ret;
}

void evtmmap_close(struct evtmmap *h)
{
	if (!h)
		return;
	close(h->fd);
	free_handle(h);
}

/* What read() returned is in no kernel any more: it would be lost with us. */
int evtmmap_detach(struct evtmmap *h)
{
	int fd;

	if (!h)
		return -EINVAL;
	if (!h->header && (h->resend || ring_state(&h->ring) != RING_EMPTY))
		return -EBUSY;
	fd = h->fd;
	free_handle(h);
	return fd;
}

int evtmmap_fd(const struct evtmmap *h)
{
	return h ? h->fd : -EINVAL;
}

int evtmmap_is_mapped(const struct evtmmap *h)
{
	return h ? !!h->header : -EINVAL;
}
