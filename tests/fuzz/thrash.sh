#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's stress-ng and trinity over the device, on the kasan kernel:
#
#	tests/fuzz/thrash.sh [SECONDS]		for each of them (30)
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"

programs=() extra=()
for p in stress-ng trinity; do
	programs+=("$(command -v $p)") || die "no $p: run 'make setup'"
done

# They are dynamic: with what they are linked to.
while read -r lib; do
	extra+=(-p "$lib:$lib")
done < <(ldd "${programs[@]}" | grep -oE '/[^ ]+\.so[^ ]*' | sort -u)
for p in "${programs[@]}"; do
	extra+=(-p "$p:usr/bin/${p##*/}")
done
"$ROOT/vm/module.sh" kasan >/dev/null
exec "$ROOT/vm/boot.sh" -k kasan -d ours -t 600 "${extra[@]}" \
	"$ROOT/tests/vm/thrash.sh" "${1:-30}"
