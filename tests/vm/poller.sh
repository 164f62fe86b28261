#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: EVENTS carried to user space and answered without a system call.
#
#	poller.sh EVENTS

evtbench run -e "${1:-1000000}" --csv /run/figures calls/poller 2>/run/why ||
	{ sed "s/^/# /" /run/why; exit 1; }
sed 's/^/# /' /run/figures
# All the calls that were made, and for how many events.
calls=$(awk -F, '$1 == "calls/poller" { print $12 }' /run/figures)
events=$(awk -F, '$1 == "calls/poller" { print $9 }' /run/figures)
echo 1..1
if [ "$calls" = 0 ] && [ "${events:-0}" -ge "${1:-1000000}" ]; then
	echo "ok 1 - no system call with a poller, $events events"
else
	echo "not ok 1 - no system call with a poller: ${calls:-no figure}, ${events:-no} events"
	exit 1
fi
