#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The ring alone: builds evtbench-ring, holds it against the module (which has to
# be there: make bench-ring), has callgrind count its instructions, runs the rest
# by the clock, prints the tables, and writes them as JSON.
#
#	bench/ring/run.sh [JSON]	build/bench/ring.json unless it is given
#
# Status 1: with a publisher stopped a ring did what it should not: ours must go
# on wherever it stops, the ticket ring must not.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

JSON=${1:-$BUILD/bench/ring.json}
PROGRAM=$BUILD/bench/bin/evtbench-ring
TABLE=$BUILD/bench/ring/table
OUT=$BUILD/bench/ring/callgrind

# A file for each loop: what it was, and its total.
lines() {
	local f
	for f in "$OUT"/out.*; do
		awk -F': ' '$1 == "desc" && $2 == "Trigger" && sub(/.*Client Request: /, "") { loop = $0 }
			$1 == "totals" { total = $2 }
			END { if (loop) print loop "\t" total }' "$f"
	done
}

count() {
	rm -rf "$OUT"
	mkdir -p "$OUT"
	valgrind --tool=callgrind --callgrind-out-file="$OUT/out" \
		--toggle-collect=loop \
		"$PROGRAM" count >"$OUT/log" 2>&1 ||
		{ cat "$OUT/log" >&2; die "callgrind failed"; }
	lines >"$OUT/counted"
}

"$ROOT/bench/ring/setup.sh"
make --no-print-directory -s -C "$ROOT/bench/ring" BUILD="$BUILD/bench"
"$ROOT/bench/ring/same.sh"
count
mkdir -p "$(dirname "$JSON")"
"$PROGRAM" --counted="$OUT/counted" --json="$JSON" | tee "$TABLE"
