#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: EVENTS carried to user space and answered without a system call.
#
#	poller.sh EVENTS

evtbench --tsv -e "${1:-1000000}" poller >/run/figures 2>/run/why || { sed "s/^/# /" /run/why; exit 1; }
sed 's/^/# /' /run/figures
calls=$(awk '$1 == "poller_calls" { print $2 }' /run/figures)
echo 1..1
if [ "$calls" = 0.0000 ]; then
	echo "ok 1 - no system call with a poller, ${1:-1000000} events"
else
	echo "not ok 1 - no system call with a poller: ${calls:-no figure}"
	exit 1
fi
