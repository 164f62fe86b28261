#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# make demo: Debian's Xen, twice, side by side.  In the first machine our
# module replaces the in-tree one under unmodified daemons and a guest; the
# second counts instructions.  Then one table.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

KERNEL=${KERNEL:-6.12}
OUT=$BUILD/demo
LIVE=$BUILD/run/demo-live/serial
COUNT=$BUILD/run/demo-count/serial
PIDS=()
declare -A SEEN=()

clock() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }
line() {
	[ ! -t 1 ] || printf '\r\033[K'
	printf '  %s  %s\n' "$(clock)" "$*"
}

start() { # NAME BOOT_OPTIONS...
	local name=$1
	shift
	"$ROOT/vm/boot.sh" -k "$KERNEL" -d stock -n "demo-$name" "$@" \
		"$ROOT/tests/vm/demo.sh" "$name" >"$OUT/$name.log" 2>&1 </dev/null &
	PIDS+=($!)
}

stop() {
	trap - EXIT
	kill "${PIDS[@]}" 2>/dev/null || true
	wait
}

# What a guest has said since we looked last; whole lines only.
narrate() { # SERIAL
	local file=$1 n text
	n=$(wc -l 2>/dev/null <"$file" || echo 0)
	# A boot that is tried again starts with an empty file.
	[ "$n" -ge "${SEEN[$file]:-0}" ] || SEEN[$file]=0
	while IFS= read -r text; do
		line "$text"
	done < <(head -n "$n" "$file" 2>/dev/null | tail -n +$((${SEEN[$file]:-0} + 1)) |
		tr -d '\r' | sed -n 's/^%% //p')
	SEEN[$file]=$n
}

running() {
	local pid
	for pid in "${PIDS[@]}"; do
		! kill -0 "$pid" 2>/dev/null || return 0
	done
	return 1
}

follow() {
	local going=1
	while [ -n "$going" ]; do
		running || going=
		narrate "$LIVE"
		narrate "$COUNT"
		[ ! -t 1 ] || printf '\r  %s  ...' "$(clock)"
		sleep 0.5
	done
	[ ! -t 1 ] || printf '\r\033[K'
}

# Both guests' verdicts; what went wrong, if anything did.
guests_passed() {
	local bad=0 name
	for name in live count; do
		wait "${PIDS[0]}" || bad=1
		PIDS=("${PIDS[@]:1}")
		grep -E '^not ok|did not reach|^[a-z]+\.sh: ' "$OUT/$name.log" || true
	done
	[ $bad = 0 ]
}

figures() {
	local name
	for name in live count; do
		sed -n 's/^== //p' "$BUILD/run/demo-$name/lines"
	done
}

main() {
	mkdir -p "$OUT"
	rm -f "$OUT"/*
	mkdir -p "${LIVE%/*}" "${COUNT%/*}"
	rm -f "$LIVE" "$COUNT"
	echo "evtmmap: Xen's event channels for user space, with a ring that can be mapped"
	echo
	trap stop EXIT
	trap 'exit 130' INT TERM
	start live -x -c 2 -t 300
	start count -a icount
	line "two machines boot (QEMU, no KVM needed): Debian's Xen, Debian's kernel ..."
	follow
	if ! guests_passed; then
		echo "FAILED: a machine did not do its part; logs in ${OUT#"$ROOT"/} and build/run/demo-*"
		return 1
	fi
	figures >"$OUT/figures"
	echo
	"$ROOT/bench/table.sh" "$OUT/figures" | tee "$OUT/table.new"
	echo
	"$ROOT/bench/verdict.sh" "$OUT/figures"
	# What README.md may show is a table that passed.
	mv "$OUT/table.new" "$OUT/table"
	echo "Next: \`make tour\` follows one event through the code, from Xen to the mapped ring."
}

main "$@"
