// SPDX-License-Identifier: MIT
/*
 * The way back: rearm and notify. Any thread may be in here.
 */
#include <errno.h>
#include <limits.h>
#include <unistd.h>
#include "device.h"
#include "handle.h"

/* Returns how many of them the driver took: all, or what one call can take. */
int rearm_ports(const struct evtmmap *h, const __u32 *ports, size_t n)
{
	ssize_t done;

	if (n > CLASSIC_PORTS)
		n = CLASSIC_PORTS;
	do
		done = write(h->fd, ports, n * sizeof(*ports));
	while (done < 0 && errno == EINTR);
	return done < 0 ? -errno : (int)((size_t)done / sizeof(*ports));
}

int evtmmap_rearm(struct evtmmap *h, unsigned int port)
{
	__u32 p = port;
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	if (port >= EVTMMAP_PORT_LIMIT)
		return -EINVAL;
	ret = rearm_ports(h, &p, 1);
	return ret < 0 ? ret : 0;
}

int evtmmap_rearm_many(struct evtmmap *h, const uint32_t *ports, size_t n)
{
	size_t done = 0;
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	if ((!ports && n) || n > INT_MAX)
		return -EINVAL;
	while (done < n) {
		ret = rearm_ports(h, ports + done, n - done);
		if (ret <= 0)
			break;
		done += (size_t)ret;
	}
	return done ? (int)done : ret;
}

int evtmmap_notify(struct evtmmap *h, unsigned int port)
{
	struct ioctl_evtchn_notify arg = { port };

	return device_ioctl(h, IOCTL_EVTCHN_NOTIFY, &arg);
}
