#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the module with each mistake and sees the tests find it, in two boots:
#
#	tests/broken/run.sh 6.12|6.1
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

kernel=${1:?which kernel?}
"$ROOT/tests/broken/build.sh" "$kernel"
extra=()
for patch in "$ROOT"/tests/broken/*.patch; do
	name=$(basename "$patch" .patch)
	extra+=(-p "$BUILD/broken/$kernel/$name.ko:lib/evtmmap/broken/$name.ko")
done
status=0
"$ROOT/vm/boot.sh" -k "$kernel" -d ours -c 4 -t 700 "${extra[@]}" "$ROOT/tests/vm/broken.sh" || status=1
"$ROOT/vm/boot.sh" -k "$kernel" -d ours -a turns -n "broken-$kernel-turns" "${extra[@]}" \
	"$ROOT/tests/vm/broken.sh" || status=1
exit $status
