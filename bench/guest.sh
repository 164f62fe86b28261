#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# dom0 and a PV guest, whose initramfs is made here: busybox, evtbench, both
# drivers. What evtbench says of them goes into FILE.json.
#
#	bench/guest.sh [-k 6.12|6.1] [-a icount|turns|mt] [-p 'DOM0/GUEST ...'] FILE.json [EVENTS]
#
# -p: pairs of drivers, each stock or ours.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../vm/common.sh"
# shellcheck source=vm/initramfs.sh
. "$ROOT/vm/initramfs.sh"

KERNEL=6.12 ACCEL=icount PAIRS='stock/stock ours/ours'
while getopts k:a:p: o; do
	case $o in
	k) KERNEL=$OPTARG ;;
	a) ACCEL=$OPTARG ;;
	p) PAIRS=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || die "which file?"
JSON=$1 EVENTS=${2:-5000}
OUT=$BUILD/bench/guest-$ACCEL
# A boot takes no part in what a second CPU changes, and takes long.
BOOTS=3
[ "$ACCEL" = icount ] || BOOTS=1
NAME=${EVTMMAP_NAME:-bench-guest-$ACCEL-$KERNEL}

# The guest's kernel is the lab's own, 6.1, and unpacked: xl takes long for it.
make_guest() {
	local stage
	stage=$(mktemp -d "$OUT/stage.XXXXXX")
	mkdir -p "$stage"/{bin,lib,dev,proc,sys}
	cp /bin/busybox "$stage/bin/"
	ln -s busybox "$stage/bin/sh"
	strip -o "$stage/bin/evtbench" "$BUILD/bench/bin/evtbench"
	cp "$ROOT/bench/guest/init" "$stage/init"
	chmod 755 "$stage/init"
	cp "$(kernel_dir 6.1)/modules/xen-evtchn.ko" "$stage/lib/stock.ko"
	cp "$(our_module 6.1)" "$stage/lib/ours.ko"
	pack "$stage" | gzip -1 >"$OUT/guest.initramfs"
	rm -rf "$stage"
}

mkdir -p "$OUT"
make_guest
read -ra pairs <<<"$PAIRS"
"$ROOT/vm/boot.sh" -k "$KERNEL" -d none -a "$ACCEL" -x -t 600 -n "$NAME" \
	-p "$(kernel_dir 6.1)/vmlinux" -p "$OUT/guest.initramfs" -p "$ROOT/bench/guest/guest.cfg" \
	"$ROOT/tests/vm/guest.sh" "$EVENTS" "$BOOTS" "${pairs[@]}"
"$ROOT/bench/results.py" cut "$BUILD/run/$NAME/lines" >"$JSON"
