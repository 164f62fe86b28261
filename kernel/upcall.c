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
 * Queue a port that has just been given EVTCHN_QUEUED; @entry is its number, or
 * with EVTMMAP_PORT_MASKED. Context: under RCU, which interrupts always are.
 */
void evtchn_publish(struct evtchn_port *port, u32 entry)
{
	struct evtchn_file *file = port->file;
	u32 pos;

	evtchn_hold(EVTCHN_HOLD_G);
	pos = evtchn_ring_publish(&file->ring, entry);
	WRITE_ONCE(port->pos, pos);
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

	return evtchn_credit_early(&port->credit,
				   (s32)(cons - READ_ONCE(port->pos)) > 0 &&
				   (s32)(READ_ONCE(file->ring.header->prod) - cons) >= 0);
}

/**
 * evtchn_upcall() - the interrupt handler of every port
 * @irq: the port's interrupt
 * @dev: its struct evtchn_port
 *
 * Takes no lock and waits for nobody. The interrupt may be shared with privcmd's
 * ioeventfd, which EOIs as it likes: a call for a port that is masked already
 * is not ours, and queues nothing.
 *
 * Return: IRQ_NONE for such a call.
 */
irqreturn_t evtchn_upcall(int irq, void *dev)
{
	struct evtchn_port *port = dev;
	bool early = READ_ONCE(port->early);

	switch (early ? evtchn_upcall_early(port) :
			evtchn_credit_upcall(&port->credit)) {
	case EVTCHN_SPURIOUS:
		atomic64_inc((atomic64_t *)&port->file->ring.header->spurious);
		return IRQ_NONE;
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
