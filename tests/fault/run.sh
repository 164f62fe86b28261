#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Every entry point with each of its allocations failing in turn, on the kasan
# kernel; and builds with a mistake on an error path, each of which must be found:
#
#	tests/fault/run.sh
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

"$ROOT/vm/module.sh" kasan >/dev/null
"$ROOT/tests/broken/build.sh" -f fault kasan
extra=()
for ko in "$BUILD"/fault/kasan/*.ko; do
	extra+=(-p "$ko:lib/evtmmap/fault/${ko##*/}")
done
exec "$ROOT/vm/boot.sh" -k kasan -d ours -t 1000 "${extra[@]}" "$ROOT/tests/vm/fault.sh" "$@"
