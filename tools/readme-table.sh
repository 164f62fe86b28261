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

# Puts what comes in between <!-- NAME --> and <!-- /NAME -->.
fill() { # NAME LANGUAGE
	local name=$1 new mark
	for mark in "<!-- $name -->" "<!-- /$name -->"; do
		[ "$(grep -cxF "$mark" "$README")" = 1 ] || die "$README needs one line $mark"
	done
	new=$(mktemp)
	{
		sed "/^<!-- $name -->\$/q" "$README"
		printf '```%s\n' "$2"
		cat
		printf '```\n'
		sed -n "/^<!-- \\/$name -->\$/,\$p" "$README"
	} >"$new"
	cat "$new" >"$README"
	rm "$new"
}

fill demo '' <"$TABLE"
sed -n '/^static int serve/,/^}/p' "$ROOT/examples/mapped.c" | expand -t 8 | fill example c
say "$README: table of $(date -r "$TABLE" '+%F %R')"
