#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What the demo claims, held against its figures: in one line, and in the exit
# status.
set -euo pipefail

exec awk -F, '
{
	if (!(($2, $1) in figure))
		figure[$2, $1] = $6
	figure[$2, $1 ":" $3] = $6
	figure[$2, $1 ":events"] = $9
	figure[$2, $1 ":bad"] = $10 == "" ? "na" : $10 + $11
}

function claim(true, text) {
	if (!true) {
		print "FAILED: " text
		failed = 1
	}
}

function zero(key) {
	claim((("evtmmap", key) in figure) && figure["evtmmap", key] == 0,
	      "evtmmap: " key " is 0 (it is " figure["evtmmap", key] ")")
}

function positive(driver, key) {
	claim(figure[driver, key] + 0 > 0, driver ": " key " is above 0")
}

END {
	n = split("lib batch mapped", way, " ")
	for (i = 1; i <= n; i++) {
		zero("consume/" way[i] ":bad")
		zero("live/" way[i] ":bad")
		positive("evtmmap", "consume/" way[i] ":events")
		positive("evtmmap", "live/" way[i] ":events")
	}
	zero("calls/take")
	positive("evtmmap", "mapped/take[burst=64]")
	positive("in-tree", "consume/lib"); positive("evtmmap", "consume/lib")
	n = split("unmask unbind stale", defect, " ")
	for (i = 1; i <= n; i++) {
		zero("defects/" defect[i] ":read_failed_efbig")
		zero("defects/" defect[i] ":events_lost_of_32")
		zero("defects/" defect[i] ":ports_after_unbind")
		zero("defects/" defect[i] ":ports_dead_of_32")
	}
	# A demonstration of a defect that does not show is none.
	positive("in-tree", "defects/unmask:events_lost_of_32")
	positive("in-tree", "defects/unbind:events_lost_of_32")
	positive("in-tree", "defects/stale:ports_after_unbind")
	if (failed)
		exit 1
	printf "PASSED: %.0f instead of %.0f instructions for unchanged clients; ",
		figure["evtmmap", "consume/lib"], figure["in-tree", "consume/lib"]
	printf "from the mapped ring\n        %.0f and no system call; nothing lost, nothing twice.\n",
		figure["evtmmap", "mapped/take[burst=64]"]
}' "$1"
