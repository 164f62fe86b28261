#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds that are told of a Xen that can do less: the same cases, the same answers.
#
#	tests/fallback/run.sh 6.12|6.1
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

kernel=${1:?which kernel?}
name=${EVTMMAP_NAME:-fallback-$kernel}
"$ROOT/tests/broken/build.sh" -f fallback "$kernel"
status=0
for ko in "$BUILD/fallback/$kernel"/*.ko; do
	"$ROOT/vm/boot.sh" -k "$kernel" -d ours -m "$ko" -n "$name-$(basename "$ko" .ko)" \
		"$ROOT/tests/vm/command.sh" 'commands_*' '*notify*' 'poller_*' || status=1
done
exit $status
