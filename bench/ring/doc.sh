#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Puts the tables of the last `make bench-ring` into docs/performance.md.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

PAGE=${1:-$ROOT/docs/performance.md}
TABLE=$BUILD/bench/ring/table

[ -s "$TABLE" ] || die "no $TABLE: run 'make bench-ring' first"
{
	echo '```'
	sed '${/^$/d}' "$TABLE"
	echo '```'
} | "$ROOT/tools/block.sh" "$PAGE" ring
