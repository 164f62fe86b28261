// SPDX-License-Identifier: GPL-2.0
#include "user.h"

static const u64 *user_mmap(struct user *user, u64 offset, u32 nslots)
{
	u32 index = (offset >> 32) - 1;
	struct evtchn_segment *seg;
	const u64 *slots = NULL;

	pthread_mutex_lock(user->bind_lock);
	for (seg = user->ring->oldest; seg; seg = seg->next)
		if (seg->generation % EVTMMAP_SEGMENTS == index)
			break;
	if (seg && seg->nslots == nslots)
		slots = seg->slots;
	pthread_mutex_unlock(user->bind_lock);
	return slots;
}

static void user_enter(struct user *user, u32 generation)
{
	const struct evtmmap_segment *entry =
		&user->header->segment[generation % EVTMMAP_SEGMENTS];

	user->generation = generation;
	user->segment.offset = READ_ONCE(entry->offset);
	user->segment.base = READ_ONCE(entry->base);
	user->segment.nslots = READ_ONCE(entry->nslots);
	user->slots = user_mmap(user, user->segment.offset, user->segment.nslots);
	CHECK(user->slots);
}

void user_start(struct user *user, struct evtchn_ring *ring,
		pthread_mutex_t *bind_lock, bool by_prod)
{
	*user = (struct user){
		.header = ring->header,
		.by_prod = by_prod,
		.cons = ring->taker.pos,
		.ring = ring,
		.bind_lock = bind_lock,
	};
	user_enter(user, 0);
}

/*
 * prod only goes up, all slots below it are filled, and the generation that
 * goes with it has been announced.
 */
static bool user_may_take(struct user *user, u64 slot, u32 rel)
{
	u32 prod, generation;

	if (!user->by_prod)
		return EVTMMAP_SLOT_TAG(slot) == rel;
	prod = smp_load_acquire(&user->header->prod);
	CHECK_GE((s32)(prod - user->cons), 0);
	if (prod == user->cons)
		return false;
	generation = READ_ONCE(user->header->generation);
	CHECK_GE((s32)(generation - user->generation), 0);
	return true;
}

bool user_take(struct user *user, u32 *port)
{
	for (;;) {
		u32 rel = user->cons - user->segment.base;
		const u64 *at = &user->slots[rel & (user->segment.nslots - 1)];
		u64 slot = user->by_prod ? 0 : smp_load_acquire(at);

		if (!user_may_take(user, slot, rel))
			return false;
		/* With prod acquired the slots below it need no more. */
		slot = READ_ONCE(*at);
		CHECK_EQ(EVTMMAP_SLOT_TAG(slot), rel);
		user->cons++;
		*port = EVTMMAP_SLOT_PORT(slot);
		if (*port == EVTMMAP_PORT_CLOSED) {
			user_enter(user, user->generation + 1);
			CHECK_EQ(user->segment.base, user->cons);
		} else if (*port < EVTMMAP_PORT_SPECIAL) {
			return true;
		}
	}
}
