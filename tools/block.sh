#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Puts what comes in between a page's lines <!-- NAME --> and <!-- /NAME -->:
#
#	COMMAND | tools/block.sh PAGE NAME
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

PAGE=${1:?which page?} NAME=${2:?which block?}

for mark in "<!-- $NAME -->" "<!-- /$NAME -->"; do
	[ "$(grep -cxF "$mark" "$PAGE")" = 1 ] || die "$PAGE needs one line $mark"
done
new=$(mktemp)
trap 'rm -f "$new"' EXIT
{
	sed "/^<!-- $NAME -->\$/q" "$PAGE"
	cat
	sed -n "/^<!-- \\/$NAME -->\$/,\$p" "$PAGE"
} >"$new"
cat "$new" >"$PAGE"
