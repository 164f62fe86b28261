# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# litmus/ under the kernel's memory model. It takes herd7 and the directory
# tools/memory-model of a kernel's source: $LKMM, or that of a kernel which
# vm/kernel.sh has built. Sourced by run.sh.

lkmm_dir() {
	local dir
	for dir in "${LKMM:-}" "$CACHE"/kernel-*/usr/src/source/tools/memory-model; do
		[ ! -f "$dir/linux-kernel.cfg" ] || { echo "$dir"; return; }
	done
	return 1
}

run_one_litmus() { # DIR FILE
	local name wanted out
	name=$(basename "$2" .litmus)
	wanted=$(sed -nE 's/^\(\* Result: (\w+) \*\)$/\1/p' "$2")
	out=$( (cd "$1" && herd7 -conf linux-kernel.cfg "$2") 2>&1) || true
	if grep -q "^Observation $name $wanted " <<<"$out"; then
		verdict 0 "litmus $name: $wanted"
	else
		comment <<<"$out"
		verdict 1 "litmus $name: $wanted"
	fi
}

run_litmus() {
	local dir file files=("$HERE"/litmus/*.litmus)
	if ! command -v herd7 >/dev/null; then
		verdict 0 "litmus: ${#files[@]} tests of the memory model # SKIP herd7 is not installed"
	elif ! dir=$(lkmm_dir); then
		verdict 0 "litmus: ${#files[@]} tests of the memory model # SKIP no tools/memory-model; set LKMM"
	else
		for file in "${files[@]}"; do
			run_one_litmus "$dir" "$file"
		done
	fi
}
