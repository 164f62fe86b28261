#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job, for a driver built with DEBUG=1: nobody waits for a vCPU that
# stopped, but who would take away what it uses. Then the same ring with a spinlock
# and with tickets, commands under a lock, and a driver that makes such a mistake,
# where the same cases must fail for that reason, and those that stop elsewhere
# must not.
#
#	stopped.sh [CASE...]	only these, and no other builds

MODULES=/lib/evtmmap/stopped
LOG=/run/stopped.log
EVT_HOLD_MS=3000
bad=0

ours() { # CASE...
	/t/stopped "$@" || bad=1
}

say() { # OK|NOT TEXT
	n=$((n + 1))
	if [ "$1" = ok ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		bad=1
	fi
}

control() { # NAME fails|passes CASE
	sh "$LAB/unload.sh"
	if ! insmod "$MODULES/$1.ko"; then
		say not "$1 loads"
		return
	fi
	/t/stopped "$3" >$LOG 2>&1
	if [ "$2" = fails ] && grep -q "^not ok 1 - $3" $LOG &&
	   grep "^# $3: " $LOG | grep -qE 'late by|is lost|a user is held'; then
		say ok "$1 makes $3 fail: $(sed -n "s/^# $3: [^ ]* //p" $LOG)"
	elif [ "$2" = passes ] && grep -q "^ok 1 - $3" $LOG; then
		say ok "$1 lets $3 pass"
	else
		say not "$1: $3 $2"
	fi
	sed 's/^/# /' $LOG
}

list() {
	cat <<-LIST
	spinlock	fails	read_goes_on_while_L_is_held
	spinlock	fails	poll_goes_on_while_A_is_held
	spinlock	fails	mapped_goes_on_while_C_is_held
	spinlock	fails	read_goes_on_while_growing_A_is_held
	spinlock	passes	read_goes_on_while_G_is_held
	spinlock	passes	mapped_goes_on_while_W_is_held
	ticket		fails	read_goes_on_while_L_is_held
	ticket		fails	poll_goes_on_while_L_is_held
	ticket		fails	mapped_goes_on_while_L_is_held
	ticket		passes	read_goes_on_while_A_is_held
	ticket		passes	mapped_goes_on_while_G_is_held
	command-lock	fails	mapped_goes_on_while_enter_Q_is_held
	command-lock	fails	mapped_goes_on_while_poller_Q_is_held
	command-lock	passes	mapped_goes_on_while_L_is_held
	masked-dropped	fails	read_loses_nothing_to_a_port_that_moved
	masked-dropped	fails	mapped_loses_nothing_to_a_port_that_followed
	users-not-asked	fails	unbind_waits_for_a_rearm_that_stopped
	users-not-asked	fails	unbind_waits_for_a_notify_that_stopped
	early-unsynchronized	fails	early_eoi_waits_for_a_handler_that_stopped
	LIST
}

# A kernel that has just started is busy with itself for a while.
sleep 20
ours "$@"
if [ $# -eq 0 ]; then
	export EVT_HOLD_MS
	n=0
	list >/run/stopped.list
	echo "1..$(grep -c . /run/stopped.list)"
	while read -r name what case; do
		control "$name" "$what" "$case"
	done </run/stopped.list
	sh "$LAB/unload.sh"
fi
exit $bad
