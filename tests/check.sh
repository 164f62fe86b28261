#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds everything, runs the stages of tests/stages, counts their TAP lines.
#
#	tests/check.sh [-q|-a] [-j N] [PATTERN...]
#
# -q: only stages marked quick; -a: all of them, each in its long form, and those
# that need a kernel with a sanitizer make one. PATTERN: those whose name it
# matches, marked or not.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"
cd "$ROOT"

LOGS=$BUILD/check
STAGES=${EVTMMAP_STAGES:-tests/stages}
# A stage that hangs past every time-out of its own ends here; the longest may
# have to begin again when the emulator loses its guest.
STAGE_LIMIT=2400
# Two kernels from source, on a machine with other work.
BUILD_LIMIT=3600
JOBS=2 WHEN=check PATTERNS=()
PASSED=0 FAILED=0 SKIPPED=0
declare -A NAME_OF STARTED
FAILURES=()

parse() {
	local o
	while getopts qaj: o; do
		case $o in
		q) WHEN=quick ;;
		a) WHEN=all ;;
		j) JOBS=$OPTARG ;;
		*) die "usage: check.sh [-q|-a] [-j N] [PATTERN...]" ;;
		esac
	done
	shift $((OPTIND - 1))
	PATTERNS=("$@")
	[[ $JOBS =~ ^[1-9]$ ]] || die "not a number of stages at once: $JOBS"
}

trim() { # VAR: without the blanks around it
	local -n text=$1
	text=${text#"${text%%[![:space:]]*}"}
	text=${text%"${text##*[![:space:]]}"}
}

# Does a stage of these words run? One that is asked for by name does.
is_chosen() { # NAME WORDS
	local pattern
	for pattern in "${PATTERNS[@]}"; do
		[[ ! $1 =~ $pattern ]] || return 0
	done
	[ ${#PATTERNS[@]} = 0 ] || return 1
	[ $WHEN = all ] || [[ " $2 " == *" $WHEN "* ]] ||
		{ [ $WHEN = check ] && [[ " $2 " == *" quick "* ]]; }
}

# {SHORT:LONG} in a command
in_form() { # COMMAND
	local which='\1'
	[ $WHEN != all ] || which='\2'
	sed -E "s/\\{([^:{}]*):([^:{}]*)\\}/$which/g" <<<"$1"
}

# name TAB command, of the stages that run; the longest first
chosen() { # par|alone
	local name words seconds command
	while IFS='|' read -r name words seconds command; do
		trim name
		trim words
		trim seconds
		trim command
		case $name in "" | \#*) continue ;; esac
		[ "$1" = "$([[ " $words " == *" alone "* ]] && echo alone || echo par)" ] || continue
		is_chosen "$name" "$words" || continue
		printf '%s\t%s\t%s\n' "$seconds" "$name" "$(in_form "$command")"
	done <"$STAGES" | sort -s -k1,1nr | cut -f2-
}

# No kernel is built for `make check`: what it has none for is said to be skipped.
can_run() { # NAME
	local kernel
	[[ $1 =~ k[ac]san ]] || return 0
	kernel=${BASH_REMATCH[0]}
	[ -e "$CACHE/kernel-$kernel/" ] && return 0
	SKIPPED=$((SKIPPED + 1))
	line "skip   $1: no $kernel kernel in the cache (make sanitizers)"
	return 1
}

# On a terminal the last line shows what runs; elsewhere there is no such line.
show_running() {
	local pid text=
	[ -t 1 ] || return 0
	for pid in "${!NAME_OF[@]}"; do
		text+="  ${NAME_OF[$pid]} $((SECONDS - STARTED[$pid])) s"
	done
	printf '\r\033[K%s' "${text:0:$(tput cols 2>/dev/null || echo 80)}"
}

line() {
	[ ! -t 1 ] || printf '\r\033[K'
	printf '%s\n' "$*"
}

start() { # NAME COMMAND [LIMIT]
	local log=$LOGS/$1.log
	EVTMMAP_NAME=$1 timeout -k 10 "${3:-$STAGE_LIMIT}" bash -c "$2" >"$log" 2>&1 </dev/null &
	NAME_OF[$!]=$1
	STARTED[$!]=$SECONDS
	[ -t 1 ] || line "start  $1"
}

# Sum of the plans, and of the lines that tests printed themselves.
planned() { sed -nE 's/^1\.\.([0-9]+)( .*)?$/\1/p' "$1" | awk '{ n += $1 } END { print n + 0 }'; }
printed() { grep -E '^(not )?ok\b' "$1" | grep -vcE '^(not )?ok - (kernel log clean|job|nothing leaked|lockdep is)' || true; }

fault() { # LOG TEXT: a failure the stage did not report itself
	echo "not ok - $2" >>"$1"
}

# What a stage must not get away with: silence, a plan not kept, a bad status.
audit() { # LOG STATUS
	local log=$1 status=$2
	! grep -q '^Bail out!' "$log" || fault "$log" "bailed out"
	[ "$(printed "$log")" -ge "$(planned "$log")" ] ||
		fault "$log" "plan kept: $(planned "$log") tests announced, $(printed "$log") ran"
	if [ "$status" = 124 ] || [ "$status" = 137 ]; then
		fault "$log" "stage ends within $STAGE_LIMIT s"
	elif [ "$status" = 3 ]; then
		fault "$log" "the lab boots (no guest reached /init)"
	elif [ "$status" != 0 ] && ! grep -q '^not ok' "$log"; then
		fault "$log" "stage exit status is 0: it is $status"
	fi
	grep -qE '^(not )?ok\b|^1\.\.0 # [Ss][Kk][Ii][Pp]' "$log" || fault "$log" "stage says anything"
}

# The first "not ok" lines, each after the last that the test said before it.
reasons() { # LOG
	awk '/^# tolerated: / { next }
		/^# / { said[lines++ % 5] = $0 }
		/^(not )?ok/ {
			if (/^not/ && failures++ < 20) {
				for (i = lines > 5 ? lines - 5 : 0; i < lines; i++)
					print said[i % 5]
				print
			}
			lines = 0
		}' "$1"
}

finish() { # PID STATUS
	local name=${NAME_OF[$1]} seconds=$((SECONDS - STARTED[$1])) log ok bad skip text
	unset "NAME_OF[$1]" "STARTED[$1]"
	log=$LOGS/$name.log
	audit "$log" "$2"
	# "not ok ... # TODO" is an ordinary failure here: nothing is excused.
	bad=$(grep -cE '^not ok\b' "$log" || true)
	skip=$(grep -ciE '^(ok\b.*|1\.\.0) # skip' "$log" || true)
	ok=$(($(grep -cE '^ok\b' "$log" || true) - $(grep -ciE '^ok\b.* # skip' "$log" || true)))
	PASSED=$((PASSED + ok)) FAILED=$((FAILED + bad)) SKIPPED=$((SKIPPED + skip))
	[ "$bad" = 0 ] || FAILURES+=("$name")
	text="$ok ok"
	[ "$bad" = 0 ] || text+=", $bad not ok"
	[ "$skip" = 0 ] || text+=", $skip skipped"
	line "$(printf '%-5s  %-36s %4d s  %s' "$([ "$bad" = 0 ] && echo pass || echo FAIL)" \
		"$name" "$seconds" "$text")"
	reasons "$log" | sed 's/^/         /'
	grep -iE '^(ok\b.*|1\.\.0) # skip' "$log" | sed 's/^/         /' || true
}

reap() { # waits for one stage
	local pid status=0
	while :; do
		show_running
		for pid in "${!NAME_OF[@]}"; do
			if ! kill -0 "$pid" 2>/dev/null; then
				wait "$pid" || status=$?
				finish "$pid" "$status"
				return
			fi
		done
		sleep 0.5
	done
}

run_lane() { # LANE AT_ONCE
	local name command
	while IFS=$'\t' read -r name command <&7; do
		can_run "$name" || continue
		[ ${#NAME_OF[@]} -lt "$2" ] || reap
		start "$name" "$command"
	done 7< <(chosen "$1")
	while [ ${#NAME_OF[@]} -gt 0 ]; do reap; done
}

# Nothing can be said about a tree that does not build.
build() {
	local step steps=(setup module lib tests bench-programs)
	if [[ $(chosen par; chosen alone) == *k[ac]san* ]]; then
		if [ $WHEN = all ]; then
			steps+=(sanitizers)
		else
			steps+=(sanitizer-modules)
		fi
	fi
	for step in "${steps[@]}"; do
		start "build-$step" "make --no-print-directory $step && echo 'ok - make $step'" \
			"$BUILD_LIMIT"
		reap
		[ "$FAILED" = 0 ] || return 0
	done
}

# What the cases of this run let pass; tests/common/tolerate.h has the reasons.
tolerated() {
	find "$LOGS" -name '*.log' -newer "$LOGS/begun" -exec sed -n 's/^# tolerated: //p' {} + |
		awk '{ n = $1; sub(/^[0-9]+ /, ""); sum[$0] += n }
			END { for (what in sum) print "tolerated: " what ", " sum[what] " times" }'
}

summary() {
	local name
	for name in "${FAILURES[@]}"; do
		line
		line "$name: ${LOGS#"$ROOT"/}/$name.log"
		reasons "$LOGS/$name.log" | sed 's/^/    /'
		[[ $name != build-* ]] || tail -n 15 "$LOGS/$name.log" | sed 's/^/    | /'
	done
	line
	tolerated
	line "$("$ROOT/tools/proof.py" --of)"
	line "$SKIPPED skipped, $((SECONDS / 60)) min $((SECONDS % 60)) s"
	line "$PASSED passed, $FAILED failed" | tee "$LOGS/result"
}

stop() {
	trap - EXIT
	[ ${#NAME_OF[@]} -eq 0 ] || kill "${!NAME_OF[@]}" 2>/dev/null || true
	wait
}

main() {
	local name pattern asked
	parse "$@"
	asked=("${PATTERNS[@]}")
	for pattern in "${asked[@]}"; do
		PATTERNS=("$pattern")
		[ -n "$(chosen par; chosen alone)" ] ||
			die "no stage of ${STAGES#"$ROOT"/} has a name like '$pattern'"
	done
	PATTERNS=("${asked[@]}")
	mkdir -p "$LOGS"
	exec 8>"$LOGS/lock"
	flock -n 8 || die "another check is running in this tree"
	# Those of other stages are what `make proof` goes by.
	rm -f "$LOGS"/result "$LOGS"/build-*.log
	: >"$LOGS/begun"
	{ chosen par; chosen alone; } | while IFS=$'\t' read -r name _; do
		rm -f "$LOGS/$name.log"
	done
	trap stop EXIT
	trap 'exit 130' INT TERM
	build
	if [ "$FAILED" = 0 ]; then
		run_lane par "$JOBS"
		run_lane alone 1
	fi
	summary
	[ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
}

main "$@"
