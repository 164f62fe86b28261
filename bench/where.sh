#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# make where: where every instruction of a round trip goes, into
# docs/performance.md; function by function in build/bench/where/*.txt.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

OUT=$BUILD/bench/where
FILES=()
mkdir -p "$OUT"

one() { # KERNEL DRIVER EVENTS
	local name=$OUT/$1-$2-$3
	say "  $1, $2, $3 at a time ..."
	"$ROOT/bench/where.py" -k "$1" -d "$2" -n "$3" -o "$name.json" >"$name.txt"
	FILES+=("$name.json")
}

for kernel in 6.12 6.1; do
	one $kernel stock 1
	one $kernel ours 1
	one $kernel ours 64
done
"$ROOT/bench/where.py" table "${FILES[@]}" | "$ROOT/tools/block.sh" "$ROOT/docs/performance.md" where
say "docs/performance.md; $OUT/*.txt"
