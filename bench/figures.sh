#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What an event costs, in instructions: the floor, the in-tree driver and ours in
# turn, in one boot, held against bench/limits and against the last committed
# results; and what a clock of instructions cannot see, against bench/barriers.
# Builds that are slower on purpose (tests/slow) have to be refused.
#
#	bench/figures.sh [-j FILE.json] [6.12|6.1]
#
# -j: only measures, into this file.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

JSON=''
if [ "${1:-}" = -j ]; then
	JSON=$2
	shift 2
fi
KERNEL=${1:-6.12}
NAME=${EVTMMAP_NAME:-figures-$KERNEL}
OUT=$BUILD/floor-$KERNEL
SLOW=$BUILD/slow/$KERNEL
FILES=(-p "$OUT/floor.ko:t/floor.ko")
# Too long for the gate.
MORE=(scale/{batch,mapped,eoi} lifetime/{open,unbind,close})

floor() {
	mkdir -p "$OUT"
	cp "$ROOT"/bench/floor/* "$OUT/"
	make -C "$(kernel_headers "$KERNEL")" M="$OUT" MO= --no-print-directory -s \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules
}

# A clock of instructions does not see a barrier, which is one of many.
slow() {
	"$ROOT/tests/broken/build.sh" -f slow "$KERNEL"
	FILES+=(-p "$SLOW/extra-lock.ko:t/slow/extra-lock.ko")
}

judge() {
	local committed
	committed=$(find "$(bench_results "$KERNEL")" -maxdepth 1 -name '*.json' 2>/dev/null |
		sort | tail -n 1) || true
	[ -n "$committed" ] || die "no committed results for $KERNEL: run 'make bench'"
	"$ROOT/bench/gate.py" "$BUILD/run/$NAME/lines" "$ROOT/bench/limits" \
		"$committed" extra-lock || bad=1
	"$ROOT/bench/barriers.py" "$(our_module "$KERNEL")" "$ROOT/bench/barriers" \
		"$SLOW"/{extra-lock,extra-barrier}.ko || bad=1
}

bad=0
floor
[ -n "$JSON" ] || slow
"$ROOT/vm/boot.sh" -k "$KERNEL" -d stock -a icount -n "$NAME" "${FILES[@]}" \
	"$ROOT/tests/vm/figures.sh" 50000 ${JSON:+"${MORE[@]}"} || bad=1
if [ -n "$JSON" ]; then
	"$ROOT/bench/results.py" cut "$BUILD/run/$NAME/lines" >"$JSON"
else
	judge
fi
[ $bad = 0 ]
