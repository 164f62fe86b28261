// SPDX-License-Identifier: GPL-2.0
/*
 * The floor: what an event costs Xen and the kernel alone. Loopback ports of
 * this domain, sent to from the kernel in multicalls with upcalls held back; the
 * handler does nothing but EOI. Loading it measures and prints; it then refuses
 * to stay.
 */
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/events.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>

#define PAIRS	1024
#define ROUNDS	11

struct pair {
	evtchn_port_t port;	/* what is sent to */
	evtchn_port_t peer;	/* what fires */
	int irq;
};

static struct pair *pairs;
static struct multicall_entry *entries;
static struct evtchn_send *sends;
static unsigned long fired;

static irqreturn_t fire(int irq, void *dev)
{
	fired++;
	xen_irq_lateeoi(irq, 0);
	return IRQ_HANDLED;
}

static int pair_bind(struct pair *pair)
{
	struct evtchn_alloc_unbound alloc = {
		.dom = DOMID_SELF, .remote_dom = DOMID_SELF,
	};
	struct evtchn_bind_interdomain bind = { .remote_dom = DOMID_SELF };
	int ret = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &alloc);

	if (ret)
		return ret;
	bind.remote_port = alloc.port;
	ret = HYPERVISOR_event_channel_op(EVTCHNOP_bind_interdomain, &bind);
	if (ret)
		return ret;
	pair->port = alloc.port;
	pair->peer = bind.local_port;
	pair->irq = bind_evtchn_to_irqhandler_lateeoi(pair->peer, fire, 0, "floor", pair);
	return pair->irq < 0 ? pair->irq : 0;
}

static void pair_unbind(struct pair *pair)
{
	struct evtchn_close close = { .port = pair->port };

	if (pair->irq > 0)
		unbind_from_irqhandler(pair->irq, pair);
	if (pair->port)
		HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
}

static void send_one(const struct pair *pair)
{
	notify_remote_via_evtchn(pair->port);
}

static void send_many(const struct pair *pair, unsigned int n)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < n; i++) {
		sends[i].port = pair[i].port;
		entries[i].op = __HYPERVISOR_event_channel_op;
		entries[i].args[0] = EVTCHNOP_send;
		entries[i].args[1] = (unsigned long)&sends[i];
	}
	HYPERVISOR_multicall(entries, n);
	local_irq_restore(flags);
}

static u64 one_round(unsigned int batch)
{
	u64 start = ktime_get_ns();
	unsigned int i;

	for (i = 0; i < PAIRS; i += batch) {
		if (batch == 1)
			send_one(&pairs[i]);
		else
			send_many(&pairs[i], batch);
	}
	return ktime_get_ns() - start;
}

static void measure(unsigned int batch)
{
	u64 ns[ROUNDS];
	unsigned int r;

	fired = 0;
	for (r = 0; r < ROUNDS; r++)
		ns[r] = one_round(batch);
	for (r = 0; r < ROUNDS && fired == PAIRS * ROUNDS; r++)
		pr_info("floor: %u %llu\n", batch, ns[r] / PAIRS);
	if (fired != PAIRS * ROUNDS)
		pr_err("floor %u: %lu of %u events\n", batch, fired, PAIRS * ROUNDS);
}

static int bind_and_measure(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < PAIRS; i++) {
		ret = pair_bind(&pairs[i]);
		if (ret)
			return ret;
	}
	measure(1);
	measure(8);
	measure(64);
	return -EAGAIN;
}

static int __init floor_init(void)
{
	unsigned int i;
	int ret = -ENOMEM;

	pairs = kcalloc(PAIRS, sizeof(*pairs), GFP_KERNEL);
	entries = kcalloc(64, sizeof(*entries), GFP_KERNEL);
	sends = kcalloc(64, sizeof(*sends), GFP_KERNEL);
	if (pairs && entries && sends)
		ret = bind_and_measure();
	for (i = 0; pairs && i < PAIRS; i++)
		pair_unbind(&pairs[i]);
	kfree(sends);
	kfree(entries);
	kfree(pairs);
	return ret;
}
module_init(floor_init);

MODULE_DESCRIPTION("What an event costs without a driver");
MODULE_LICENSE("GPL");
