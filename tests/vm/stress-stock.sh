#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: how long the driver lives before a wake-up is lost, at most
# SECONDS. Luck has a hand in it, so the figure is reported and nothing else:
# what must fail every time is tests/broken/.
#
#	stress-stock.sh SECONDS [CASE...]

EVT_SECONDS=${1:-60}
export EVT_SECONDS
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- wake_read wake_poll

echo "1..$#"
for c; do
	# The cases' limits are for less than hours.
	/t/stress -x $((EVT_SECONDS / 600 + 1)) "$c" >"/run/stock.$c" 2>&1 &
done
wait
n=0
for c; do
	n=$((n + 1))
	sed 's/^/# /' "/run/stock.$c"
	if grep -q '^ok' "/run/stock.$c"; then
		echo "ok $n - $c: lived for $EVT_SECONDS s"
	elif grep -q 'stalled after' "/run/stock.$c"; then
		echo "ok $n - $c: $(sed -n 's/.*\(stalled after.*\)/\1/p' "/run/stock.$c")"
	elif grep -q ' [1-9][0-9]* lost, ' "/run/stock.$c"; then
		# The very last wake-up, or those just before the senders ended.
		echo "ok $n - $c: lost at the end: $(sed -n 's/^# //; / lost, /p' "/run/stock.$c")"
	else
		echo "not ok $n - $c: runs"
	fi
done
