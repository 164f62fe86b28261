#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job, for `vm/boot.sh -x`: Debian's own programs, unchanged, over
# whichever driver is loaded: xenstored, xen-init-dom0, xenconsoled, xl with a
# PV guest; what they bound, as Xen's own list of ports sees it; and that
# nothing of it is left when they are gone.

N=0
LOG=/var/log/xen/console/guest-domu.log

check() { # WHAT COMMAND...
	what=$1
	shift
	N=$((N + 1))
	if "$@" >&2; then
		echo "ok $N - $what"
	else
		echo "not ok $N - $what"
	fi
}

until_true() { # SECONDS COMMAND...
	end=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt $end ] || return 1
		sleep 0.2
	done
}

# Xen's own view of dom0's ports; which vCPU they are bound to may change.
ports() { lsevtchn 0 | sed 's/VCPU [0-9]*: //'; }
as_before() { ports | cmp -s /run/ports - ; }
ports_with() { ports | grep -c "(Connected) - Remote Domain $1,"; }
no_ports_with() { [ "$(ports_with "$1")" = 0 ]; }

# Two for each guest: its store and its console.
guest_has_two_ports() { [ "$(ports_with "$DOMID")" = 2 ]; }

virq_bound() { ports | grep -q "Virtual IRQ $1\$"; }

# By the kernel's xenbus driver and its event channel; the tools would else
# take the daemon's socket, which has nothing to do with us.
over_xenbus() { XENSTORED_PATH=/dev/xen/xenbus "$@"; }

start_stack() {
	sh "$LAB/xen-up.sh"
}

store_round_trip() {
	over_xenbus xenstore-write /tool/lab/a one &&
		[ "$(over_xenbus xenstore-read /tool/lab/a)" = one ]
}

watched_twice() { [ "$(wc -l </run/watched)" -ge 2 ]; }

# A watch fires on its own: the daemon has to wake without being asked.
watch_fires() {
	over_xenbus xenstore-watch -n 2 /tool/lab/watched >/run/watched &
	watcher=$!
	until_true 10 test -s /run/watched || return 1
	xenstore-write /tool/lab/watched now
	until_true 10 watched_twice || return 1
	wait $watcher
}

many_round_trips() {
	i=0
	while [ $i -lt 50 ]; do
		over_xenbus xenstore-write /tool/lab/n $i || return 1
		[ "$(over_xenbus xenstore-read /tool/lab/n)" = $i ] || return 1
		i=$((i + 1))
	done
}

domain_up() { xl domid domu >/dev/null 2>&1; }
domain_gone() { ! xl domid domu >/dev/null 2>&1; }
console_says() { grep -qF "$1" $LOG 2>/dev/null; }

# Words of its own, in their order, once each: nothing lost on the way.
console_complete() {
	[ "$(grep -c '^domu line' $LOG)" = 5 ] &&
		[ "$(sed -n 's/^domu line \([0-9]\) of 5.*/\1/p' $LOG | tr -d '\n')" = 12345 ]
}

# Interrupts the driver took on a program's behalf, under its name.
irqs_of() { # PROGRAM
	awk -v name="evtchn:$1" '$NF == name {
		for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++) n += $i
	} END { print n + 0 }' /proc/interrupts
}
more_irqs_than() { [ "$(irqs_of "$1")" -gt "$2" ]; }

rmmod_refused() { ! rmmod xen_evtchn 2>/dev/null && [ -d /sys/module/xen_evtchn ]; }

stop_stack() {
	kill "$(cat /run/xenconsoled.pid)" "$(cat /run/xenstored.pid)"
	until_true 10 sh -c '! pidof xenconsoled xenstored >/dev/null'
}

echo "1..24"
ports >/run/ports

check "xenstored, xen-init-dom0 and xenconsoled start" start_stack
check "xenstore-write and xenstore-read agree" store_round_trip
check "a watch fires" watch_fires
check "50 round trips" many_round_trips
check "xenstored's port carries their events" more_irqs_than xenstored 100
check "xenstored has bound VIRQ_DOM_EXC" virq_bound 3
check "xenconsoled has bound VIRQ_CON_RING" virq_bound 8
check "xenstored's port is connected to the kernel's" sh -c "[ $(ports_with 0) = 2 ]"

check "xl create starts a PV guest" xl create /domu/domu.cfg
DOMID=$(xl domid domu)
check "guest is listed" domain_up
check "guest's console reaches xenconsoled" until_true 120 console_says "domu ready"
check "console log has every line once, in order" console_complete
check "two ports are connected to the guest" guest_has_two_ports
ports | sed -n 's/.*Interdomain/# &/p'
check "xenconsoled's port carries events" more_irqs_than xenconsoled 0
check "guest has a console and a store in xenstore" \
	sh -c "xenstore-read /local/domain/$DOMID/console/port /local/domain/$DOMID/store/port"
check "rmmod is refused while the daemons run" rmmod_refused

check "xl shutdown is accepted" xl shutdown domu
check "guest shuts down and is gone" until_true 90 domain_gone
domain_gone || sh "$LAB/xen-why.sh"
check "xenstore forgets the guest" sh -c "! xenstore-exists /local/domain/$DOMID"
check "ports of the guest are gone" until_true 20 no_ports_with "$DOMID"
check "xenstore still answers" store_round_trip

check "daemons stop" stop_stack
check "nothing is left bound" until_true 10 as_before
as_before || ports | sed 's/^/# after: /'
rm -f /run/keep-driver
check "driver unloads" rmmod xen_evtchn
