#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The fuzzer has to find a build that uses memory after it is freed:
#
#	tests/fuzz/control.sh NAME [STEPS]	NAME.patch is the mistake
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

name=${1:?which patch?}
steps=${2:-200000}
"$ROOT/tests/broken/build.sh" -f fuzz kasan "$name"
# That the log is not clean is what this is about; what was found counts.
out=$("$ROOT/vm/boot.sh" -k kasan -m "$BUILD/fuzz/kasan/$name.ko" -t 900 \
	"$ROOT/tests/vm/fuzz.sh" -s 1 -n "$steps") || [ $? = 1 ]
# shellcheck disable=SC2001 # of each line
sed 's/^/# /' <<<"$out"
found=$(grep -m1 -oE '^# fuzz_by_threads: .*BUG: KASAN: .*(evtchn|irq_lateeoi).*' <<<"$out" || true)
if [ -n "$found" ]; then
	echo "ok - the fuzzer finds $name: ${found#*: }"
else
	echo "not ok - the fuzzer finds $name within $steps steps"
	exit 1
fi
