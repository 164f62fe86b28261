#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job of `make demo`, for bench/demo.sh:
#
#	demo.sh live	the module is replaced, Debian's daemons and a guest run
#			over it, streams of events on several CPUs
#	demo.sh count	one vCPU, a nanosecond per instruction: figures
#
# "%% text" is for whoever watches; "== " stands before a line of evtbench's CSV.

CONSOLE=/var/log/xen/console/guest-domu.log

say() { echo "%% $*"; }
die() { echo "not ok - demo: $*"; exit 1; }

until_true() { # SECONDS COMMAND...
	end=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt $end ] || return 1
		sleep 0.3
	done
}

load() { # stock|ours
	rmmod xen_evtchn || die "xen_evtchn unloads"
	insmod "$LAB/$1.ko" || die "$1 loads"
}

loaded() {
	printf 'xen_evtchn %s, %s bytes' \
		"$(cat /sys/module/xen_evtchn/version 2>/dev/null || echo '(no version: in-tree)')" \
		"$(cat /sys/module/xen_evtchn/coresize)"
}

figures() { # NAME...
	evtbench run --csv /run/figures.csv "$@" >&2 || die "evtbench run $*"
	sed '1d; s/^/== /' /run/figures.csv
}

# What a live stream came to, in one line.
streams() { # NAME
	figures -e 10000 live
	awk -F, 'NR > 1 { got += $9; bad += $10 + $11 }
		 END { printf "%%%% %s: %d events through every way, %d lost or repeated\n",
			name, got, bad }' name="$1" /run/figures.csv
}

daemons() {
	sh "$LAB/xen-up.sh" >&2 || die "xenstored and xenconsoled start"
	say "Debian's xenstored (pid $(cat /run/xenstored.pid)) and xenconsoled" \
		"(pid $(cat /run/xenconsoled.pid)) run over it"
}

domu_up() { grep -qF 'domu ready' $CONSOLE; }
domu_gone() { ! xl domid domu; }

guest_boots() {
	xl create /domu/domu.cfg >&2 || die "xl create"
	say "xl create: a PV guest boots ..."
	until_true 120 domu_up || die "the guest prints on its console"
	say "its console, through xenconsoled:"
	tr -d '\r' <$CONSOLE | grep '^domu' | sed 's/^/%%    | /'
}

guest_stops() {
	xl shutdown domu >&2
	until_true 90 domu_gone || { sh "$LAB/xen-why.sh"; die "the guest shuts down"; }
	say "xl shutdown: the guest is gone"
	kill "$(cat /run/xenconsoled.pid)" "$(cat /run/xenstored.pid)"
	rm -f /run/keep-driver
	until_true 10 sh -c '! pidof xenconsoled xenstored' || die "daemons stop"
}

hypervisor() {
	(cd /sys/hypervisor/version && echo "$(cat major).$(cat minor)$(cat extra)")
}

live() {
	say "Xen $(hypervisor) runs, dom0 is Linux $(uname -r)"
	echo "== lab,xen,$(hypervisor)"
	echo "== lab,kernel,$(uname -r)"
	say "loaded:   $(loaded)"
	load ours
	say "replaced: $(loaded)"
	daemons
	guest_boots
	streams "evtmmap, beside daemons and guest"
	guest_stops
	load stock
	say "back to:  $(loaded)"
	streams "in-tree"
}

count() {
	say "second machine: one vCPU, one nanosecond per instruction"
	figures batch consume calls defects
	say "second machine: in-tree driver measured"
	load ours
	figures round/enter batch consume mapped calls defects
	say "second machine: evtmmap measured"
}

"$1"
echo "ok - demo: $1"
