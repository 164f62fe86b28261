// SPDX-License-Identifier: GPL-2.0
/*
 * T1: an event arrives.
 *
 * Xen marks a port pending and calls the kernel up on the vCPU the port is
 * bound to; the kernel masks the port and calls us, with interrupts off. The
 * interrupt's dev_id is the port, so there is nothing to look up: we note that
 * the port fired, put it into its file's ring (T2), and wake whoever sleeps
 * there (T3). The port stays masked until user space gives it back (T5).
 */
#include "debug.h"
#include "evtchn.h"

/*
 * Note where the port's newest entry is, for unbind. One before it that a mapped
 * consumer has not taken may be anywhere; so may one of a publisher that stopped
 * here, and comes after another.
 */
static void evtchn_note_place(struct evtchn_port *port, u32 pos,
			      const struct evtmmap_consumer *consumer)
{
	u64 old = READ_ONCE(port->place), place = EVTCHN_PLACE(EVTCHN_THERE, pos);

	if (!consumer) {
		WRITE_ONCE(port->place, place);
		return;
	}
	do {
		if (old && (s32)(READ_ONCE(consumer->cons) - lower_32_bits(old)) <= 0)
			place = EVTCHN_PLACE(EVTCHN_ABOUT, pos);
		if (old && (s32)(pos - lower_32_bits(old)) < 0)
			place = EVTCHN_PLACE(EVTCHN_ABOUT, lower_32_bits(old));
	} while (!try_cmpxchg_relaxed(&port->place, &old, place));
}

/*
 * Queue a port that has just been given EVTCHN_QUEUED; @entry is its number, or
 * with EVTMMAP_PORT_MASKED. Context: under RCU, which interrupts always are.
 */
void evtchn_publish(struct evtchn_port *port, u32 entry)
{
	struct evtchn_file *file = port->file;
	u32 pos;

	evtchn_hold(EVTCHN_HOLD_G);
	pos = evtchn_ring_publish(&file->ring, entry);
	evtchn_note_place(port, pos, evtchn_consumer(file));
	evtchn_wake(file, pos);
}

/*
 * For consumers that say what they have taken in their page. One that claims to
 * have taken what is not there yet would be rearmed for ever: it is not believed.
 */
static enum evtchn_verdict evtchn_upcall_early(struct evtchn_port *port)
{
	struct evtchn_file *file = port->file;
	u32 cons = evtchn_ring_cons(evtchn_consumer(file));
	u32 pos = lower_32_bits(READ_ONCE(port->place));

	return evtchn_credit_early(&port->credit, (s32)(cons - pos) > 0 &&
				   (s32)(READ_ONCE(file->ring.header->prod) - cons) >= 0);
}

/**
 * evtchn_upcall() - the interrupt handler of every port
 * @irq: the port's interrupt
 * @dev: its struct evtchn_port
 *
 * Takes no lock and waits for nobody. Of a port that is masked already nothing is
 * queued, but the event is noted, see evtchn_credit_upcall().
 *
 * Return: IRQ_HANDLED.
 */
irqreturn_t evtchn_upcall(int irq, void *dev)
{
	struct evtchn_port *port = dev;
	bool early = READ_ONCE(port->early);

	evtchn_hold(EVTCHN_HOLD_E);
	switch (early ? evtchn_upcall_early(port) :
			evtchn_credit_upcall(&port->credit)) {
	case EVTCHN_SPURIOUS:
		atomic64_inc((atomic64_t *)&port->file->ring.header->spurious);
		break;
	case EVTCHN_PUBLISH:
		evtchn_publish(port, port->port |
				     (early ? EVTMMAP_PORT_MASKED : 0));
		break;
	case EVTCHN_PUBLISH_EOI:
		evtchn_publish(port, port->port);
		xen_irq_lateeoi(irq, 0);
		break;
	default:
		break;
	}
	return IRQ_HANDLED;
}
