#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo's figures (lines of evtbench's CSV) as one table, 80 columns wide.
# Fails when a figure the table needs is missing.
set -euo pipefail

exec awk -F, '
{ sub(/^== /, "") }
$2 == "kernel" || $2 == "xen" { lab[$2] = $3; next }
{
	if (!(($2, $1) in figure))
		figure[$2, $1] = $6
	figure[$2, $1 ":" $3] = $6
	figure[$2, $1 ":events"] = $9
	figure[$2, $1 ":bad"] = $10 == "" ? "na" : $10 + $11
}

function get(driver, key) {
	if (!((driver, key) in figure)) {
		missing = missing " " driver "/" key
		return "na"
	}
	return figure[driver, key]
}

function thousands(n, s) {
	s = sprintf("%.0f", n)
	while (s ~ /[0-9][0-9][0-9][0-9]($|,)/)
		s = comma(s)
	return s
}

# One comma more, in front of the last three digits that have none.
function comma(s, head, tail, at) {
	at = index(s, ",")
	head = at ? substr(s, 1, at - 1) : s
	tail = at ? substr(s, at) : ""
	return substr(head, 1, length(head) - 3) "," substr(head, length(head) - 2) tail
}

function number(n, digits) {
	if (n == "na")
		return "-"
	return digits ? sprintf("%." digits "f", n) : thousands(n)
}

# Lost and repeated ones, in both machines.
function bad(driver, way) {
	return get(driver, "live/" way ":bad") + get(driver, "consume/" way ":bad")
}

function cells(calls, instructions, lost) {
	return sprintf("  %6s %6s %4s", number(calls, 3), number(instructions, 0), lost)
}

# The in-tree driver has no ring to map.
function way_of(driver, key) {
	if (driver == "in-tree" && key == "mapped")
		return cells("na", "na", "-")
	return cells(get(driver, "calls/" key), get(driver, "consume/" key),
		     thousands(bad(driver, key)))
}

function way(label, key) {
	line(sprintf("%-30s%7s", label, thousands(get("evtmmap", "live/" key ":events"))) \
	     way_of("in-tree", key) way_of("evtmmap", key))
}

function of_it(label, stock_calls, stock, ours_calls, ours) {
	line(sprintf("%-37s%s%s", label, cells(stock_calls, stock, ""),
		     cells(ours_calls, ours, "")))
}

# A NOTIFY for each event, and what was above; ours in one ENTER.
function whole(label, key, batch) {
	of_it(label, get("in-tree", "calls/" key) + 1,
	      get("in-tree", "consume/" key) + get("in-tree", "batch/notify"),
	      get("evtmmap", "calls/enter[batch=" batch "]"),
	      get("evtmmap", "round/enter[batch=" batch "]"))
}

function pair(driver, key) {
	return number(get(driver, "defects/" key ":events_lost_of_32"), 0) " / " \
		number(get(driver, "defects/" key ":ports_dead_of_32"), 0)
}

function after_unbind(driver) {
	return number(get(driver, "defects/stale:ports_after_unbind"), 0)
}

function mistake(label, stock, ours) {
	line(sprintf("%-46s%11s%20s", label, stock, ours))
}

function line(text) {
	sub(/ +$/, "", text)
	print text
}

END {
	printf "make demo: Linux %s, Xen %s, QEMU/TCG\n", lab["kernel"], lab["xen"]
	print "per event: system calls (traced), instructions (counted by -icount)\n"
	line(sprintf("%-38s %-19s %-19s", "", "in-tree xen-evtchn", "evtmmap"))
	line(sprintf("%-30s%7s  %6s %6s %4s  %6s %6s %4s", "to take and rearm an event",
		     "events", "calls", "instr", "lost", "calls", "instr", "lost"))
	way("libxenevtchn: read 4, write 4", "lib")
	way("read() and write() of up to 64", "batch")
	way("mapped ring, up to 64", "mapped")
	of_it("  of it taking, before the rearm", "na", "na",
	      get("evtmmap", "calls/take"), get("evtmmap", "mapped/take[burst=64]"))
	of_it("to send and deliver one (NOTIFY)", 1, get("in-tree", "batch/notify"),
	      1, get("evtmmap", "batch/notify"))
	whole("all of that, one event at a time", "lib", 1)
	whole("  64 at a time", "batch", 64)
	print ""
	print "one port misbehaves while 32 others of its file have an event each:"
	print "events lost / ports dead even after RESET"
	mistake("  unmasked before it was read, 100 times", pair("in-tree", "unmask"),
		pair("evtmmap", "unmask"))
	mistake("  bound, fired, unbound unread, 100 times", pair("in-tree", "unbind"),
		pair("evtmmap", "unbind"))
	mistake("  the same 20 times: unbound ports handed out",
		after_unbind("in-tree"), after_unbind("evtmmap"))
	if (missing) {
		print "missing figures:" missing
		exit 1
	}
}' "$1"
