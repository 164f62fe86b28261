#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The library's unit tests with ASan and UBSan, on this machine; and copies of
# the library with a mistake in it, which they must find.
#
#	tests/unit/lib_consumer.sh [CASE...]
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
status=0
export ASAN_OPTIONS=detect_leaks=0

build() { # TEST LIBRARY PROGRAM
	# The tests bring an ioctl() and a ppoll() of their own.
	"${CC:-gcc}" -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -pthread \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-Iuapi "-I$2" -Itests/common \
		"tests/unit/$1.c" tests/common/{tap,proc}.c "$2"/*.c -o "$3"
}

control() { # NAME FILE SED TEST CASE
	local lib=$DIR/$1 out
	cp -r lib/libevtmmap "$lib"
	sed -i -E "$3" "$lib/$2"
	if cmp -s "lib/libevtmmap/$2" "$lib/$2"; then
		echo "not ok - control $1: its change still applies"
	elif ! build "$4" "$lib" "$lib/test"; then
		echo "not ok - control $1: builds"
	elif out=$("$lib/test" "$5") || ! grep -q "^not ok 1 - $5" <<<"$out"; then
		echo "not ok - control $1: $5 fails"
	else
		echo "ok - control $1: $(sed -n "s/^# \($5: .*\)/\1/p" <<<"$out" | head -n 1)"
		return
	fi
	status=1
}

for t in lib_consumer lib_lost lib_classic lib_spin; do
	build "$t" lib/libevtmmap "$DIR/$t" || { echo "not ok - $t compiles"; status=1; continue; }
	"$DIR/$t" "$@" || status=1
done
[ $# -eq 0 ] || exit $status

control spin_is_never_longer spin.c '/h->spin \+= /s/h->spin \+=.*/(void)took;/' \
	lib_spin spin_is_learnt_again
control spin_is_never_shorter spin.c 's/h->spin -=.*/(void)took;/' \
	lib_spin spin_ends_when_events_come_slowly
control spin_stays_above_nothing spin.c 's/\(h->spin \+ 3\) \/ 4/h->spin \/ 4/' \
	lib_spin spin_ends_when_events_come_slowly
control spin_has_no_bound spin.c 's/took \* 2 <= h->spin_most/took >= 0/' \
	lib_spin spin_is_never_beyond_the_bound
control spin_knows_no_timeout spin.c 's/deadline >= 0 && deadline < end/deadline == 1/' \
	lib_spin spin_is_not_beyond_the_timeout
control spin_learns_from_events_only wait.c '/came late/,/spin_learn/s/ret >= 0/ret > 0/' \
	lib_spin spin_ends_when_no_events_come
exit $status
