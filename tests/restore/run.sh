#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A PV guest with our driver is saved and restored, under ports that it holds.
#
#	tests/restore/run.sh [-m FILE.ko] KERNEL...
#
# KERNEL: of the guest, one after the other. -m: this build instead of ours.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"
# shellcheck source=vm/initramfs.sh
. "$ROOT/vm/initramfs.sh"

MODULE=''
while getopts m: o; do
	case $o in
	m) MODULE=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || die "which kernel?"
OUT=$BUILD/restore
NAME=${EVTMMAP_NAME:-restore-$(IFS=-; echo "$*")}

make_guest() { # KERNEL
	local stage
	stage=$(mktemp -d "$OUT/stage.XXXXXX")
	mkdir -p "$stage"/{bin,lib,dev,proc,sys}
	cp /bin/busybox "$stage/bin/"
	ln -s busybox "$stage/bin/sh"
	strip -o "$stage/bin/restore" "$BUILD/tests/bin/restore"
	cp "$ROOT/tests/restore/init" "$stage/init"
	chmod 755 "$stage/init"
	cp "${MODULE:-$(our_module "$1")}" "$stage/lib/driver.ko"
	pack "$stage" | gzip -1 >"$OUT/restore-$1.initramfs"
	rm -rf "$stage"
}

mkdir -p "$OUT"
extra=(-p "$ROOT/tests/restore/guest.cfg")
for k; do
	make_guest "$k"
	extra+=(-p "$(kernel_dir "$k")/vmlinux:t/vmlinux-$k" -p "$OUT/restore-$k.initramfs")
done
exec "$ROOT/vm/boot.sh" -k 6.12 -d ours -x -t 900 -n "$NAME" "${extra[@]}" \
	"$ROOT/tests/vm/restore.sh" "$@"
