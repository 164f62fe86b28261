#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module's sources, compiled for this machine over tests/unit/shim: ring.[ch]
# plain, with ASan and UBSan, with TSan; all that an event passes through, and
# the library's ring.h, in the explorer. Then deliberately broken copies, each
# of which must fail.
#
#	tests/unit/run.sh [PATTERN...]    only these cases, and no broken copies
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

HERE=$ROOT/tests/unit
OUT=$BUILD/unit
# What an event passes through.
KERNEL=(ring upcall wake read rearm table port)
# So many orders at least.
SCHEDULES=1000000
CC=${CC:-gcc}
# The explorer jumps between stacks, and keeps nothing in registers over it.
FLAGS=(-g -std=gnu11 -pthread -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-clobbered -Wno-unused-parameter -Wno-sign-compare)
declare -A FLAGS_OF=(
	[plain]="-O2 -DEXPLORER"
	[asan]="-O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
	[tsan]="-O1 -fsanitize=thread"
)
export ASAN_OPTIONS=detect_leaks=0 # its threads end by _exit(); the cases count
export TSAN_OPTIONS=halt_on_error=1
# This machine may be busy.
PATIENCE=4
LAUNCH=()
MORE=
total=0 bad=0

comment() { sed 's/^/# /'; }

verdict() { # STATUS TEXT
	total=$((total + 1))
	if [ "$1" = 0 ]; then
		echo "ok $total - $2"
	else
		bad=$((bad + 1))
		echo "not ok $total - $2"
	fi
}

compile() { # VARIANT TREE OBJDIR SOURCE...
	local variant=$1 tree=$2 dir=$3 source
	shift 3
	mkdir -p "$dir"
	for source; do
		# shellcheck disable=SC2086 # several flags
		"$CC" "${FLAGS[@]}" ${FLAGS_OF[$variant]} $MORE -I"$HERE/shim" \
			-I"$HERE/ring" -I"$HERE/explore" -I"$ROOT/tests/common" \
			-I"$tree/kernel" -I"$tree/uapi" -I"$tree/lib" \
			-c -o "$dir/$(basename "$source" .c).o" "$source" || return
	done
}

link() { # VARIANT PROGRAM OBJECT...
	local variant=$1 program=$2
	shift 2
	# shellcheck disable=SC2086
	"$CC" "${FLAGS[@]}" ${FLAGS_OF[$variant]} -o "$program" "$@"
}

# Sanitizers cannot follow the explorer from stack to stack.
sources_of() { # VARIANT
	if [ "$1" = plain ]; then
		printf '%s\n' "$HERE"/explore/*.c "${KERNEL[@]/#/$ROOT/kernel/}" | sed '/\.c$/!s/$/.c/'
	else
		echo "$ROOT/kernel/ring.c"
	fi
}

build() { # VARIANT
	local dir=$OUT/$1 sources
	rm -rf "$dir"
	mapfile -t sources < <(sources_of "$1")
	compile "$1" "$ROOT" "$dir" "$HERE"/ring/*.c "$HERE/shim/shim.c" \
		"$ROOT/tests/common/tap.c" "$ROOT/tests/common/proc.c" "${sources[@]}" &&
		link "$1" "$dir/ring" "$dir"/*.o
}

# TSan wants its shadow where some kernels' address randomisation puts us.
choose_launch() {
	"$OUT/tsan/ring" -l >/dev/null 2>&1 || LAUNCH=(setarch -R)
}

run_variant() { # VARIANT PATTERN...
	local variant=$1 program=$OUT/$1/ring line names
	shift
	if ! build "$variant" >"$OUT/$variant.log" 2>&1; then
		comment <"$OUT/$variant.log"
		verdict 1 "$variant: builds"
		return
	fi
	[ "$variant" != tsan ] || choose_launch
	mapfile -t names < <("${LAUNCH[@]}" "$program" -l "$@")
	[ ${#names[@]} -gt 0 ] || return 0
	while read -r line; do
		case $line in
		1..*) ;;
		"ok "*) verdict 0 "$variant: ${line#* - }" ;;
		"not ok "*) verdict 1 "$variant: ${line#* - }" ;;
		"#"*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done < <("${LAUNCH[@]}" "$program" -x "$PATIENCE" "${names[@]}" 2>&1 |
		tee "$OUT/$variant.out" || true)
}

schedules_in() { # the output of a program
	sed -n 's/^# \([0-9]*\) schedules.*/\1/p' "$1" | awk '{ n += $1 } END { print n + 0 }'
}

check_schedules() {
	local n
	n=$(schedules_in "$OUT/plain.out")
	verdict "$((n < SCHEDULES))" "plain: $n schedules explored, at least $SCHEDULES"
	"$OUT/plain/ring" orders_of_two_publishers >"$OUT/few.out" || true
	n=$(schedules_in "$OUT/few.out")
	verdict "$((n == 0 || n >= SCHEDULES))" "control one_case_only: its $n schedules are too few"
}

# What a broken copy changes, and what must be compiled again for it.
changed() { # TREE
	local f
	for f in "${KERNEL[@]}"; do
		cmp -s "$ROOT/kernel/$f.c" "$1/kernel/$f.c" || echo "$1/kernel/$f.c"
	done
	cmp -s "$ROOT/lib/libevtmmap/ring.h" "$1/lib/libevtmmap/ring.h" ||
		echo "$HERE/explore/mapped.c"
	cmp -s "$ROOT/kernel/ring.h" "$1/kernel/ring.h" ||
		printf '%s\n' "$HERE/ring/ring_test.c" "$1"/kernel/{ring,upcall,read,rearm}.c
	cmp -s "$ROOT/kernel/credit.h" "$1/kernel/credit.h" ||
		printf '%s\n' "$HERE/ring/credit.c" "$1"/kernel/{upcall,read,rearm,port}.c
}

copy_tree() { # TREE
	mkdir -p "$1/kernel" "$1/lib/libevtmmap"
	ln -sfn "$ROOT/uapi" "$1/uapi"
	cp "$ROOT"/kernel/*.[ch] "$1/kernel"
	cp "$ROOT"/lib/libevtmmap/{ring,evtmmap,evtmmap_tune}.h "$1/lib/libevtmmap"
}

# Its objects, and the rest of the whole one's.
build_control() { # VARIANT TREE PROGRAM SOURCE...
	local variant=$1 tree=$2 program=$3 objects source
	shift 3
	[ "$variant" = plain ] || set -- "$HERE"/ring/{credit,ring_test}.c "$tree/kernel/ring.c"
	compile "$variant" "$tree" "$tree" "$@" || return
	objects=("$tree"/*.o)
	for source in "$OUT/$variant"/*.o; do
		[ -e "$tree/$(basename "$source")" ] || objects+=("$source")
	done
	link "$variant" "$program" "${objects[@]}"
}

# A copy of the sources that is broken by a sed script must fail one of the cases.
control() { # NAME VARIANT SED CASE...
	local name=$1 variant=$2 script=$3 tree=$OUT/control/$1 sources out found
	shift 3
	copy_tree "$tree"
	sed -i -E "$script" "$tree"/kernel/*.c "$tree"/kernel/{ring,credit}.h "$tree/lib/libevtmmap/ring.h"
	mapfile -t sources < <(changed "$tree")
	if [ ${#sources[@]} = 0 ]; then
		verdict 1 "control $name: its change still applies"
		return
	fi
	if ! build_control "$variant" "$tree" "$tree/ring" "${sources[@]}" >"$tree/log" 2>&1; then
		comment <"$tree/log"
		verdict 1 "control $name: builds"
		return
	fi
	# What only chance brings out gets three.
	for _ in 1 2 3; do
		out=$("${LAUNCH[@]}" "$tree/ring" -x 0.5 "$@" 2>&1) || break
	done
	if grep -q '^not ok' <<<"$out"; then
		grep -E '^# [a-z_0-9]+: |SUMMARY|WARNING' <<<"$out" | grep -vm1 slow: |
			sed 's/^#* */# /' || true
		found=$(grep -oEm1 'in schedule [0-9]+ .*\)' <<<"$out" || true)
		verdict 0 "control $name: fails as it must${found:+, $found}"
	else
		comment <<<"$out"
		verdict 1 "control $name: fails as it must"
	fi
}

mkdir -p "$OUT"
for variant in plain asan tsan; do
	run_variant "$variant" "$@"
done
if [ $# = 0 ]; then
	check_schedules
	rm -rf "$OUT/control"
	MORE=-w # a broken copy may look odd
	# shellcheck source=tests/unit/controls.sh
	. "$HERE/controls.sh"
fi
echo "1..$total"
[ "$bad" = 0 ]
