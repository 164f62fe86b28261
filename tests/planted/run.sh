#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the module with each planted mistake and sees the kernel with the
# sanitizer find it: the positive control of `make check-kasan` and of KCSAN's
# weak memory.
#
#	tests/planted/run.sh kcsan|kasan
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

kernel=${1:?which kernel?}
case $kernel in
kcsan) mistakes=(missing-barrier commands-taken-plainly) ;;
# A report of lockdep is its last, and KASAN's ends lockdep too.
kasan) mistakes=(leak lock-inversion use-after-free) ;;
esac
"$ROOT/tests/broken/build.sh" -f planted "$kernel" "${mistakes[@]}"
extra=(-p "$ROOT/tests/vm/race.sh")
for name in "${mistakes[@]}"; do
	extra+=(-p "$BUILD/planted/$kernel/$name.ko:lib/evtmmap/planted/$name.ko")
done
# That the log is not clean and lockdep off is what this is about.
out=$("$ROOT/vm/boot.sh" -k "$kernel" -d none -c 4 -t 400 "${extra[@]}" \
	"$ROOT/tests/vm/planted.sh" "${mistakes[@]}") || [ $? = 1 ]
grep -vE 'kernel log clean: |not ok - (lockdep is still on|nothing leaked)' <<<"$out"
! grep -q '^not ok [0-9]' <<<"$out" && grep -q '^ok' <<<"$out"
