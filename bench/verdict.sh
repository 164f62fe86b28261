#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What the demo claims, held against its figures: in one line, and in the exit
# status.
set -euo pipefail

exec awk -F '\t' '
{ figure[$1, $2] = $3; seen[$1]++ }

function claim(true, text) {
	if (!true) {
		print "FAILED: " text
		failed = 1
	}
}

function zero(key) {
	claim(figure["ours", key] ~ /^0(\.0*)?$/,
	      "evtmmap: " key " is 0 (it is " figure["ours", key] ")")
}

function positive(driver, key) {
	claim(figure[driver, key] != "na" && figure[driver, key] + 0 > 0,
	      driver ": " key " is above 0")
}

END {
	n = split("lib batch mapped", way, " ")
	for (i = 1; i <= n; i++) {
		zero(way[i] "_lost"); zero(way[i] "_duplicated")
		zero("live_" way[i] "_lost"); zero("live_" way[i] "_duplicated")
		positive("ours", "live_" way[i] "_received")
	}
	zero("mapped_take_calls")
	positive("ours", "mapped_take_64")
	positive("stock", "lib_event"); positive("ours", "lib_event")
	n = split("unmask unbind stale", defect, " ")
	for (i = 1; i <= n; i++) {
		zero(defect[i] "_efbig"); zero(defect[i] "_lost")
		zero(defect[i] "_stale"); zero(defect[i] "_dead")
	}
	# A demonstration of a defect that does not show is none.
	positive("stock", "unmask_lost"); positive("stock", "unbind_lost")
	positive("stock", "stale_stale")
	if (failed)
		exit 1
	printf "PASSED: %.0f instead of %.0f instructions for unchanged clients; ",
		figure["ours", "lib_event"], figure["stock", "lib_event"]
	printf "from the mapped ring\n        %.0f and no system call; nothing lost, nothing twice.\n",
		figure["ours", "mapped_take_64"]
}' "$1"
