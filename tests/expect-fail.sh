#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A check that cannot fail is no check:
#
#	tests/expect-fail.sh REGEX COMMAND...
#
# passes when COMMAND ends with status 1 and prints a "not ok" line that
# matches REGEX, and nothing else that is not ok.  (Status 3, a lab that did
# not boot, stays what it is.)
set -uo pipefail
pattern=$1
shift
out=$("$@")
status=$?
# Behind a '#' these lines are comments to whoever counts.
printf '%s\n' "$out" | sed 's/^/# /'
[ $status != 3 ] || exit 3
wanted=$(grep -E '^not ok' <<<"$out" | grep -E -- "$pattern" | head -n 1)
other=$(grep -E '^not ok' <<<"$out" | grep -vE -- "$pattern" | grep -v "job's exit status" | head -n 1)
if [ $status != 1 ] || [ -z "$wanted" ]; then
	echo "not ok - fails as it must (/$pattern/; status $status)"
	exit 1
elif [ -n "$other" ]; then
	echo "not ok - fails as it must, and only so: $other"
	exit 1
fi
echo "ok - fails as it must: ${wanted#not ok }"
