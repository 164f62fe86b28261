#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Spin models of the ring, each searched to the end, and of mistakes in it that
# must be found; then what names what (sites.py); then the litmus tests.
#
#	tests/models/run.sh [-f|-s] [-k] [PATTERN]    -f: larger bounds, many minutes;
#	                                              -s: no mistakes, nothing long;
#	                                              -k: keep what Spin made;
#	                                              PATTERN: only runs of that name
#
# The runs are in the file runs. Spin knows no weak memory: it is asked whether
# the order of accesses is right, and litmus/ whether the barriers keep it.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"
# shellcheck source=tests/models/controls.sh
. "$ROOT/tests/models/controls.sh"
# shellcheck source=tests/models/herd.sh
. "$ROOT/tests/models/herd.sh"

HERE=$ROOT/tests/models
OUT=$BUILD/models
MEGABYTES=5500
FULL='' SHORT='' KEEP='' PATTERN=''
total=0 bad=0 states=0

comment() { sed 's/^/# /'; }

verdict() { # STATUS TEXT
	total=$((total + 1))
	[ "$1" = 0 ] || bad=$((bad + 1))
	[ "$1" = 0 ] && echo "ok $total - $2" || echo "not ok $total - $2"
}

parse() {
	local o
	while getopts fsk o; do
		case $o in
		f) FULL=1 ;;
		s) SHORT=1 ;;
		k) KEEP=1 ;;
		*) die "usage: run.sh [-f|-s] [-k] [PATTERN]" ;;
		esac
	done
	shift $((OPTIND - 1))
	PATTERN=${1:-}
}

# Makes DIR/pan. A search for a mistake is short: there the compiler would be
# what takes long.
make_pan() { # DIR MODEL VERDICT SWITCH...
	local dir=$1 model=$2 flags=(-O2 -DSAFETY)
	case $3 in
	fails) flags=(-O0 -DSAFETY) ;;
	ends) flags=(-O2 -DNP) ;;
	spins) flags=(-O0 -DNP) ;;
	esac
	shift 3
	rm -rf "$dir"
	mkdir -p "$dir"
	cp "$HERE"/*.pml "$HERE"/*.inc "$dir"
	( cd "$dir" && spin "$@" -a "$model.pml" &&
		gcc -w "${flags[@]}" -DNOFAIR -DMEMLIM="$MEGABYTES" -o pan pan.c ) >"$dir/log" 2>&1
}

# -E: that all wait is no error in itself, the model says what then must hold.
search() { # DIR VERDICT [OPTION...]
	local dir=$1 options=(-E -m1000000 -w24)
	case $2 in
	fails) options=(-E -m100000 -w18 -n) ;;
	ends) options=(-E -m1000000 -w22 -l) ;;
	spins) options=(-E -m100000 -w18 -n -l) ;;
	esac
	shift 2
	( cd "$dir" && ./pan "${options[@]}" "$@" ) >"$dir/out" 2>&1
}

# Was every state visited, without hashing any away?
is_complete() { # DIR
	grep -q '^Full statespace search' "$1/out" &&
		grep -q 'errors: 0$' "$1/out" &&
		! grep -qiE 'max search depth|out of memory|memory limit|not completed|aborted|truncated' "$1/out"
}

# The end, where it is asked whether all was delivered, was reached.
reached_the_end() { # DIR
	grep -A 1 '^unreached in init' "$1/out" | grep -q '(0 of '
}

what_was_found() { # DIR
	sed -nE 's/^pan:1: (assertion violated|non-progress cycle)(.*) \(at depth ([0-9]+)\)$/\1, depth \3/p' \
		"$1/out" | head -n 1
}

figures() { # DIR
	local n depth
	n=$(sed -nE 's/^ *([0-9.e+]+) states, stored.*/\1/p' "$1/out" | head -n 1)
	depth=$(sed -nE 's/.*depth reached ([0-9]+),.*/\1/p' "$1/out" | head -n 1)
	n=$(printf '%.0f' "${n:-0}")
	states=$((states + n))
	echo "$n states, depth ${depth:-0}"
}

judge() { # DIR VERDICT: 0 if that is what the search says
	case $2 in
	holds) is_complete "$1" && reached_the_end "$1" ;;
	ends) is_complete "$1" ;;
	fails) what_was_found "$1" | grep -q '^assertion' ;;
	spins) what_was_found "$1" | grep -q '^non-progress' ;;
	*) return 1 ;;
	esac
}

run_one() { # NAME MODEL VERDICT SWITCH...
	local name=$1 model=$2 wanted=$3 dir=$OUT/$1 text status=0
	shift 3
	if ! make_pan "$dir" "$model" "$wanted" "$@"; then
		comment <"$dir/log"
		verdict 1 "$name: Spin understands the model"
		return
	fi
	search "$dir" "$wanted" || true
	figures "$dir" >"$dir/figures"
	text="$name: $model $wanted ($(cat "$dir/figures")$(what_was_found "$dir" | sed 's/^/; /'))"
	judge "$dir" "$wanted" || status=1
	[ "$status" = 0 ] || tail -n 40 "$dir/out" | comment
	verdict "$status" "$text"
	[ -n "$KEEP" ] || [ "$status" != 0 ] || rm -rf "$dir"
}

trim() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//' <<<"$1"; }

run_all() {
	local name model wanted switches full
	while IFS='|' read -r name model wanted _ switches full <&7; do
		name=$(trim "$name")
		case $name in "" | \#*) continue ;; esac
		[[ $name =~ $PATTERN ]] || continue
		wanted=$(trim "$wanted")
		[ -z "$SHORT" ] || [[ $wanted =~ ^(holds|ends)$ ]] || continue
		[ -z "$FULL" ] || [ -z "$(trim "$full")" ] || switches=$full
		# shellcheck disable=SC2086 # several switches
		run_one "$name" "$(trim "$model")" "${wanted% long}" $switches
	done 7<"$HERE/runs"
	[ "$total" -gt 0 ] || die "no run matches $PATTERN"
}

parse "$@"
mkdir -p "$OUT"
command -v spin >/dev/null || die "spin is missing: vm/setup.sh"
run_all
times >"$OUT/times"
echo "# $states states, $SECONDS s; user and system time of what ran: $(tail -n 1 "$OUT/times")"
if [ -z "$PATTERN" ]; then
	control_searches
	check_sites
	control_sites
	run_litmus
fi
echo "1..$total"
[ "$bad" = 0 ]
