#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything at once on the KCSAN kernel: none of its reports may be ours. And
# the same work on the in-tree driver, where it has to find something, or it
# could find nothing anywhere.
#
#	tests/race/run.sh [SECONDS [KERNEL]]	kcsan, or kcsan-6.1
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

seconds=${1:-120}
kernel=${2:-kcsan}
name=${EVTMMAP_NAME:-kcsan}
# An interrupt against whatever user space does meanwhile.
FAULT='KCSAN: data-race in (evtchn_interrupt .* / evtchn_|evtchn_[a-z]+ .* / evtchn_interrupt )'
status=0 kargs=''

race() { # DRIVER RUN SECONDS CASE...
	local driver=$1 run=$2
	shift 2
	EVTMMAP_NAME=$name-$run "$ROOT/vm/boot.sh" -k "$kernel" -d "$driver" -c 4 \
		-t $(($1 * 2 + 200)) -K "$kargs" "$ROOT/tests/vm/race.sh" "$@"
}

race ours ours "$seconds" race_classic race_sleepers race_mapped race_churn || status=$?
[ $status -le 1 ] || exit $status
# Apart, since a poller has a CPU to itself as long as there is work; and with
# handlers in threads.
kargs=threadirqs
race ours command $((seconds / 3)) race_command race_polled race_pollers race_fixed || status=$?
[ $status -le 1 ] || exit $status

kargs=''
# Its other races are beside the point; so is what it answers to such use.
stock=$(race stock stock 60 race_classic race_sleepers) || [ $? = 1 ] || exit 3
printf '%s\n' "$stock" | sed 's/^/# in-tree: /'
found=$(grep -m1 -E "$FAULT" <<<"$stock" | sed 's/.*BUG: //') || true
if [ -n "$found" ]; then
	echo "ok - the same finds the in-tree driver's: $found"
else
	echo "not ok - the same finds the in-tree driver's"
	status=1
fi
exit $status
