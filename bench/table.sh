#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo's figures (driver TAB key TAB value) as one table, 80 columns wide.
# Fails when a figure the table needs is missing.
set -euo pipefail

exec awk -F '\t' '
{ figure[$1, $2] = $3 }

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
function bad(driver, way, n) {
	n = get(driver, "live_" way "_lost")
	if (n == "na")
		return n
	return n + get(driver, "live_" way "_duplicated") \
		+ get(driver, way "_lost") + get(driver, way "_duplicated")
}

function cells(calls, instructions, lost) {
	return sprintf("  %6s %6s %4s", number(calls, 3), number(instructions, 0), lost)
}

function lost_cell(n) { return n == "na" ? "-" : n == "" ? "" : thousands(n) }

function way(label, key, driver, row, i) {
	row = sprintf("%-30s%7s", label, thousands(get("ours", "live_" key "_sent")))
	for (i = 1; i <= 2; i++) {
		driver = i == 1 ? "stock" : "ours"
		row = row cells(get(driver, key "_calls"), get(driver, key "_event"),
				lost_cell(bad(driver, key)))
	}
	line(row)
}

function of_it(label, stock_calls, stock, ours_calls, ours) {
	line(sprintf("%-37s%s%s", label, cells(stock_calls, stock, ""),
		     cells(ours_calls, ours, "")))
}

# A NOTIFY for each event, and what was above; ours in one ENTER.
function whole(label, key, round, calls) {
	calls = round == "enter_1" ? "enter_1_calls" : "enter_calls"
	of_it(label, get("stock", key "_calls") + 1,
	      get("stock", key "_event") + get("stock", "notify_upcall"),
	      get("ours", calls), get("ours", round))
}

function pair(driver, key) {
	return number(get(driver, key "_lost"), 0) " / " number(get(driver, key "_dead"), 0)
}

function mistake(label, stock, ours) {
	line(sprintf("%-46s%11s%20s", label, stock, ours))
}

function line(text) {
	sub(/ +$/, "", text)
	print text
}

END {
	printf "make demo: Linux %s, Xen %s, QEMU/TCG\n", get("lab", "kernel"),
		get("lab", "xen")
	print "per event: system calls (traced), instructions (counted by -icount)\n"
	line(sprintf("%-38s %-19s %-19s", "", "in-tree xen-evtchn", "evtmmap"))
	line(sprintf("%-30s%7s  %6s %6s %4s  %6s %6s %4s", "to take and rearm an event",
		     "events", "calls", "instr", "lost", "calls", "instr", "lost"))
	way("libxenevtchn: read 4, write 4", "lib")
	way("read() and write() of up to 64", "batch")
	way("mapped ring, up to 64", "mapped")
	of_it("  of it taking, before the rearm", "na", "na",
	      get("ours", "mapped_take_calls"), get("ours", "mapped_take_64"))
	of_it("to send and deliver one (NOTIFY)", 1, get("stock", "notify_upcall"),
	      1, get("ours", "notify_upcall"))
	whole("all of that, one event at a time", "lib", "enter_1")
	whole("  64 at a time", "batch", "enter_64")
	print ""
	print "one port misbehaves while 32 others of its file have an event each:"
	print "events lost / ports dead even after RESET"
	mistake("  unmasked before it was read, 100 times", pair("stock", "unmask"),
		pair("ours", "unmask"))
	mistake("  bound, fired, unbound unread, 100 times", pair("stock", "unbind"),
		pair("ours", "unbind"))
	mistake("  the same 20 times: unbound ports handed out",
		number(get("stock", "stale_stale"), 0), number(get("ours", "stale_stale"), 0))
	if (missing) {
		print "missing figures:" missing
		exit 1
	}
}' "$1"
