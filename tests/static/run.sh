#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Gates that look at the sources only. Each is also given a small bad tree,
# which it must reject. (W=1 and sparse are vm/module.sh -g.)
#
#	tests/static/run.sh [GATE...]
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"
# shellcheck source=tests/static/gates.sh
. "$ROOT/tests/static/gates.sh"

GATES=(spdx checkpatch shellcheck version_code ordering length kernel_doc no_machine claims)
total=0 bad=0

comment() { sed 's/^/# /'; }

verdict() { # STATUS TEXT
	total=$((total + 1))
	[ "$1" = 0 ] || bad=$((bad + 1))
	[ "$1" = 0 ] && echo "ok $total - $2" || echo "not ok $total - $2"
}

# A gate prints what it finds, and must be able to run: status 0 either way.
findings() { # GATE TREE
	( cd "$2" && "gate_$1" 2>&1 ) || echo "$1: the gate itself failed"
}

# The tree as a gate sees it: what is tracked or will be.
all_files() {
	if [ "$PWD" = "$ROOT" ] && git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard
	else
		find . -type f ! -path './build/*' ! -path './.git/*' | sed 's|^\./||'
	fi | sort -u | while read -r f; do [ ! -f "$f" ] || echo "$f"; done
}

present() { # GATE
	local found
	found=$(findings "$1" "$ROOT")
	[ -z "$found" ] || comment <<<"$found"
	verdict "$([ -z "$found" ]; echo $?)" "$1"
}

# Each line that bad_GATE leaves in $tree/expect must be in some finding.
rejects() { # GATE
	local tree=$BUILD/static/$1 found missed='' want
	rm -rf "$tree"
	mkdir -p "$tree/kernel" "$tree/uapi/xen" "$tree/lib/libevtmmap"
	( cd "$tree" && "bad_$1" )
	found=$(findings "$1" "$tree")
	while read -r want; do
		grep -qF -- "$want" <<<"$found" || missed+=" '$want'"
	done <"$tree/expect"
	if [ -n "$missed" ] || [ ! -s "$tree/expect" ]; then
		comment <<<"$found"
		verdict 1 "$1 rejects a bad tree: missed$missed"
	else
		verdict 0 "$1 rejects a bad tree"
	fi
}

mkdir -p "$BUILD/static"
[ $# = 0 ] || GATES=("$@")
for gate in "${GATES[@]}"; do
	present "$gate"
	rejects "$gate"
done
echo "1..$total"
[ "$bad" = 0 ]
