# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Broken copies of the sources, and the cases that must notice. Sourced by
# run.sh. A change that no longer finds its place is a failure too.

control prod_moves_before_the_slot_is_filled plain \
	's/cmpxchg\(slot, old, EVTMMAP_SLOT\(rel, port\)\) == old/(cmpxchg(prod, pos, pos + 1), &)/' \
	orders_of_two_publishers

control newest_is_read_before_prod plain \
	'/^u32 evtchn_ring_publish/,/^\}/{/L, matches J and K \*\//{h;d};/L, matches J \*\//{G}}' \
	'orders_of_two_publishers_and_a_grower*'

control publisher_does_not_know_closed plain \
	's/(SLOT_PORT\(old\)) == EVTMMAP_PORT_CLOSED/\1 == 0xfffffff5/' \
	'orders_of_*grow*'

control prod_moves_before_newest plain \
	'/^\tsegment_follow\(ring, seg\);/{h;d};/K, matches L \*\/$/{/^\tcmpxchg/G}' \
	'orders_of_*grow*'

control newest_moves_before_generation plain \
	'/cmpxchg\(&ring->header->generation/{h;d};/cmpxchg\(&ring->newest/G' \
	orders_of_generation_and_prod

control nobody_helps_prod plain \
	'/^\t\t\tcmpxchg\(prod, pos, pos \+ 1\);$/s/cmpxchg.*/(void)0;/' \
	stalled_publisher_delays_only_itself

control a_position_far_from_its_base_is_taken_for_old plain \
	's/^\t\tslot = evtchn_slot\(seg, rel\);/\t\tif ((s32)rel < 0) { cmpxchg(prod, pos, seg->base); continue; }\n&/' \
	publish_returns_positions_in_a_row_tag_wraps

control filled_believes_prod_only plain \
	's/return tag == rel;/return false;/' \
	'orders_of_a_sleeper_and_*' stalled_publisher_is_seen_by_filled

control sleeper_ahead_of_prod_is_told_to_go_on plain \
	's/return \(s32\)\(prod - pos\) > 0;/return true;/' \
	filled_while_prod_is_behind_closed

control credit_publishes_although_queued plain \
	's/return old & EVTCHN_QUEUED \? EVTCHN_NOTHING : EVTCHN_PUBLISH;/return EVTCHN_PUBLISH;/' \
	'credit_*'

control credit_forgets_what_came_again plain \
	'/^static inline enum evtchn_verdict evtchn_credit_take/,/^\}/s/\(old \| EVTCHN_QUEUED\)/(old \& ~EVTCHN_QUEUED)/' \
	'credit_*'

control unbind_leaves_entries plain \
	's/^(.*EVTMMAP_SLOT_TAG\(old\),)$/\1 port +/;s/^(\t+)EVTMMAP_PORT_DEAD\)\) == old/\1 0)) == old/' \
	'forget_*'

control failed_allocation_leaks plain \
	'/^\tif \(!seg->slots\) \{/,/\}/s/kfree\(seg\);//' \
	'*without_memory*'

control sweep_takes_and_does_not_publish plain \
	'/^void evtchn_ring_sweep/,/^\}/s/evtchn_ring_publish\(ring, port\);//' \
	'sweep_*'

control no_grace_period asan \
	's/call_rcu\(&seg->rcu, segment_free_rcu\)/segment_free(seg)/' \
	threads_segments_go_after_their_publishers

control slot_is_filled_without_order tsan \
	's/cmpxchg\(slot, old, EVTMMAP_SLOT\(rel, port\)\)/cmpxchg_relaxed(slot, old, EVTMMAP_SLOT(rel, port))/' \
	threads_each_event_once_by_read

control taker_reads_without_order tsan \
	's/(u64 slot = )smp_load_acquire\((.*)\);/\1READ_ONCE(*\2);/' \
	threads_each_event_once_by_read

control prod_moves_without_order tsan \
	's/cmpxchg\(prod, /cmpxchg_relaxed(prod, /' \
	threads_each_event_once_by_prod_growing

# A barrier less. x86's store buffers bring these out in the explorer; where it
# takes two of them, each alone is made up for by the other.

control no_barrier_before_ready_looks plain \
	's/^\tsmp_mb\(\);(.*D, matches A.*)/\1/' \
	orders_of_a_poller_and_two_interrupts

control no_barrier_after_the_wake_position plain \
	'/^static inline void ring_wake_here/,/^\}/s/__atomic_thread_fence\(.*\);//' \
	orders_of_a_quiet_epoller_and_two_interrupts

control no_barrier_after_cons_before_sigio_is_waited_for plain \
	'/^static inline void ring_wake_here/,/^\}/s/__atomic_thread_fence\(.*\);//' \
	orders_of_sigio_and_a_mapped_consumer

control publish_is_release_only plain \
	'/^u32 evtchn_ring_publish/,/^\}/s/cmpxchg\((prod|slot)/cmpxchg_release(\1/' \
	orders_of_a_poller_and_two_interrupts

# The port fires although it is masked.

for who in a_reader a_mapped_consumer early_eoi; do
	control "masked_is_dropped_$who" plain \
		's/new = old \| EVTCHN_AGAIN;/return EVTCHN_SPURIOUS;/' \
		"orders_of_replays_and_$who"
done

control rearm_forgets_what_came_masked plain \
	's/^(\t\tagain = ).*/\1false;/' \
	orders_of_replays_and_a_reader

# UNBIND and who uses the port.

control unbind_does_not_look_for_users plain \
	's/return \(u32\)atomic_read_acquire\(credit\) >= EVTCHN_USE;/return false;/' \
	'orders_of_unbind_*'

control unbind_does_not_say_gone plain \
	's/atomic_fetch_or\(EVTCHN_GONE, credit\)/atomic_read(credit)/' \
	'orders_of_unbind_*'

control rearm_does_not_look_whether_it_is_gone plain \
	'/^static inline enum evtchn_verdict evtchn_credit_rearm(_plain)?\(/,/^\}/{s/ \|\| \(old & EVTCHN_GONE\)//;s/ \| EVTCHN_GONE\)\)/))/}' \
	'orders_of_unbind_*'

control use_ends_before_the_eoi plain \
	'/^\tevtchn_port_put\(port\);/d;s/^\t(if \(verdict == EVTCHN_EOI\) \{|xen_irq_lateeoi\()/\tevtchn_port_put(port);\n&/' \
	'orders_of_unbind_*'

control a_port_goes_without_a_grace_period plain \
	's/kfree_rcu\(port, rcu\)/kfree(port)/' \
	'orders_of_unbind_*'

control unbind_leaves_what_is_at_its_place plain \
	's/how == EVTCHN_NOWHERE/how != EVTCHN_NOWHERE/' \
	'orders_of_unbind_*'

# Who wakes whom.

control wake_by_equality plain \
	's/\(s32\)\(pos - READ_ONCE\(consumer->wake\)\) < 0/pos != READ_ONCE(consumer->wake)/' \
	orders_of_a_quiet_consumer_and_two_interrupts

control wake_by_equality_where_closed_stands plain \
	's/\(s32\)\(pos - READ_ONCE\(consumer->wake\)\) < 0/pos != READ_ONCE(consumer->wake)/' \
	orders_of_a_quiet_consumer_and_a_grower

control wake_is_decided_before_publish plain \
	's/^\tpos = (evtchn_ring_publish.*);/\tbool more = evtchn_ring_filled(\&file->ring, READ_ONCE(file->ring.taker.pos));\n\n\tpos = \1;/;s/^\tevtchn_wake\(file, pos\);/\tif (!more)\n\t\tevtchn_wake(file, pos);/' \
	orders_of_a_reader_and_two_interrupts

control only_the_first_wakes plain \
	's/(waitqueue_active\(&file->wait\))\)/\1 \&\& !xchg(\&file->signalled, 1))/;/^bool evtchn_ready/,/^\}/s/^\tsmp_mb/\tWRITE_ONCE(file->signalled, 0);\n&/' \
	orders_of_a_poller_and_two_interrupts

control sigio_is_noted_before_it_is_sent plain \
	'/^\tkill_fasync/{h;d};/^\tWRITE_ONCE\(file->signalled/G' \
	orders_of_sigio_and_two_interrupts

control sigio_is_noted_by_one_that_was_taken plain \
	's/\(s32\)\(pos - cons\) < 0 \|\| //' \
	orders_of_sigio_and_two_interrupts

# Growing, and what goes.

control closed_is_put_after_newest_moved plain \
	's/^(\t+)if \(cmpxchg\(slot, old, closed\(rel\)\) == old\)/\1segment_follow(ring, seg);\n&/' \
	'orders_of_*grow*'

control closed_is_put_over_an_event plain \
	's/if \(cmpxchg\(slot, old, closed\(rel\)\) == old\)/WRITE_ONCE(*slot, closed(rel));/' \
	'orders_of_*grow*'

control closed_is_put_before_next plain \
	'/H, matches I \*\//{h;d};/^\tsegment_follow\(ring, seg\);/{x;G}' \
	'orders_of_*grow*'

control no_grace_period_after_resync plain \
	's/call_rcu\(&seg->rcu, segment_free_rcu\)/segment_free(seg)/' \
	orders_of_resync_and_two_interrupts

control a_port_that_waits_is_not_queued_again plain \
	'/^static inline enum evtchn_verdict evtchn_credit_requeue/,/^\}/s/return EVTCHN_PUBLISH;/return EVTCHN_NOTHING;/' \
	orders_of_resync_and_two_interrupts
