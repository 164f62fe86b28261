// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers on their way to a port, or back: who may bind one that others may hold?
 *
 * A bind has Xen make an event channel and then gives it an interrupt; unbind takes
 * the interrupt away and then has Xen close the channel; BIND_STATIC takes a channel
 * that somebody else has made. Between the two steps of the others it must not
 * mistake their number for a static one. So each number is noted from the moment Xen
 * has given it until its interrupt is there, and from before its interrupt goes until
 * Xen has closed it. What is open in Xen, has no interrupt and is not noted, no file
 * has. Other drivers note nothing: see evtchn_bind_static().
 */
#include <linux/list.h>
#include <linux/spinlock.h>
#include <asm/xen/hypercall.h>

#include "evtchn.h"

/*
 * Held over a hypercall and the look at a list as long as there are binds at this
 * moment; raw, so that nobody loses the CPU over it. Not over what may sleep.
 */
static DEFINE_RAW_SPINLOCK(evtchn_numbers_lock);
static LIST_HEAD(evtchn_numbers);

#ifdef EVTCHN_STATIC_KEEPS_IRQ
/* Ports that were static in a file once: their interrupts are ours to use again. */
static DECLARE_BITMAP(evtchn_left, EVTCHN_FIFO_NR_CHANNELS);

void evtchn_number_left(u32 number)
{
	set_bit(number, evtchn_left);
}

/*
 * After a restore none of them is that port any more. (Their interrupts stay
 * allocated: whose they were is not known.)
 */
void evtchn_numbers_anew(void)
{
	bitmap_zero(evtchn_left, EVTCHN_FIFO_NR_CHANNELS);
}

static bool evtchn_is_left(u32 number, int irq)
{
	return test_bit(number, evtchn_left) && !irq_has_action(irq);
}

static void evtchn_number_taken(u32 number)
{
	clear_bit(number, evtchn_left);
}
#else
void evtchn_number_left(u32 number) {}
void evtchn_numbers_anew(void) {}
static bool evtchn_is_left(u32 number, int irq) { return false; }
static void evtchn_number_taken(u32 number) {}
#endif

static bool evtchn_is_noted(u32 number)
{
	struct evtchn_number *n;

	list_for_each_entry(n, &evtchn_numbers, entry)
		if (n->number == number)
			return true;
	return false;
}

static bool evtchn_is_open(u32 number)
{
	struct evtchn_status status = { .dom = DOMID_SELF, .port = number };

	return !HYPERVISOR_event_channel_op(EVTCHNOP_status, &status) &&
	       status.status != EVTCHNSTAT_closed;
}

/* Has this kernel nothing to do with a port that is there? Context: under the lock. */
static int evtchn_is_static(u32 number)
{
	int irq;

	if (evtchn_is_noted(number))
		return -EBUSY;
	irq = irq_from_evtchn(number);
	if (irq > 0 && !evtchn_is_left(number, irq))
		return -EBUSY;
	return evtchn_is_open(number) ? 0 : -EINVAL;
}

/* Note @n, if it is, and if that is asked for. */
static int evtchn_look_at(struct evtchn_number *n, bool note)
{
	int ret;

	raw_spin_lock(&evtchn_numbers_lock);
	ret = evtchn_is_static(n->number);
	if (!ret && note)
		list_add(&n->entry, &evtchn_numbers);
	raw_spin_unlock(&evtchn_numbers_lock);
	return ret;
}

/* From here on nobody takes @n's number for a static one; @n is the caller's. */
void evtchn_number_note(struct evtchn_number *n)
{
	raw_spin_lock(&evtchn_numbers_lock);
	list_add(&n->entry, &evtchn_numbers);
	raw_spin_unlock(&evtchn_numbers_lock);
}

void evtchn_number_done(struct evtchn_number *n)
{
	raw_spin_lock(&evtchn_numbers_lock);
	list_del(&n->entry);
	raw_spin_unlock(&evtchn_numbers_lock);
}

static int evtchn_bind_noted(struct evtchn_file *file, struct evtchn_number *n,
			     bool is_static)
{
	int ret;

	evtchn_number_taken(n->number);
	ret = evtchn_bind(file, n->number, is_static);
	evtchn_number_done(n);
	return ret;
}

/**
 * evtchn_bind_new() - have Xen make a port, and bind it
 * @file: the file
 * @op: EVTCHNOP_*
 * @arg: its argument
 * @number: where in @arg the port will be
 *
 * Context: process, under bind_lock.
 * Return: the port; what Xen says, and as for evtchn_bind().
 */
int evtchn_bind_new(struct evtchn_file *file, int op, void *arg,
		    const evtchn_port_t *number)
{
	struct evtchn_number n;
	int ret;

	raw_spin_lock(&evtchn_numbers_lock);
	ret = HYPERVISOR_event_channel_op(op, arg);
	if (!ret) {
		n.number = *number;
		list_add(&n.entry, &evtchn_numbers);
	}
	raw_spin_unlock(&evtchn_numbers_lock);
	return ret ? ret : evtchn_bind_noted(file, &n, false);
}

/**
 * evtchn_bind_static() - BIND_STATIC
 * @file: the file
 * @number: an event channel that somebody else has made
 *
 * One that has an interrupt in this kernel, of a driver or another file, is left
 * alone, also if nothing handles it: gntdev and gntalloc hold some so. The
 * interrupt core would warn, and close it under its owner. So is one that is
 * closed: Xen would soon give it to somebody, with our interrupt on it.
 *
 * Context: process, under bind_lock.
 * Return: 0; EISCONN if this file has it already, EBUSY if somebody else does,
 * EINVAL if nobody has made it, and as for evtchn_bind().
 */
int evtchn_bind_static(struct evtchn_file *file, u32 number)
{
	struct evtchn_number n = { .number = number };
	int ret;

	if (number >= xen_evtchn_nr_channels())
		return -EINVAL;
	if (evtchn_port_of(file, number))
		return -EISCONN;
	ret = evtchn_look_at(&n, false);
	if (ret)
		return ret;
	/*
	 * What seems to be nobody's, another driver may be about to close. The kernel
	 * has one lock for whoever takes an interrupt away, and this passes through it
	 * (there is no port 0): then that is over, and the second look tells.
	 */
	evtchn_get(0);
	ret = evtchn_look_at(&n, true);
	if (!ret)
		ret = evtchn_bind_noted(file, &n, true);
	return min(ret, 0);
}
