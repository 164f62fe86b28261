#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Prints the comments that begin with a stop's number, T1 to T6, in order:
# the way of one event from Xen to user space and back.
set -euo pipefail
cd "$(dirname "$0")/.."

# number TAB file:line TAB text, one row per line of such a comment
stops() {
	find kernel lib uapi -name '*.[ch]' -exec awk '
		match($0, /^[ \t]*\/\*[ \t]*T[1-6][a-z]?:/) { inside = 1; where = FILENAME ":" FNR
			stop = $0; sub(/^[^T]*/, "", stop); sub(/:.*/, "", stop) }
		# A block that opens on a line of its own names its stop on the next.
		opened && match($0, /^[ \t]*\*[ \t]*T[1-6][a-z]?:/) { inside = 1; where = FILENAME ":" FNR
			stop = $0; sub(/^[^T]*/, "", stop); sub(/:.*/, "", stop) }
		{ opened = /^[ \t]*\/\*\**[ \t]*$/ }
		inside {
			text = $0
			gsub(/^[ \t]*\/?\*+[ \t]?|[ \t]*\*\/.*$/, "", text)
			if (text != "/") printf "%s\t%s\t%04d\t%s\n", stop, where, FNR, text
			if ($0 ~ /\*\//) inside = 0
		}' {} +
}

stops | LC_ALL=C sort -t "$(printf '\t')" -k1,1 -k2,2 -k3,3n |
	awk -F '\t' '$2 != last { printf "\n%s\n", $2; last = $2 } { print "    " $4 }'
