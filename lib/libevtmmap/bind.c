// SPDX-License-Identifier: MIT
/*
 * Ports come and go.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include "device.h"
#include "handle.h"

int device_ioctl(const struct evtmmap *h, unsigned long command, void *arg)
{
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	ret = ioctl(h->fd, command, arg);
	return ret < 0 ? -errno : ret;
}

/* Drivers keep the lower 16 bits: of 0x10000 they would make domain 0. */
static bool is_domain(unsigned int domid)
{
	return domid <= (domid_t)-1;
}

static int bind_port(struct evtmmap *h, unsigned long command, void *arg)
{
	int port = device_ioctl(h, command, arg);

	if (port > 0)
		user_bound(h, (__u32)port);
	return port;
}

int evtmmap_bind_virq(struct evtmmap *h, unsigned int virq)
{
	struct ioctl_evtchn_bind_virq arg = { virq };

	return bind_port(h, IOCTL_EVTCHN_BIND_VIRQ, &arg);
}

int evtmmap_bind_interdomain(struct evtmmap *h, unsigned int domid,
			     unsigned int remote_port)
{
	struct ioctl_evtchn_bind_interdomain arg = { domid, remote_port };

	if (!is_domain(domid))
		return -EINVAL;
	return bind_port(h, IOCTL_EVTCHN_BIND_INTERDOMAIN, &arg);
}

int evtmmap_bind_unbound(struct evtmmap *h, unsigned int domid)
{
	struct ioctl_evtchn_bind_unbound_port arg = { domid };

	if (!is_domain(domid))
		return -EINVAL;
	return bind_port(h, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &arg);
}

/* Drivers differ in what they return for it: 0, or the port. */
int evtmmap_bind_static(struct evtmmap *h, unsigned int port)
{
	__u32 arg = port;
	int ret = device_ioctl(h, IOCTL_EVTCHN_BIND_STATIC, &arg);

	if (ret < 0)
		return ret;
	user_bound(h, port);
	return (int)port;
}

int evtmmap_unbind(struct evtmmap *h, unsigned int port)
{
	struct ioctl_evtchn_unbind arg = { port };
	int ret = handle_error(h);
	void *user;

	if (ret < 0)
		return ret;
	/* Before: another thread may be given the number as soon as it is free. */
	user = user_unbound(h, port);
	ret = device_ioctl(h, IOCTL_EVTCHN_UNBIND, &arg);
	if (ret < 0) {
		if (ret != -ENOTCONN)
			user_restore(h, port, user);
		return ret;
	}
	if (!h->header)
		classic_forget(h, port);
	return 0;
}

int evtmmap_restrict(struct evtmmap *h, unsigned int domid)
{
	struct ioctl_evtchn_restrict_domid arg = { (domid_t)domid };

	if (!is_domain(domid))
		return -EINVAL;
	return device_ioctl(h, IOCTL_EVTCHN_RESTRICT_DOMID, &arg);
}

static int begin_again(struct evtmmap *h, unsigned long command)
{
	int ret = device_ioctl(h, command, NULL);

	if (ret < 0)
		return ret;
	if (!h->header)
		return classic_begin_again(h);
	map_knows_restore(h);
	return map_start(h);
}

int evtmmap_resync(struct evtmmap *h)
{
	return begin_again(h, h && h->header ? EVTMMAP_IOC_RESYNC
					     : IOCTL_EVTCHN_RESET);
}

int evtmmap_reset(struct evtmmap *h)
{
	return begin_again(h, IOCTL_EVTCHN_RESET);
}
