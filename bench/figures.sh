#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What an event costs, in instructions: the floor, the in-tree driver and ours in
# turn, in one boot, held against bench/limits.
#
#	bench/figures.sh 6.12|6.1
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

KERNEL=${1:?which kernel?}
OUT=$BUILD/floor-$KERNEL
mkdir -p "$OUT"
cp "$ROOT"/bench/floor/* "$OUT/"
make -C "$(kernel_headers "$KERNEL")" M="$OUT" MO= --no-print-directory -s \
	CONFIG_DEBUG_INFO_BTF_MODULES= modules
exec "$ROOT/vm/boot.sh" -k "$KERNEL" -d stock -a icount -p "$ROOT/bench/limits" \
	-p "$OUT/floor.ko:t/floor.ko" "$ROOT/tests/vm/figures.sh"
