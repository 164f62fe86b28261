#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A vCPU that stops in the middle, and builds for which that must matter, in
# one boot:
#
#	tests/stopped/run.sh 6.12|6.1 [CASE...]
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

kernel=${1:?which kernel?}
shift
"$ROOT/vm/module.sh" -d "$kernel"
"$ROOT/tests/broken/build.sh" -d -f stopped "$kernel"
extra=()
for name in spinlock ticket command-lock masked-dropped users-not-asked early-unsynchronized; do
	extra+=(-p "$BUILD/stopped-debug/$kernel/$name.ko:lib/evtmmap/stopped/$name.ko")
done
exec "$ROOT/vm/boot.sh" -k "$kernel" -D -a turns -c 4 -t 600 "${extra[@]}" \
	"$ROOT/tests/vm/stopped.sh" "$@"
