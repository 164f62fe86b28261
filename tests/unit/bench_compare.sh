#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What compare, report and the gate make of results that are made up here.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
status=0 n=0

# One run of one result, seven samples around a median.
run() { # SANITIZERS ICOUNT SUBJECT UNIT BETTER MEDIAN MAD
	cat <<-JSON
	{"evtbench":1,"environment":{"cpu":"c","vcpus":1,"kernel":"k","xen":null,
	"machine":"TCG","icount":$2,"sanitizers":$1,"date":"d",
	"module":{"origin":"$([ "$3" = evtmmap ] && echo ours || echo in-tree)"}},
	"options":{},"results":[
	{"benchmark":"a/b","subject":"$3","parameters":{"batch":8},
	"metric":"instructions_per_event","unit":"$4","better":"$5",
	"samples":[1,2,3],"median":$6,"mad":$7,"counts":{"events":3,"drops":0}}]}
	JSON
}

verdict() { # STATUS TEXT
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; status=1; fi
}

compare() { # EXPECTED_STATUS PATTERN TEXT [OPTIONS...]
	local is=0 want=$1 pattern=$2 text=$3
	shift 3
	bench/compare.py "$@" "$DIR/a" "$DIR/b" >"$DIR/out" 2>&1 || is=$?
	[ $is = "$want" ] && grep -qE "$pattern" "$DIR/out"
	verdict $? "compare: $text"
}

run '[]' 1 evtmmap instructions lower 1000 0 >"$DIR/a"
run '[]' 1 evtmmap instructions lower 1000 0 >"$DIR/b"
compare 0 ' same$' "the same count is the same"
run '[]' 1 evtmmap instructions lower 1020 0 >"$DIR/b"
compare 0 'within the limit' "2 % more is within the limit"
compare 1 ' worse$' "2 % more is worse with a limit of 1 %" --limit 1%
run '[]' 1 evtmmap instructions lower 1040 0 >"$DIR/b"
compare 1 ' worse$' "4 % more is worse"
run '[]' 1 evtmmap ns lower 1040 20 >"$DIR/b"
compare 0 ' same$' "4 % more is the same when it scatters by 2 %"
run '[]' 1 evtmmap instructions lower 900 0 >"$DIR/b"
compare 0 ' better$' "less is better"
run '[]' 1 evtmmap 1/s higher 1000 0 >"$DIR/a"
run '[]' 1 evtmmap 1/s higher 900 0 >"$DIR/b"
compare 1 ' worse$' "less is worse where more is better"
run '["kcsan"]' 1 evtmmap 1/s higher 1000 0 >"$DIR/b"
compare 2 'different sanitizers: none and kcsan' "other sanitizers are refused"
run 'null' 1 evtmmap 1/s higher 1000 0 >"$DIR/b"
compare 2 'different sanitizers: none and unknown' "unknown sanitizers are refused"
run '[]' 0 evtmmap 1/s higher 1000 0 >"$DIR/b"
compare 2 'different icount: 1 and 0' "another clock is refused"
echo '{}' >"$DIR/b"
compare 2 'not written by evtbench' "another program's file is refused"

gate() { # EXPECTED_STATUS TEXT COMMITTED OURS [CONTROL]
	local is=0
	run '[]' 1 evtmmap instructions lower "$3" 0 >"$DIR/committed"
	{
		run '[]' 1 in-tree instructions lower 1000 0 | sed 's/^/# json in-tree /'
		run '[]' 1 evtmmap instructions lower "$4" 0 | sed 's/^/# json evtmmap /'
		run '[]' 1 evtmmap instructions lower "${5:-0}" 0 | sed 's/^/# json slow /'
	} >"$DIR/lines"
	bench/gate.py "$DIR/lines" "$DIR/limits" "$DIR/committed" ${5:+slow} >"$DIR/out" || is=$?
	[ $is = "$1" ]
	verdict $? "gate: $2"
}

echo 'a/b[batch=8] in-tree' >"$DIR/limits"
gate 0 "what was committed passes" 1000 1000
gate 1 "more than in-tree fails" 1000 1001
gate 1 "4 % more than was committed fails" 900 936
gate 0 "a slow build that is refused passes" 900 900 940
gate 1 "a slow build that is not refused fails" 900 900 910
echo 'no/such 5' >"$DIR/limits"
gate 1 "a figure that is missing fails" 1000 1000

# The page, with plots left to others.
run '[]' 1 in-tree instructions lower 100 0 >"$DIR/a"
run '[]' 1 evtmmap instructions lower 777 0 >"$DIR/b"
run '["kasan"]' 1 evtmmap instructions lower 888 0 >"$DIR/c"
run '["kasan"]' 1 in-tree instructions lower 100 0 >"$DIR/d"
mkdir "$DIR/bin"
# shellcheck disable=SC2016 # for the script that is made here
printf '#!/bin/sh\necho "<svg/>" >"$(sed -n "s/^set output .\\(.*\\).$/\\1/p")"\n' >"$DIR/bin/gnuplot"
chmod +x "$DIR/bin/gnuplot"
PATH=$DIR/bin:$PATH bench/report.py -o "$DIR/page" "$DIR"/[abcd] >/dev/null
first=$(sed '/<h2>Results/,$d' "$DIR/page/index.html")
[[ $first == *777*7.77\ times* ]]
verdict $? "report: begins with what is slower than in-tree"
[[ $first != *888* ]] && grep -q 'Results 2, under sanitizers' "$DIR/page/index.html" &&
	[ "$(grep -c '<table' "$DIR/page/index.html")" = 2 ]
verdict $? "report: results under sanitizers stand apart"
! grep -q '<script' "$DIR/page/index.html"
verdict $? "report: has no scripts"
echo "1..$n"
exit $status
