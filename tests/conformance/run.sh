#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The conformance suite on one kernel: a boot with the in-tree driver, a boot
# with ours, and the comparison.
#
#	tests/conformance/run.sh [6.12|6.1]
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
kernel=${1:-6.12}
name=${EVTMMAP_NAME:-conformance-$kernel}
out=${BUILD:-$PWD/build}/conformance/$name
mkdir -p "$out"

# What the lab says of the boot as a whole. That the suite fails on the
# in-tree driver is for the comparison to judge.
lab_lines() { # TAP DRIVER
	grep -E '^(not ok|ok) - |^Bail out!' "$1" | grep -v "job's exit status" |
		sed "s/\$/ ($2 driver, $kernel)/"
}

for driver in stock ours; do
	vm/boot.sh -k "$kernel" -d $driver -c 2 -n "$name-$driver" \
		tests/vm/conformance.sh >"$out/$driver.tap"
	status=$?
	[ $status -le 1 ] || exit $status
done
tests/conformance/compare.sh "$kernel" "$out/stock.tap" "$out/ours.tap"
status=$?
for driver in stock ours; do
	lab_lines "$out/$driver.tap" $driver
done | tee "$out/lab"
! grep -qE '^(not ok|Bail)' "$out/lab" && exit $status
exit 1
