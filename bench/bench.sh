#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# make bench: all that decides, the in-tree driver and ours in turn in each boot.
# One boot has one CPU and counts instructions; in the other two CPUs take turns
# at 16 ns an instruction, so that latencies are no matter of what else the
# machine does. Writes bench/results/DATE.json, the tables of docs/performance.md,
# README's, which is the demo's, and a page of plots.
#
# Another KERNEL's results, 6.1's or those under KCSAN, are kept apart, in
# bench/results/KERNEL, with a page of their own there. A kernel with a sanitizer
# is twenty times slower, and only the round trip is measured on it.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

KERNEL=${KERNEL:-6.12}
OUT=$BUILD/bench/results-$KERNEL
RESULTS=$(bench_results "$KERNEL")/$(date +%F).json

# A boot's verdict in short; all of it when it failed.
boot() { # NAME COMMAND...
	local name=$1
	shift
	say "  $name ..."
	"$@" >"$OUT/$name.log" 2>&1 || { grep -v '^# json' "$OUT/$name.log" >&2; die "$name failed"; }
}

# Rings in which a vCPU can be stopped: ours, and two that others wait for then.
stopped() {
	local name
	"$ROOT/vm/module.sh" -d "$KERNEL"
	"$ROOT/tests/broken/build.sh" -d -f stopped "$KERNEL" spinlock ticket
	FILES=(-p "$(our_module "$KERNEL" -debug):t/stopped/evtmmap.ko")
	for name in spinlock ticket; do
		FILES+=(-p "$BUILD/stopped-debug/$KERNEL/$name.ko:t/stopped/$name.ko")
	done
}

sanitized() {
	"$ROOT/vm/kernel.sh" "$KERNEL"
	"$ROOT/vm/module.sh" "$KERNEL"
	boot round "$ROOT/vm/boot.sh" -k "$KERNEL" -d stock -a icount -t 1200 -n "bench-$KERNEL" \
		"$ROOT/tests/vm/figures.sh" -o 1000 call batch consume round/batch round/enter
	"$ROOT/bench/results.py" cut "$BUILD/run/bench-$KERNEL/lines" >"$OUT/count.json"
	"$ROOT/bench/results.py" join "$OUT/count.json" >"$RESULTS.new"
}

everything() {
	stopped
	boot count "$ROOT/bench/figures.sh" -j "$OUT/count.json" "$KERNEL"
	boot turns "$ROOT/vm/boot.sh" -k "$KERNEL" -d stock -a turns -c 2 -t 900 -n bench-turns \
		"${FILES[@]}" "$ROOT/tests/vm/figures.sh" 10000
	"$ROOT/bench/results.py" cut "$BUILD/run/bench-turns/lines" >"$OUT/turns.json"
	# Both have clocks of their own, and a CPU each here: neither delays the other.
	boot guest-turns "$ROOT/bench/guest.sh" -k "$KERNEL" -a turns "$OUT/guest-turns.json" &
	boot guest-count "$ROOT/bench/guest.sh" -k "$KERNEL" -a icount "$OUT/guest-count.json"
	wait $!
	"$ROOT/bench/results.py" join "$OUT"/{count,turns,guest-count,guest-turns}.json >"$RESULTS.new"
}

# Those that docs/performance.md shows.
plots() {
	local name
	[ "$KERNEL" = 6.12 ] || return 0
	mkdir -p "$ROOT/docs/plots"
	grep -oE 'plots/[a-z0-9-]+\.svg' "$ROOT/docs/performance.md" | while read -r name; do
		cp "$BUILD/bench/report/${name#plots/}" "$ROOT/docs/plots/"
	done
}

mkdir -p "$OUT" "${RESULTS%/*}"
case $KERNEL in
kcsan | kasan) sanitized ;;
*) everything ;;
esac
mv "$RESULTS.new" "$RESULTS"
if [ "$KERNEL" = 6.12 ]; then
	"$ROOT/bench/performance.py" "$RESULTS" |
		"$ROOT/tools/block.sh" "$ROOT/docs/performance.md" results
	boot demo "$ROOT/bench/demo.sh"
	"$ROOT/tools/readme-table.sh"
	say "docs/performance.md"
else
	{
		printf '# Performance: %s\n\n' "$KERNEL"
		"$ROOT/bench/performance.py" "$RESULTS"
	} >"${RESULTS%/*}/README.md"
	say "${RESULTS%/*}/README.md"
fi
say "$RESULTS, $((SECONDS / 60)) min $((SECONDS % 60)) s"
if command -v gnuplot >/dev/null; then
	rm -f "$BUILD"/bench/report/*.svg
	"$ROOT/bench/report.py" -o "$BUILD/bench/report" "$RESULTS"
	plots
else
	say "no plots: gnuplot is not installed (Debian: gnuplot-nox)"
fi
