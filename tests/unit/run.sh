#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# kernel/ring.[ch], compiled for this machine over tests/unit/shim: plain, with
# ASan and UBSan, with TSan. Then deliberately broken copies of it, each of
# which must fail.
#
#	tests/unit/run.sh [PATTERN...]    only these cases, and no broken copies
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

HERE=$ROOT/tests/unit
OUT=$BUILD/unit
CC=${CC:-gcc}
# The explorer jumps between stacks, and keeps nothing in registers over it.
FLAGS=(-g -std=gnu11 -pthread -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-clobbered)
declare -A FLAGS_OF=(
	[plain]="-O2"
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

compile() { # VARIANT RINGDIR OBJDIR SOURCE...
	local variant=$1 ring=$2 dir=$3 source
	shift 3
	mkdir -p "$dir"
	for source; do
		# shellcheck disable=SC2086 # several flags
		"$CC" "${FLAGS[@]}" ${FLAGS_OF[$variant]} $MORE -I"$HERE/shim" \
			-I"$HERE/ring" -I"$ROOT/tests/common" -I"$ring" \
			-c -o "$dir/$(basename "$source" .c).o" "$source" || return
	done
}

link() { # VARIANT PROGRAM OBJECT...
	local variant=$1 program=$2
	shift 2
	# shellcheck disable=SC2086
	"$CC" "${FLAGS[@]}" ${FLAGS_OF[$variant]} -o "$program" "$@"
}

build() { # VARIANT
	local dir=$OUT/$1
	rm -rf "$dir"
	compile "$1" "$ROOT/kernel" "$dir" "$HERE"/ring/*.c "$HERE/shim/shim.c" \
		"$ROOT/tests/common/tap.c" "$ROOT/tests/common/proc.c" "$ROOT/kernel/ring.c" &&
		link "$1" "$dir/ring" "$dir"/*.o
}

# TSan wants its shadow where some kernels' address randomisation puts us.
choose_launch() {
	"$OUT/tsan/ring" -l >/dev/null 2>&1 || LAUNCH=(setarch -R)
}

cases_of() { # PROGRAM PATTERN...: all but those its sanitizer cannot follow
	local program=$1
	shift
	case $program in
	*/plain/*) "${LAUNCH[@]}" "$program" -l "$@" ;;
	*) "${LAUNCH[@]}" "$program" -l "$@" | grep -v ^orders_ ;;
	esac
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
	mapfile -t names < <(cases_of "$program" "$@")
	[ ${#names[@]} -gt 0 ] || return 0
	while read -r line; do
		case $line in
		1..*) ;;
		"ok "*) verdict 0 "$variant: ${line#* - }" ;;
		"not ok "*) verdict 1 "$variant: ${line#* - }" ;;
		"#"*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done < <("${LAUNCH[@]}" "$program" -x "$PATIENCE" "${names[@]}" 2>&1 || true)
}

# A copy of the ring that is broken by a sed script must fail one of the cases.
control() { # NAME VARIANT SED CASE...
	local name=$1 variant=$2 script=$3 dir=$OUT/control/$1 objects out
	local program=$dir/ring
	shift 3
	mkdir -p "$dir/kernel"
	ln -sfn "$ROOT/uapi" "$dir/uapi"
	cp "$ROOT"/kernel/ring.[ch] "$dir/kernel"
	sed -i -E "$script" "$dir"/kernel/ring.[ch]
	if cmp -s "$ROOT/kernel/ring.c" "$dir/kernel/ring.c" &&
	   cmp -s "$ROOT/kernel/ring.h" "$dir/kernel/ring.h"; then
		verdict 1 "control $name: its change still applies"
		return
	fi
	mapfile -t objects < <(find "$OUT/$variant" -name '*.o' ! -name ring.o \
		! -name credit.o ! -name ring_test.o)
	if ! compile "$variant" "$dir/kernel" "$dir" "$HERE/ring/credit.c" \
		"$HERE/ring/ring_test.c" "$dir/kernel/ring.c" >"$dir/log" 2>&1 ||
	   ! link "$variant" "$program" "${objects[@]}" "$dir"/*.o; then
		comment <"$dir/log"
		verdict 1 "control $name: builds"
		return
	fi
	# What only chance brings out gets three.
	for _ in 1 2 3; do
		out=$("${LAUNCH[@]}" "$program" -x 0.5 "$@" 2>&1) || break
	done
	if grep -q '^not ok' <<<"$out"; then
		grep -E '^# [a-z_0-9]+: |SUMMARY|WARNING' <<<"$out" | grep -vm1 slow: |
			sed 's/^#* */# /' || true
		verdict 0 "control $name: fails as it must"
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
	rm -rf "$OUT/control"
	MORE=-w # a broken copy may look odd
	# shellcheck source=tests/unit/controls.sh
	. "$HERE/controls.sh"
fi
echo "1..$total"
[ "$bad" = 0 ]
