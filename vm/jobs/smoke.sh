#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Does the lab stand: Xen below, FIFO events, the driver's node in its place?

n=0
check() { # WHAT COMMAND...
	what=$1
	shift
	n=$((n + 1))
	if "$@" >&2; then echo "ok $n - $what"; else echo "not ok $n - $what"; fi
}

echo "1..6"
check "runs on Xen" grep -qx xen /sys/hypervisor/type
check "is the privileged domain" grep -q control_d /proc/xen/capabilities
check "events use the FIFO ABI" sh -c 'dmesg | grep "Using FIFO-based ABI"'
check "driver is loaded" test -d /sys/module/xen_evtchn
check "node is a character device" test -c /dev/xen/evtchn
check "node opens" sh -c ': </dev/xen/evtchn'
