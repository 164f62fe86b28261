#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Compares what two drivers said to the conformance suite on one kernel:
#
#	tests/conformance/compare.sh KERNEL STOCK.tap OURS.tap [DIFFERENCES]
#
# Each case must pass on ours. Where stock has another outcome, or observed
# another value, DIFFERENCES must say why; and what is listed there must
# differ. Prints TAP: one line for each case and one for each run.
set -euo pipefail

[ $# -ge 3 ] || {
	echo "usage: ${0##*/} KERNEL STOCK.tap OURS.tap [DIFFERENCES]" >&2
	exit 2
}
kernel=$1 stock=$2 ours=$3
listed=${4:-$(dirname "$0")/differences}
for file in "$stock" "$ours" "$listed"; do
	[ -r "$file" ] || {
		echo "Bail out! cannot read $file"
		exit 2
	}
done

exec awk -v kernel="$kernel" -v listed="$listed" -v stock="$stock" -v ours="$ours" '
function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
function verdict(good, text) {
	results[++n] = (good ? "ok " : "not ok ") n " - " text
	bad += !good
}
function short(s) { return s == "" ? "no answer" : s }

FNR == 1 { file++ }
{ sub(/\r$/, "") }

# case | kernels | reason
file == 1 {
	if (split($0, field, "|") < 3 || $0 ~ /^#/)
		next
	name = trim(field[1]); where = trim(field[2])
	if (where != "both" && where != "6.1" && where != "6.12")
		wrong[name] = where
	else if (where == "both" || where == kernel)
		reason[name] = trim(field[3])
	next
}

/^1\.\.[0-9]+/ { plan[file] += substr($1, 4) }

# Lines without a number are the lab speaking, of the boot as a whole.
/^(not )?ok [0-9]+ - / {
	outcome = /^not/ ? "fails" : / # SKIP/ ? "skipped" : "passes"
	name = $0
	sub(/^(not )?ok [0-9]+ - /, "", name)
	sub(/ #.*/, "", name)
	if ((file, name) in said)
		twice[name] = 1
	said[file, name] = outcome
	ran[file]++
	if (!(name in known)) { known[name] = 1; order[++cases] = name }
}

/^# observed: / {
	name = $3
	sub(/^# observed: [^ ]* /, "")
	saw[file, name] = saw[file, name] " " $0 ";"
}

END {
	for (f = 2; f <= 3; f++)
		verdict(plan[f] && ran[f] == plan[f], "ran to its end: " \
			(f == 2 ? "stock " : "ours ") kernel " (" ran[f] + 0 " of " plan[f] + 0 ")")
	for (i = 1; i <= cases; i++) {
		name = order[i]
		a = said[2, name]; b = said[3, name]
		differs = a != b || (a == "passes" && saw[2, name] != saw[3, name])
		detail = "stock " short(a) saw[2, name] ", ours " short(b) saw[3, name]
		if (name in twice)
			verdict(0, name ": two cases of that name")
		else if (b != "passes")
			verdict(0, name ": " short(b) " on ours")
		else if (!differs && name in reason)
			verdict(0, name ": listed, and the same on both (" detail ")")
		else if (differs && !(name in reason))
			verdict(0, name ": differs and is not listed (" detail ")")
		else
			verdict(1, name (differs ? ": differs as listed: " reason[name] : ""))
	}
	for (name in reason)
		if (!(name in known))
			verdict(0, name ": listed, but there is no such case")
	for (name in wrong)
		verdict(0, name ": listed for kernels \"" wrong[name] "\", not both, 6.1 or 6.12")
	print "1.." n
	for (i = 1; i <= n; i++)
		print results[i]
	exit bad > 0
}
' "$listed" "$stock" "$ours"
