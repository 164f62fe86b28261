// SPDX-License-Identifier: GPL-2.0
/*
 * T3: is anyone asleep?
 *
 * Asked by every publisher after its compare-and-swap, and for a level: "am I
 * at or past the place somebody waits for?". Nobody asks whether the ring was
 * empty before, and nobody claims a wake-up that another could then rely on:
 * whoever stops in here keeps nobody else from waking.
 */
#include "debug.h"
#include "evtchn.h"

/*
 * SIGIO once for each place the consumer stops at: an event that is still to be
 * taken signals unless another such did, whichever slot it filled. The note that
 * it did comes after the signal; two may be sent, none is left out. One that was
 * taken already must not write it, or the next would rely on a signal that the
 * consumer got for nothing.
 */
static void evtchn_sigio(struct evtchn_file *file, u32 pos,
			 const struct evtmmap_consumer *consumer)
{
	u32 cons = consumer ? READ_ONCE(consumer->cons) :
			      READ_ONCE(file->ring.taker.pos);

	if ((s32)(pos - cons) < 0 || READ_ONCE(file->signalled) == cons)
		return;
	kill_fasync(&file->fasync, SIGIO, POLL_IN);
	WRITE_ONCE(file->signalled, cons);
}

/*
 * The slot at @pos held an entry one lap ago. A consumer that gave ports back
 * before it took their entries may not have taken this one.
 */
static void evtchn_check_overrun(struct evtchn_ring *ring, u32 pos, u32 cons)
{
	struct evtchn_segment *seg = READ_ONCE(ring->newest);

	if (pos - seg->base < seg->nslots ||
	    (s32)(pos - seg->nslots - cons) < 0)
		return;
	WRITE_ONCE(ring->header->flags, EVTMMAP_F_OVERRUN);
	atomic64_inc((atomic64_t *)&ring->header->overruns);
}

/**
 * evtchn_wake() - wake whoever sleeps
 * @file: the file
 * @pos: the position that was published
 *
 * The publisher's compare-and-swap of the slot is fully ordered (A); what is
 * read here comes after it and matches what a sleeper stored before it looked
 * at the slot (D).
 *
 * Context: under RCU, which interrupts always are.
 */
void evtchn_wake(struct evtchn_file *file, u32 pos)
{
	struct evtmmap_consumer *consumer = evtchn_consumer(file);

	if (consumer) {
		evtchn_check_overrun(&file->ring, pos, READ_ONCE(consumer->cons));
		/* A, matches D */
		if ((READ_ONCE(consumer->flags) & EVTMMAP_C_WAKE_AT) &&
		    (s32)(pos - READ_ONCE(consumer->wake)) < 0)
			return;
	}
	if (waitqueue_active(&file->wait)) {	/* A, matches D */
		evtchn_hold(EVTCHN_HOLD_W);
		wake_up_interruptible_poll(&file->wait, EPOLLIN | EPOLLRDNORM);
	}
	if (READ_ONCE(file->fasync))
		evtchn_sigio(file, pos, consumer);
}

/**
 * evtchn_ready() - may there be something for the taker?
 * @file: the file
 *
 * To be asked by a sleeper that is on the wait queue already.
 *
 * Return: see evtchn_ring_filled(); for a mapped ring, whether the place its
 * consumer waits for is reached.
 */
bool evtchn_ready(struct evtchn_file *file)
{
	struct evtmmap_consumer *consumer = evtchn_consumer(file);
	u32 pos;

	smp_mb();					/* D, matches A */
	if (!consumer)
		pos = READ_ONCE(file->ring.taker.pos);
	else if (READ_ONCE(consumer->flags) & EVTMMAP_C_WAKE_AT)
		pos = READ_ONCE(consumer->wake);
	else
		pos = READ_ONCE(consumer->cons);
	return evtchn_ring_filled(&file->ring, pos);
}

/**
 * evtchn_wait_for() - who is to be woken, and when
 * @waiter: filled here, but for its queue entry
 * @file: a file with a mapped ring
 * @n: slots from the consumer's position on that have to be filled
 */
void evtchn_wait_for(struct evtchn_waiter *waiter, struct evtchn_file *file, u32 n)
{
	struct evtmmap_consumer *consumer = evtchn_consumer(file);

	waiter->file = file;
	waiter->pos = READ_ONCE(consumer->cons) + n - 1;
	if (READ_ONCE(consumer->flags) & EVTMMAP_C_WAKE_AT)
		WRITE_ONCE(consumer->wake, waiter->pos);
}

/*
 * Has a mapped consumer still to hear of a restore? What it waits for may never
 * come.
 */
bool evtchn_restored(struct evtchn_file *file)
{
	struct evtmmap_consumer *consumer = evtchn_consumer(file);

	return consumer && READ_ONCE(consumer->restores) !=
			   READ_ONCE(file->ring.header->restores);
}

/**
 * evtchn_reached() - is the wait over?
 * @waiter: who waits
 *
 * To be asked, too, by a waiter that is on the wait queue already.
 *
 * Return: 0 if it is not, 1 if the events are there, ESTALE.
 */
int evtchn_reached(const struct evtchn_waiter *waiter)
{
	smp_mb();					/* D, matches A */
	if (evtchn_ring_filled(&waiter->file->ring, waiter->pos))
		return 1;
	return evtchn_restored(waiter->file) ? -ESTALE : 0;
}

/*
 * A poller that is about to sleep has said so, and looks for commands next; who
 * stores one looks then whether it sleeps.
 */
void evtchn_poller_said(void)
{
	smp_mb();					/* T, matches S */
}
