#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What stops a producer for a test is not in the module that ships: no symbol,
# no parameter, and where the hooks stand in the sources the same code, byte by
# byte, as without them. The build for tests must be rejected.
#
#	tests/stopped/shipped.sh [6.12|6.1...]
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

HOOKS='evtchn_hold|first_pos|copy_size|short_copy|debug\.h|hold_(point|cpu|ms)'
total=0 bad=0

verdict() { # STATUS TEXT
	total=$((total + 1))
	[ "$1" = 0 ] || bad=$((bad + 1))
	[ "$1" = 0 ] && echo "ok $total - $2" || echo "not ok $total - $2"
}

# The sources without any of it.
bare_tree() { # TREE
	rm -rf "$1"
	mkdir -p "$1"
	cp -RL "$ROOT/Kbuild" "$ROOT/kernel" "$ROOT/uapi" "$1/"
	rm -f "$1"/kernel/debug.[ch]
	sed -Ei -e '/^\s*evtchn_hold\(EVTCHN_HOLD_[A-Z]\);$/d' -e '/^#include "debug\.h"$/d' \
		-e 's/\bevtchn_first_pos\(\)/0/' \
		-e 's/\bevtchn_copy_size\((([^()]|\([^()]*\))*)\)/\1/' "$1"/kernel/*.[ch]
	if grep -nE "$HOOKS" "$1"/kernel/*.[ch] | sed 's/^/# /' | grep .; then
		die "a hook that cannot be taken out"
	fi
}

hooked() { ( cd "$ROOT" && grep -lE "$HOOKS" kernel/*.c | grep -v '/debug\.c$' ); }

# Its code, with what it refers to; not where the file is.
code() { objdump -dr "$1" | sed 1,3d; }

names_nothing() { # MODULE
	! { nm "$1"; modinfo -p "$1" | sed 's/^/parameter /'; } |
		grep -E "$HOOKS|evtchn_.*debug" | sed 's/^/# /' | grep .
}

same_code() { # TREE BARE_TREE
	local f
	for f in $(hooked); do
		cmp -s <(code "$1/${f%.c}.o") <(code "$2/${f%.c}.o") ||
			{ echo "# $f: other code"; return 1; }
	done
}

check() { # KERNEL
	local kernel=$1 ko bare=$BUILD/stopped/bare-$1 debug status
	"$ROOT/vm/module.sh" "$kernel" 2>&1 | tail -n 1 | sed 's|^.*/build/|# |'
	"$ROOT/vm/module.sh" -d "$kernel" 2>&1 | tail -n 1 | sed 's|^.*/build/|# |'
	ko=$(our_module "$kernel")
	debug=$(our_module "$kernel" -debug)
	bare_tree "$bare"
	# shellcheck disable=SC2046 # one word each
	make -s -C "$(kernel_headers "$kernel")" M="$bare" MO= --no-print-directory \
		$(hooked | sed 's/\.c$/.o/') >"$bare/log" 2>&1 || { cat "$bare/log"; die "no bare build"; }
	verdict "$(names_nothing "$ko" >&2; echo $?)" "$kernel: no symbol, no parameter of it"
	verdict "$(same_code "${ko%/*}/src" "$bare" >&2; echo $?)" "$kernel: the same code as without hooks ($(hooked | xargs))"
	status=0
	names_nothing "$debug" >/dev/null && status=1
	verdict $status "$kernel: the build for tests has symbols and parameters"
	status=0
	same_code "${debug%/*}/src" "$bare" >/dev/null && status=1
	verdict $status "$kernel: the build for tests has other code"
}

[ $# -gt 0 ] || set -- "${KERNELS[@]}"
for kernel; do
	check "$kernel"
done
echo "1..$total"
[ $bad = 0 ]
