#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job, for bench/figures.sh: measures the floor, the in-tree driver and
# ours in turn; with one vCPU the exact figures, with more the others. Then
# builds of ours that are slower on purpose, and builds that can be stopped, where
# there are any: what evtbench says of each comes home as "# json TAG LINE".
# Judging is done there.
#
#	figures.sh [EVENTS [NAME...]]	what is named, too, when all else is done
#	figures.sh -o EVENTS NAME...	only what is named, of the two drivers

n=0

measure() { # TAG MODULE [NAME...]
	tag=$1 module=$2
	shift 2
	rmmod xen_evtchn 2>/dev/null
	n=$((n + 1))
	if insmod "$module" && evtbench run -e "$events" --json /run/json "$@" 2>/run/why; then
		sed "s/^/# json $tag /" /run/json
		echo "ok $n - $tag measured"
	else
		echo "not ok $n - $tag measured"
		sed 's/^/# /' /run/why
	fi
}

# An EOI when 16 ports, or 16 times as many as are silent, are bound.
floor_by_ports() {
	for silent in 0 15 255 1023; do
		insmod /t/floor.ko pairs=16 silent=$silent 2>/dev/null
	done
	dmesg | sed -n 's/.*floor: eoi \([0-9]* [0-9]*\)$/\1/p' >/run/floor-eoi
}

only=''
[ "${1:-}" != -o ] || {
	only=1
	shift
}
events=${1:-50000}
[ $# -eq 0 ] || shift
if [ -n "$only" ]; then
	measure in-tree "$STOCK" "$@"
	measure evtmmap "$OURS" "$@"
	echo "1..$n"
	exit
fi
# What the kernel alone needs; the module says so and refuses to stay.
if [ -e /t/floor.ko ]; then
	insmod /t/floor.ko 2>/dev/null
	dmesg | sed -n 's/.*floor: \([0-9]* [0-9]*\)$/\1/p' >/run/floor
fi
measure in-tree "$STOCK"
rm -f /run/floor
measure evtmmap "$OURS"
for module in /t/slow/*.ko; do
	[ -e "$module" ] || continue
	measure "$(basename "$module" .ko)" "$module" consume round/enter
done
for module in /t/stopped/*.ko; do
	[ -e "$module" ] || continue
	EVTBENCH_RING=$(basename "$module" .ko)
	export EVTBENCH_RING
	measure "stopped-$EVTBENCH_RING" "$module" stopped/unfilled stopped/filled
	unset EVTBENCH_RING
done
if [ $# -gt 0 ]; then
	if [ -e /t/floor.ko ]; then
		floor_by_ports
		touch /run/floor
	fi
	measure in-tree-more "$STOCK" "$@"
	rm -f /run/floor
	measure evtmmap-more "$OURS" "$@"
fi
echo "1..$n"
