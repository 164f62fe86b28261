#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: a suite that cannot fail says nothing. Each of these builds of the
# driver has one mistake in it, and a case that has to find it, every time. Where
# the last column says so it is found by time, which has to be exact: vCPUs take
# turns.

MODULES=/lib/evtmmap/broken
LOG=/run/broken.log
EVT_SECONDS=120
export EVT_SECONDS
n=0

say() { # OK|NOT NAME TEXT
	n=$((n + 1))
	if [ "$1" = ok ]; then echo "ok $n - $2 $3"; else echo "not ok $n - $2 $3"; fi
}

fails() { # NAME CASE PROGRAM
	sh "$LAB/unload.sh" || return
	if ! insmod "$MODULES/$1.ko"; then
		say not "$1" "loads"
		return
	fi
	if "/t/$3" "$2" >$LOG 2>&1; then
		say not "$1" "makes $2 fail"
	elif grep -q "^not ok 1 - $2" $LOG; then
		say ok "$1" "makes $2 fail: $(grep -m1 "^# $2: " $LOG | sed "s/^# $2: //")"
	else
		say not "$1" "makes $2 fail: it did not run"
	fi
	sed 's/^/# /' $LOG
}

list() {
	sed 's/#.*//' <<-LIST | awk -v accel="$ACCEL" '(NF > 3 ? $4 : "mt") == accel'
	wake-decided-early	wake_read				stress
	wake-decided-early	wake_poll				stress
	wake-decided-early	wake_mapped				stress
	sigio-noted-late	wake_sigio				stress
	wake-by-equality	sleeper_is_woken_behind_closed		mapped
	no-credit		unmask_before_drain_never_overflows_classic	mapped
	no-again		mapping_after_unmask_before_drain_and_an_event	mapped
	no-tombstone		unbind_leaves_nothing_classic		mapped
	no-tombstone		unbind_leaves_nothing_mapped		mapped
	cons-trusted		cons_of_any_value_loses_nothing		hostile
	pages-writable		mprotect_cannot_add_write		hostile
	fork-inherits		fork_inherits_no_mapping		hostile
	one-lock-for-all	resyncs_in_a_tight_loop			hostile	turns
	one-lock-for-pollers	starved_poller_delays_no_other_file	command
	prod-before-newest	grow_once_while_mapped_loses_nothing	mapped
	LIST
}

list >/run/broken.list
echo "1..$(grep -c . /run/broken.list)"
while read -r name case program _; do
	fails "$name" "$case" "$program"
done </run/broken.list
rmmod xen_evtchn
