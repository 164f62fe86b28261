#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Fills the blocks of README.md that are not typed: the table of the last
# `make demo`, and the heart of examples/mapped.c.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

README=${1:-$ROOT/README.md}
TABLE=$BUILD/demo/table

[ -s "$TABLE" ] || die "no $TABLE: run 'make demo' first"

code() { # LANGUAGE
	printf '```%s\n' "$1"
	cat
	printf '```\n'
}

code '' <"$TABLE" | "$ROOT/tools/block.sh" "$README" demo
sed -n '/^static int serve/,/^}/p' "$ROOT/examples/mapped.c" | expand -t 8 | code c |
	"$ROOT/tools/block.sh" "$README" example
say "$README: table of $(date -r "$TABLE" '+%F %R')"
