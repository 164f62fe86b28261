#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: everything at once for SECONDS, for KCSAN to watch.
#
#	race.sh SECONDS [CASE...]

EVT_SECONDS=${1:-20}
export EVT_SECONDS
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- race_classic race_sleepers race_mapped race_churn \
	race_command race_polled race_pollers race_fixed
bad=0 pids=''

# A watchpoint for every 400 accesses (SKIP_WATCH) instead of 4,000: the kernel
# has booted. Each is watched for longer too: under an emulator all else takes
# longer.
kcsan=/sys/module/kcsan/parameters
if [ -e $kcsan ]; then
	echo "${SKIP_WATCH:-400}" >$kcsan/skip_watch
	echo 150 >$kcsan/udelay_task
	echo 50 >$kcsan/udelay_interrupt
fi
for c; do
	/t/race "$c" &
	pids="$pids $!"
done
for p in $pids; do
	wait "$p" || bad=1
done
exit $bad
