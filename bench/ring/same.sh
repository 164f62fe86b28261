#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Is what is measured here what is in the module? Both have a function
# evtchn_ring_publish: the way through it without a rival must be the same
# instructions in the same order, registers aside. Control: the same source over
# the unit tests' shim, which can stop a thread anywhere, must be told apart.
#
#	bench/ring/same.sh	after `make module` and bench/ring/Makefile
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

OBJECT=$BUILD/bench/ring/ours.o
CONTROL=$BUILD/bench/ring/control.o
MODULE=$(our_module 6.12)

# Up to where it returns; without what only a kernel begins or pads a function with.
way_through() { # OBJECT
	objdump -dr --no-show-raw-insn "$1" | awk '
		/^[0-9a-f]+ </ { inside = $2 == "<evtchn_ring_publish>:"; next }
		!inside || back { next }
		/R_X86_64_.*__fentry__/ { n--; next }
		/R_X86_64_.*__x86_return_thunk/ { code[n] = "ret"; back = 1 }
		/R_X86_64_/ { next }
		NF < 2 { next }
		$2 ~ /^(endbr64|nop[wl]?|data16|cs|xchg)$/ { next }
		{ code[++n] = $2 == "lock" ? "lock " $3 : $2 }
		$2 ~ /^ret/ { code[n] = "ret"; back = 1 }
		END { for (i = 1; i <= n; i++) print code[i] }'
}

[ -f "$MODULE" ] || die "no $MODULE: run 'make module' first"
[ -f "$OBJECT" ] || die "no $OBJECT: run bench/ring/run.sh"
gcc -O2 -g -std=gnu11 -D_GNU_SOURCE -w -I"$ROOT/tests/unit/shim" -I"$ROOT/uapi" \
	-I"$ROOT/kernel" -c -o "$CONTROL" "$ROOT/kernel/ring.c"

module=$(way_through "$MODULE")
ours=$(way_through "$OBJECT")
[ -n "$module" ] || die "no evtchn_ring_publish in $MODULE"
[ "$(way_through "$CONTROL")" != "$module" ] || die "the control looks like the module"
if [ "$ours" != "$module" ]; then
	diff <(echo "$module") <(echo "$ours") >&2 || true
	die "what is measured (>) is not what is in the module (<)"
fi
say "  evtchn_ring_publish: the module's $(wc -l <<<"$module") instructions," \
	"$(grep -c '^lock' <<<"$module") of them locked"
