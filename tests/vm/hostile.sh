#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: users who mean harm, and a module that somebody wants gone under
# one of them.  Options are those of the test programs.  Where vCPUs take turns
# nobody beside them may be delayed; elsewhere they harm in parallel.

mount -t cgroup2 cgroup2 /sys/fs/cgroup
status=0
# The limits are for a machine that has nothing else to do.
slower=3
[ "$ACCEL" != turns ] || slower=1
/t/hostile -x $slower "$@" || status=1

n=0
check() { # TEXT COMMAND...
	n=$((n + 1))
	what=$1
	shift
	if "$@"; then echo "ok $n - $what"; else echo "not ok $n - $what" status=1; fi
}

# shellcheck disable=SC2317 # called by check
busy() {
	! rmmod xen_evtchn 2>/run/rmmod &&
		grep -qi 'temporarily unavailable\|busy\|in use' /run/rmmod
}
# shellcheck disable=SC2317
gone() { ! [ -d /sys/module/xen_evtchn ]; }
held() { grep -q held /run/hold; }

echo 1..6
/t/hostile @exec hold >/run/hold &
holder=$!
i=0
until held || [ $i -ge 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
check 'a mapping is all that is left of a file' held
check 'the module says that it is busy' busy
kill -9 $holder
wait $holder
check 'the module unloads when the mapping is gone' sh "$LAB/unload.sh"
check 'it is gone' gone
check 'it loads again' insmod "$OURS"
check 'and works' /t/hostile -x $slower cons_of_zero
exit $status
