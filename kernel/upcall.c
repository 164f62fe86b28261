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
 * Queue a port that has just been given EVTCHN_QUEUED.
 * Context: under RCU, which interrupts always are.
 */
void evtchn_publish(struct evtchn_file *file, u32 port)
{
	evtchn_hold(EVTCHN_HOLD_G);
	evtchn_wake(file, evtchn_ring_publish(&file->ring, port));
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
	struct evtchn_file *file = port->file;

	switch (evtchn_credit_upcall(&port->credit)) {
	case EVTCHN_SPURIOUS:
		atomic64_inc((atomic64_t *)&file->ring.header->spurious);
		return IRQ_NONE;
	case EVTCHN_PUBLISH:
		evtchn_publish(file, port->port);
		break;
	default:
		break;
	}
	return IRQ_HANDLED;
}
