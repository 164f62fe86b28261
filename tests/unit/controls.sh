# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Broken copies of kernel/ring.[ch], and the cases that must notice. Sourced by
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
	's/drop = old & EVTCHN_AGAIN \? EVTCHN_AGAIN : EVTCHN_QUEUED;/drop = EVTCHN_QUEUED | EVTCHN_AGAIN;/' \
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
	's/synchronize_rcu_expedited\(\);/(void)0;/' \
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
