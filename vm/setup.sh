#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Brings what the lab needs: build packages (installed), and Debian's kernels,
# their headers, Xen and its tools (only unpacked, into the cache).
#
#	vm/setup.sh            what is missing; needs no network once all is there
#	vm/setup.sh --update   also look for newer kernels and a newer Xen
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=vm/cache.sh
. "$ROOT/vm/cache.sh"

PACKAGES=(
	# to build: module, library, tests, this lab
	make gcc gcc-12 g++ bc flex bison rsync libssl-dev kmod cpio xz-utils zstd libelf-dev binutils libc6-dev
	libxen-dev liburing-dev util-linux
	# to boot
	qemu-system-x86 busybox-static
	# to check
	sparse shellcheck perl python3 patch git spin stress-ng trinity
)
XEN_PACKAGES=(xen-hypervisor-4.17-amd64 xen-utils-4.17 xen-utils-common xenstore-utils)
STAMP=$CACHE/stamp

missing_packages() {
	local p
	for p in "${PACKAGES[@]}"; do
		[ -e "/var/lib/dpkg/info/$p.list" ] ||
			[ -e "/var/lib/dpkg/info/$p:amd64.list" ] || echo "$p"
	done
}

install_packages() {
	local missing
	mapfile -t missing < <(missing_packages)
	[ ${#missing[@]} -gt 0 ] || return 0
	refresh_lists
	quietly "installing ${missing[*]}" as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get "${APT[@]}" install -y --no-install-recommends "${missing[@]}"
}

# Newest release of a series as apt sees it: patch levels come and go.
newest_release() { # 6.12|6.1
	local series=${1//./\\.}
	apt-cache pkgnames "linux-image-$1." |
		sed -nE "s/^linux-image-($series\\.[0-9]+(\\+deb12|-[0-9]+)-amd64)\$/\\1/p" |
		sort -V | tail -n 1
}

number() { # FILE OFFSET BYTES
	od -An -tu"$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# A vmlinuz is real-mode code and then a packed ELF; its header says where
# (Documentation/arch/x86/boot.rst).  Xen takes either, and unpacking once
# here is cheaper than under TCG at every boot.
unpack_vmlinuz() { # VMLINUZ
	local start=$((($(number "$1" 0x1f1 1) + 1) * 512 + $(number "$1" 0x248 4)))
	local length=$(($(number "$1" 0x24c 4) - 4)) # the last word is the size
	local unpack=(xz -dc --single-stream)
	[ "$(number "$1" "$start" 4)" != $((0xfd2fb528)) ] || unpack=(zstd -dcq)
	# head leaves before tail is done, which is no failure.
	{ tail -c +$((start + 1)) "$1" || true; } | head -c "$length" | "${unpack[@]}"
}

make_kernel() { # RELEASE DEBS OUT
	local release=$1 debs=$2 out=$3 common kbuild f
	common=linux-headers-${release%-amd64}-common
	kbuild=linux-kbuild-${release%-amd64}
	# 6.1 has one such package for all its patch levels.
	apt-cache show "$kbuild" >/dev/null 2>&1 || kbuild=linux-kbuild-${release%%.0-*}
	download "$debs" "linux-image-$release" "linux-headers-$release" "$common" "$kbuild"
	for f in "$debs"/linux-headers-*.deb "$debs"/linux-kbuild-*.deb; do
		dpkg -x "$f" "$out"
	done
	# Debian's one-line Makefile names /usr/src; ours is wherever we are.
	cat >"$out/usr/src/linux-headers-$release/Makefile" <<-MAKE
		include \$(abspath \$(dir \$(lastword \$(MAKEFILE_LIST)))/../$common/Makefile)
	MAKE
	# Only BTF is in there, and using it would take pahole.
	rm -f "$out/usr/src/linux-headers-$release/vmlinux"
	# Of the image: the kernel and the Xen modules, 20 of 400 MB.
	mkdir "$out/image" "$out/modules"
	dpkg-deb --fsys-tarfile "$debs"/linux-image-*.deb |
		tar x -C "$out/image" --wildcards './boot/*' '*/kernel/drivers/xen/*'
	mv "$out/image/boot/vmlinuz-$release" "$out/vmlinuz"
	unpack_vmlinuz "$out/vmlinuz" >"$out/vmlinux"
	mv "$out/image/boot/config-$release" "$out/config"
	find "$out/image" -name '*.ko*' -exec mv -t "$out/modules" {} +
	find "$out/modules" -name '*.ko.xz' -exec xz -d {} +
	rm -rf "$out/image"
	echo "$release" >"$out/release"
}

make_xen() { # DEBS OUT
	local debs=$1 out=$2 libs f
	# Xen's own libraries; the ordinary ones come from this machine.
	mapfile -t libs < <(apt-cache depends --recurse --no-recommends --no-suggests \
		--no-conflicts --no-breaks --no-replaces --no-enhances xen-utils-4.17 |
		grep -E '^lib(xen|yajl|ncurses6|tinfo6)' | sort -u)
	download "$debs" "${XEN_PACKAGES[@]}" "${libs[@]}"
	for f in "$debs"/*.deb; do
		dpkg -x "$f" "$out"
	done
	# QEMU loads an ELF, not a gzip of one.
	gunzip -c "$out"/boot/xen-4.17-amd64.gz >"$out/xen.elf"
	rm -rf "${out:?}/boot" "${out:?}/usr/share"
}

make_checkpatch() { # DEBS OUT
	local debs=$1 out=$2
	download "$debs" linux-source-6.12
	dpkg -x "$debs"/linux-source-*.deb "$debs"
	tar xJf "$debs"/usr/src/linux-source-6.12.tar.xz -C "$out" --strip-components=2 \
		--wildcards '*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
		'*/scripts/const_structs.checkpatch'
}

fill_cache() {
	local k release
	for k in "${KERNELS[@]}"; do
		release=$(newest_release "$k")
		[ -n "$release" ] || die "apt knows no linux-image-$k for amd64"
		entry "kernel-$k" "kernel-${release}_$(version_of "linux-image-$release")_$LAYOUT" \
			"kernel $release" make_kernel "$release"
	done
	entry xen "xen_$(version_of xen-hypervisor-4.17-amd64)_$LAYOUT" \
		"Xen 4.17 and its tools" make_xen
	entry checkpatch "checkpatch_$(version_of linux-source-6.12)_$LAYOUT" \
		"checkpatch.pl" make_checkpatch
}

# What was left by a set-up that was stopped, or made in an older layout.
clean_cache() {
	find "$CACHE" -mindepth 1 -maxdepth 1 -name '.tmp.*' -mtime +0 -exec rm -rf {} +
	find "$CACHE" -mindepth 1 -maxdepth 1 -type d ! -name "*_$LAYOUT" -exec rm -rf {} +
}

complete() {
	local e
	[ "$(cat "$STAMP" 2>/dev/null)" = "$LAYOUT" ] || return 1
	for e in xen checkpatch "${KERNELS[@]/#/kernel-}"; do
		[ -d "$CACHE/$e/" ] || return 1
	done
}

main() {
	[ "$(dpkg --print-architecture)" = amd64 ] || die "the lab runs on amd64 only"
	install_packages
	if [ "${1:-}" != --update ] && complete; then
		return 0
	fi
	# Package lists of a fresh container are empty, those of an old one stale.
	if [ "${1:-}" = --update ] || [ -z "$(newest_release 6.12)" ] ||
	   [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mtime -1)" ]; then
		refresh_lists
	fi
	fill_cache
	clean_cache
	echo "$LAYOUT" >"$STAMP"
	say "  cache: $CACHE ($(du -sh "$CACHE" | cut -f1))"
}

usable_cache
locked "$CACHE/lock" main "$@"
