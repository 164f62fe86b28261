#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: all of it at once for SECONDS. Consumers of every kind that count
# each event, beside threads that do anything at any time to files of their
# own.
#
#	soak.sh SECONDS

EVT_SECONDS=$1
export EVT_SECONDS
bad=0 pids=''
# The cases' limits are for less.
LONGER=$(($1 / 60 + 5))

for c in wake_read wake_poll wake_mapped wake_sigio wake_epoll_edge; do
	/t/stress -x $LONGER $c &
	pids="$pids $!"
done
for c in race_classic race_sleepers race_mapped race_churn \
	race_command race_polled race_pollers; do
	/t/race -x $LONGER $c &
	pids="$pids $!"
done

for p in $pids; do
	wait "$p" || bad=1
done
exit $bad
