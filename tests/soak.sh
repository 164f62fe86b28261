#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# All of it at once, for long: on both Debian kernels beside each other, every
# event accounted for to the last one; then the in-tree driver until it stalls,
# with ten million steps of the fuzzer on the KASAN kernel beside it.
#
#	tests/soak.sh [MINUTES [FUZZER-STEPS]]
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

MINUTES=${1:-30}
STEPS=${2:-10000000}
SECONDS_EACH=$((MINUTES * 60))
LOGS=$BUILD/soak
status=0
declare -A NAME_OF

begin() { # NAME BOOT-ARGS...
	local name=$1
	shift
	"$ROOT/vm/boot.sh" -n "soak-$name" "$@" >"$LOGS/$name" 2>"$LOGS/$name.err" &
	NAME_OF[$!]=$name
}

finish() { # all that have begun
	local pid rc
	for pid in "${!NAME_OF[@]}"; do
		rc=0
		wait "$pid" || rc=$?
		[ $rc = 0 ] || status=1
		say "  ${NAME_OF[$pid]}: $([ $rc = 0 ] && echo passed || echo "FAILED ($rc), $LOGS/${NAME_OF[$pid]}")"
	done
	NAME_OF=()
}

# "# read: 5 sent, 5 events, 0 lost, 3 sleeps" of every consumer, summed up; a
# case that failed by standing still is a stall.
figures() { # NAME
	awk -v name="$1" '
		/ sent, .* events, .* lost, .* sleeps$/ {
			events += $5; lost += $7; wakes += $9; consumers++
		}
		/stalled after/ { stalls++ }
		END { printf "%-6s %10d %12d %8d %8d %12d\n", name, consumers,
			events, lost, stalls, wakes }' "$LOGS/$1"
}

main() {
	local k
	mkdir -p "$LOGS"
	say "soak: $MINUTES min of ours on ${KERNELS[*]}"
	for k in "${KERNELS[@]}"; do
		begin "$k" -k "$k" -c 4 -t $((SECONDS_EACH * 3 / 2 + 300)) \
			"$ROOT/tests/vm/soak.sh" $SECONDS_EACH
	done
	finish
	say "soak: in-tree until it stalls, at most $MINUTES min; $STEPS steps of the fuzzer"
	begin stock -k 6.12 -d stock -c 4 -t $((SECONDS_EACH * 3 / 2 + 300)) \
		"$ROOT/tests/vm/stress-stock.sh" $SECONDS_EACH
	begin fuzz -k kasan -c 2 -t $((STEPS / 200 + 600)) "$ROOT/tests/vm/fuzz.sh" -n "$STEPS"
	finish

	printf '%-6s %10s %12s %8s %8s %12s\n' ours consumers events lost stalls wakes
	for k in "${KERNELS[@]}"; do
		figures "$k"
	done
	echo
	echo "in-tree on 6.12, in the same time:"
	sed -nE 's/^ok [0-9]+ - (.*)/  \1/p' "$LOGS/stock"
	echo
	grep -hE '^not ok|^ok .*(kernel log|leaked|lockdep)' "$LOGS"/{6.12,6.1,stock,fuzz} || true
	if [ $status = 0 ]; then echo "soak: passed"; else echo "soak: FAILED"; fi
	return $status
}

main
