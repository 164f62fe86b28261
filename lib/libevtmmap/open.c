// SPDX-License-Identifier: MIT
/*
 * Handles come and go.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

static int open_device(const struct evtmmap_options *o)
{
	int fd;

	if (o->flags & EVTMMAP_OPT_ADOPT_FD)
		return o->fd < 0 ? -EBADF : o->fd;
	fd = open(o->path ? o->path : DEVICE_PATH,
		  O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

/*
 * Only this device says of a port that cannot be that it is not connected; that
 * is all it does. Of others nothing is asked that is no character device.
 */
static int check_device(int fd)
{
	struct ioctl_evtchn_notify nowhere = { UINT32_MAX };
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || ioctl(fd, IOCTL_EVTCHN_NOTIFY, &nowhere) >= 0)
		return -ENOTTY;
	if (errno == EACCES || errno == EPERM)
		return -errno;
	return errno == ENOTCONN ? 0 : -ENOTTY;
}

static int open_ring(struct evtmmap *h, unsigned int flags)
{
	int ret = flags & EVTMMAP_OPT_NO_MMAP ? -ENODEV : map_open(h);

	if (ret == -ENODEV) {
		classic_open(h);
		ret = 0;
	}
	if (ret == 0)
		queue_open(h);
	return ret;
}

/* A descriptor that we were given is changed only when all is well. */
static int open_descriptor(struct evtmmap *h, unsigned int flags)
{
	int mode = fcntl(h->fd, F_GETFL), ret;

	if (mode < 0)
		return -errno;
	if ((mode & O_ACCMODE) != O_RDWR)
		return -EBADF;
	ret = check_device(h->fd);
	if (ret == 0)
		ret = open_ring(h, flags);
	if (ret == 0 && fcntl(h->fd, F_SETFL, mode | O_NONBLOCK) < 0)
		ret = -errno;
	return ret;
}

static struct evtmmap *new_handle(void)
{
	struct evtmmap *h = mmap(NULL, sizeof(*h), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (h == MAP_FAILED)
		return NULL;
	/* Linux 4.14. Before, a child that uses the handle does so unwarned. */
	madvise(h->wiped, sizeof(h->wiped), MADV_WIPEONFORK);
	h->ours = true;
	h->stale = EVTMMAP_SLOT(1, 0);
	return h;
}

/* In a child there is no header, and so nothing mapped, see struct evtmmap. */
static void free_handle(struct evtmmap *h)
{
	map_close(h);
	munmap(h, sizeof(*h));
}

static int open_handle(struct evtmmap *h, const struct evtmmap_options *o)
{
	int ret;

	h->adopted = o->flags & EVTMMAP_OPT_ADOPT_FD;
	h->quiet = o->flags & EVTMMAP_OPT_QUIET;
	h->spin_most = o->spin_ns;
	h->spin = o->spin_ns / 2;
	h->fd = open_device(o);
	if (h->fd < 0)
		return h->fd;
	ret = open_descriptor(h, o->flags);
	if (ret < 0 && !h->adopted)
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
	h = new_handle();
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
	if (h->ours && !h->header && (h->resend || ring_state(&h->ring) != RING_EMPTY))
		return -EBUSY;
	fd = h->fd;
	free_handle(h);
	return fd;
}

int evtmmap_fd(const struct evtmmap *h)
{
	int ret = handle_error(h);

	return ret < 0 ? ret : h->fd;
}

int evtmmap_is_mapped(const struct evtmmap *h)
{
	int ret = handle_error(h);

	return ret < 0 ? ret : !!h->header;
}
