#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job, for `bench/figures.sh`: measures the
# in-tree driver and ours in turn, and holds ours against the limits.  A figure
# that is missing is a figure that is too high.

# What the kernel alone needs; the module says so and refuses to stay.
insmod /t/floor.ko 2>/dev/null
dmesg | sed -n 's/.*floor: \([0-9]* [0-9]*\)$/\1/p' >/run/floor

# Figures of one driver, with its name in front of each.
measure() { # stock|ours
	rmmod xen_evtchn 2>/dev/null
	insmod "$LAB/$1.ko" && evtbench --tsv | sed "s/^/$1	/"
}

judge() { # FIGURES LIMITS
	awk -F '[ \t]+' '
	FNR == NR { figure[$1, $2] = $3; next }
	/^#/ || !$1 { next }
	{
		n++
		limit = $2
		if (limit ~ /^stock/) {
			key = limit ~ /:/ ? substr(limit, 7) : $1
			limit = figure["stock", key]
			if (limit == "" || limit == "na")
				limit = -1
			limit *= 1 + $3 / 100
		}
		is = figure["ours", $1]
		fine = is != "" && is != "na" && is <= limit + 0
		printf "%sok %d - %s <= %.6g: %s (in-tree %s)\n", fine ? "" : "not ",
			n, $1, limit, is == "" ? "missing" : is, figure["stock", $1]
	}
	END { print "1.." n; exit !n }' "$1" "$2"
}

{ measure stock; measure ours; } >/run/figures
sed 's/^/# /' /run/figures
judge /run/figures /t/limits
