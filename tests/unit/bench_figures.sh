#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What evtbench makes of its measurements, with ASan and UBSan on this machine;
# then the same with mistakes in it, each of which has to be noticed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
status=0 n=0

build() { # SOURCES
	"${CC:-gcc}" -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -pthread \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-I"$1" -Itests/common tests/unit/bench_figures.c \
		tests/common/{tap,proc}.c "$1"/{sample,histogram,json}.c -o "$DIR/test"
}

run() { ASAN_OPTIONS=detect_leaks=0 "$DIR/test" "$@"; }

verdict() { # STATUS TEXT
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok - $2"; else echo "not ok - $2"; status=1; fi
}

control() { # FILE MISTAKE CASE
	mkdir -p "$DIR/bad"
	cp bench/{sample,histogram,json}.[ch] "$DIR/bad/"
	sed -i "$2" "$DIR/bad/$1"
	if cmp -s "bench/$1" "$DIR/bad/$1" || ! build "$DIR/bad"; then
		verdict 1 "a mistake can be made for $3"
		return
	fi
	grep -q "^not ok 1 - $3" < <(run "$3" 2>&1)
	verdict $? "$3 notices its mistake"
}

build bench && run "$@" || status=1
control sample.c 's|(v\[n / 2 - 1\] + v\[n / 2\]) / 2|v[n / 2]|' median_is_the_middle_in_any_order
control sample.c 's|v\[i\] = s->value\[i\] > middle ? s->value\[i\] - middle.*|v[i] = s->value[i] + 0 * middle;|' mad_is_not_moved_by_one_wild_sample
control histogram.c 's|bits > 8 ? bits - 8|bits > 7 ? bits - 7|' histogram_knows_a_value_to_one_part_in_128
control histogram.c 's|seen < wanted|seen <= wanted|' percentiles_agree_with_sorting
control json.c 's|j->more = true;|j->more = false;|' json_quotes_nests_and_separates
echo "1..$n"
exit $status
