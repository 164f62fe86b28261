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

#define ROUNDS	11

static unsigned int pairs_wanted = 1024;
module_param_named(pairs, pairs_wanted, uint, 0);
MODULE_PARM_DESC(pairs, "pairs of ports");

static unsigned int silent;
module_param(silent, uint, 0);
MODULE_PARM_DESC(silent, "ports bound before each pair that never fire");

struct pair {
	evtchn_port_t port;	/* what is sent to; 0 if it is silent */
	evtchn_port_t peer;	/* what fires */
	int irq;
};

static struct pair *pairs;
static struct multicall_entry *entries;
static struct evtchn_send *sends;
static unsigned long fired;
static bool eoi_timed;
static u64 eoi_ns;

static void timed_eoi(int irq)
{
	u64 start = ktime_get_ns(), begin = ktime_get_ns();

	xen_irq_lateeoi(irq, 0);
	eoi_ns += ktime_get_ns() - begin - (begin - start);
}

static irqreturn_t fire(int irq, void *dev)
{
	fired++;
	if (eoi_timed)
		timed_eoi(irq);
	else
		xen_irq_lateeoi(irq, 0);
	return IRQ_HANDLED;
}

/* How many are bound, silent ones too; and the i-th that fires. */
static unsigned int nbound(void)
{
	return pairs_wanted * (silent + 1);
}

static struct pair *firing(unsigned int i)
{
	return &pairs[i * (silent + 1) + silent];
}

static int silent_bind(struct pair *pair)
{
	struct evtchn_alloc_unbound alloc = {
		.dom = DOMID_SELF, .remote_dom = DOMID_SELF,
	};
	int ret = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &alloc);

	if (ret)
		return ret;
	pair->irq = bind_evtchn_to_irqhandler_lateeoi(alloc.port, fire, 0, "floor", pair);
	return pair->irq < 0 ? pair->irq : 0;
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

static void send_many(unsigned int first, unsigned int n)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < n; i++) {
		sends[i].port = firing(first + i)->port;
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

	for (i = 0; i < pairs_wanted; i += batch) {
		if (batch == 1)
			send_one(firing(i));
		else
			send_many(i, batch);
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
	for (r = 0; r < ROUNDS && fired == pairs_wanted * ROUNDS; r++)
		pr_info("floor: %u %llu\n", batch, ns[r] / pairs_wanted);
	if (fired != pairs_wanted * ROUNDS)
		pr_err("floor %u: %lu of %u events\n", batch, fired, pairs_wanted * ROUNDS);
}

/* Of it the EOI, by how many ports are bound. */
static void measure_eoi(void)
{
	unsigned int r;

	eoi_timed = true;
	for (r = 0; r < ROUNDS; r++) {
		eoi_ns = 0;
		one_round(1);
		pr_info("floor: eoi %u %llu\n", nbound(), eoi_ns / pairs_wanted);
	}
}

static int bind_and_measure(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < nbound(); i++) {
		ret = (i + 1) % (silent + 1) ? silent_bind(&pairs[i]) : pair_bind(&pairs[i]);
		if (ret)
			return ret;
	}
	if (pairs_wanted % 64 == 0) {
		measure(1);
		measure(8);
		measure(64);
	}
	measure_eoi();
	return -EAGAIN;
}

static int __init floor_init(void)
{
	unsigned int i;
	int ret = -ENOMEM;

	pairs = kvcalloc(nbound(), sizeof(*pairs), GFP_KERNEL);
	entries = kcalloc(64, sizeof(*entries), GFP_KERNEL);
	sends = kcalloc(64, sizeof(*sends), GFP_KERNEL);
	if (pairs && entries && sends)
		ret = bind_and_measure();
	for (i = 0; pairs && i < nbound(); i++)
		pair_unbind(&pairs[i]);
	kfree(sends);
	kfree(entries);
	kvfree(pairs);
	return ret;
}
module_init(floor_init);

MODULE_DESCRIPTION("What an event costs without a driver");
MODULE_LICENSE("GPL");
