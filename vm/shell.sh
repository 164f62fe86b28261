#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A dom0 shell on this terminal: KERNEL=6.12|6.1, DRIVER=ours|stock|none.
# Ctrl-A X ends QEMU at once; `exit` powers the guest off.
set -euo pipefail
cd "$(dirname "$0")/.."
saved=$(stty -g 2>/dev/null || true)
status=0
vm/boot.sh -i -x -k "${KERNEL:-6.12}" -d "${DRIVER:-ours}" -c "${VCPUS:-2}" \
	-n "shell-$$" "$@" || status=$?
[ -z "$saved" ] || stty "$saved"
rm -rf "build/run/shell-$$"
exit "$status"
