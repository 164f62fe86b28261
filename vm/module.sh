#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the module away from its sources, so that several kernels can have
# theirs side by side:
#
#	vm/module.sh [-d] [-g] 6.12|6.1|kcsan|kasan|/path/to/kernel/build [MAKE ARGS...]
#
# The result is build/<release>/xen-evtchn.ko; with -d, for tests, one that has
# kernel/debug.c, in build/<release>-debug.  -g is the gate: everything again,
# W=1 and sparse, and any warning fails.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/common.sh"

GATE='' DEBUG=''
while getopts dg o; do
	case $o in
	d) DEBUG=1 ;;
	g) GATE=1 ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || die "which kernel?"
case $1 in
*/*) KDIR=$1 ;;
*) KDIR=$(kernel_headers "$1") ;;
esac
shift
# Not include/config/kernel.release: Debian's 6.1 has another name in there.
UTS=$KDIR/include/generated/utsrelease.h
[ -r "$UTS" ] || die "$KDIR is not a prepared kernel build"
OUT=$BUILD/$(sed -nE 's/^#define UTS_RELEASE "(.*)"/\1/p' "$UTS")
if [ -n "$DEBUG" ]; then
	OUT+=-debug
	set -- "$@" EVTCHN_DEBUG=1
fi

# A tree of links: kbuild writes beside the sources it sees.
link_sources() { # TREE
	mkdir -p "$1"
	cp -Rsf "$ROOT/Kbuild" "$ROOT/kernel" "$ROOT/uapi" "$1/"
	find "$1" -xtype l -delete
}

kbuild() { # TREE ARGS...
	local tree=$1
	shift
	# No BTF: it would need dwarves and the kernel's own vmlinux.
	make -C "$KDIR" M="$tree" MO= --no-print-directory \
		CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules
}

build() {
	link_sources "$OUT/src"
	kbuild "$OUT/src" "$@"
	if ! cmp -s "$OUT/src/xen-evtchn.ko" "$OUT/xen-evtchn.ko"; then
		cp "$OUT/src/xen-evtchn.ko" "$OUT/xen-evtchn.ko.new"
		mv "$OUT/xen-evtchn.ko.new" "$OUT/xen-evtchn.ko"
	fi
	say "  $OUT/xen-evtchn.ko"
}

gate() {
	local log=$OUT/gate.log
	rm -rf "$OUT/gate"
	link_sources "$OUT/gate"
	# A failing compiler leaves its error in the log, and no module.
	kbuild "$OUT/gate" W=1 C=2 CHECK=sparse "$@" >"$log" 2>&1 || true
	if grep -nE 'warning|error|Error|undefined' "$log"; then
		echo "not ok - module builds without a warning (${OUT##*/}; $log)"
		return 1
	fi
	if [ ! -e "$OUT/gate/xen-evtchn.ko" ] || ! grep -q 'CHECK  ' "$log"; then
		cat "$log"
		echo "not ok - module builds and sparse runs (${OUT##*/}; $log)"
		return 1
	fi
	echo "ok - module builds with W=1 and C=2 without a warning (${OUT##*/})"
}

mkdir -p "$OUT"
if [ -n "$GATE" ]; then
	locked "$OUT/gate.lock" gate "$@"
else
	locked "$OUT/build.lock" build "$@"
fi
