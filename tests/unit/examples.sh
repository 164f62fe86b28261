#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The examples compile clean, look at their arguments first, and say by name what
# went wrong: there is no device here. README's is the heart of examples/mapped.c.
#
# shellcheck disable=SC2317  # check() runs them
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
BIN=build/unit/examples
DEVICE="open: no event channel device: is this Xen, is xen-evtchn loaded?"
n=0 bad=0

check() { # WHAT COMMAND...
	local what=$1 out
	shift
	n=$((n + 1))
	if out=$("$@" 2>&1); then
		echo "ok $n - $what"
	else
		bad=1
		printf '%s\n' "$out" | sed 's/^/# /'
		echo "not ok $n - $what"
	fi
}

compiles() { # EXAMPLE
	local libs=()
	[ "$1" = uring ] && libs=(-luring)
	"${CC:-gcc}" -std=gnu11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -O2 \
		-Ilib/libevtmmap -o "$BIN/$1" "examples/$1.c" build/lib/libevtmmap.a "${libs[@]}"
}

says() { # STATUS TEXT COMMAND...
	local out status=0
	out=$("${@:3}" 2>&1 </dev/null) || status=$?
	echo "status $status, $out"
	[ "$status" = "$1" ] && [ "$out" = "$2" ]
}

readme() {
	diff <(sed -n '/^<!-- example -->$/,/^<!-- \/example -->$/p' README.md | sed '1,2d' | head -n -2) \
		<(sed -n '/^static int serve/,/^}/p' examples/mapped.c | expand -t 8)
}

mkdir -p "$BIN"
for e in mapped batch uring epoll; do
	check "$e compiles" compiles $e
	usage="usage: $BIN/$e$([ $e = epoll ] || echo ' DOMID PORT')"
	for wrong in '0 1 2' '0 x' '0 -1' '1x 1' '0 4294967296'; do
		# shellcheck disable=SC2086 # several arguments
		check "$e $wrong: usage" says 2 "$usage" "$BIN/$e" $wrong
	done
	if [ -e /dev/xen/evtchn ]; then
		n=$((n + 1))
		echo "ok $n - $e without a device # SKIP this machine has one"
		continue
	fi
	# shellcheck disable=SC2046 # two of them, or none
	check "$e without a device" says 1 "$DEVICE" "$BIN/$e" $([ $e = epoll ] || echo 0 1)
done
check "README's example is examples/mapped.c" readme
echo "1..$n"
exit $bad
