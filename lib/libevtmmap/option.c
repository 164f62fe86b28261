// SPDX-License-Identifier: MIT
/*
 * How a port works.
 */
#include <errno.h>
#include "device.h"
#include "handle.h"

static int set_option(struct evtmmap *h, __u64 feature, unsigned long command,
		      unsigned int port, unsigned int value)
{
	struct evtmmap_port_option arg = { port, value };
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	if (!h->header || !(h->header->features & feature))
		return -EOPNOTSUPP;
	return device_ioctl(h, command, &arg);
}

int evtmmap_early_eoi(struct evtmmap *h, unsigned int port)
{
	return set_option(h, EVTMMAP_FEAT_EARLY_EOI, EVTMMAP_IOC_EARLY_EOI, port, 0);
}

int evtmmap_set_affinity(struct evtmmap *h, unsigned int port, int cpu)
{
	return set_option(h, EVTMMAP_FEAT_AFFINITY, EVTMMAP_IOC_AFFINITY, port,
			  cpu < 0 ? EVTMMAP_CPU_CONSUMER : (unsigned int)cpu);
}

int evtmmap_set_priority(struct evtmmap *h, unsigned int port,
			 unsigned int priority)
{
	return set_option(h, EVTMMAP_FEAT_PRIORITY, EVTMMAP_IOC_PRIORITY, port,
			  priority);
}

int evtmmap_bind_virq_vcpu(struct evtmmap *h, unsigned int virq, unsigned int vcpu)
{
	int port = set_option(h, EVTMMAP_FEAT_VIRQ_VCPU, EVTMMAP_IOC_BIND_VIRQ,
			      virq, vcpu);

	if (port > 0)
		user_bound(h, (__u32)port);
	return port;
}
