#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: consumers that must be woken, SECONDS long and side by side, each
# on a file of its own; without CASEs first the usual ways to sleep, then, for
# a while, the rare ones.
#
#	stress-wake.sh SECONDS [CASE...]

EVT_SECONDS=${1:-20}
export EVT_SECONDS
[ $# -eq 0 ] || shift
bad=0

together() { # CASE...
	pids=''
	for c; do
		/t/stress "$c" &
		pids="$pids $!"
	done
	for p in $pids; do
		wait "$p" || bad=1
	done
}

if [ $# -gt 0 ]; then
	together "$@"
else
	together wake_read wake_poll wake_mapped
	EVT_SECONDS=20
	together wake_sigio wake_epoll_edge
fi
exit $bad
