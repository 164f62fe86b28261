#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the module with a patch, for instance with a mistake in it:
#
#	tests/broken/build.sh [-d] [-f FOLDER] 6.12|6.1 [NAME...]
#
# tests/FOLDER/NAME.patch (broken; all of them without a name) is applied to a
# copy of the sources, and must apply as it stands. The result is
# build/FOLDER/KERNEL/NAME.ko; with -d, which adds kernel/debug.c,
# build/FOLDER-debug/KERNEL/NAME.ko.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"
FOLDER=broken DEBUG=()
while getopts df: o; do
	case $o in
	d) DEBUG=(EVTCHN_DEBUG=1) ;;
	f) FOLDER=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
HERE=$ROOT/tests/$FOLDER
OUT=$BUILD/$FOLDER${DEBUG:+-debug}

# One tree for all of them, so that only what differs is compiled.
refresh() { # TREE: the sources as they are now; unchanged files keep their date
	local f
	mkdir -p "$1"
	cd "$ROOT"
	for f in Kbuild kernel/*.[ch] uapi/xen/*.h; do
		cmp -s "$f" "$1/$f" || install -D -m 644 "$f" "$1/$f"
	done
	cd "$HERE"
}

build() { # KERNEL NAME
	local out=$OUT/$1 tree=$OUT/$1/tree
	rm -f "$out/$2.ko"
	refresh "$tree"
	patch -s -p1 --fuzz=0 -d "$tree" <"$HERE/$2.patch" ||
		die "$2.patch does not apply: the mistake has to be made anew"
	make -C "$(kernel_headers "$1")" M="$tree" MO= --no-print-directory \
		CONFIG_DEBUG_INFO_BTF_MODULES= "${DEBUG[@]}" modules >"$out/$2.log" 2>&1 ||
		{ cat "$out/$2.log" >&2; die "$2 does not build"; }
	cp "$tree/xen-evtchn.ko" "$out/$2.ko"
	patch -s -R -p1 -d "$tree" <"$HERE/$2.patch"
}

main() {
	local kernel=${1:?which kernel?} name
	shift
	if [ $# -eq 0 ]; then
		for name in "$HERE"/*.patch; do
			set -- "$@" "$(basename "$name" .patch)"
		done
	fi
	mkdir -p "$OUT/$kernel"
	for name; do
		locked "$OUT/$kernel/lock" build "$kernel" "$name"
	done
}

main "$@"
