#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds a dom0 kernel with a sanitizer from Debian's kernel source, into the
# cache, beside Debian's own kernels and laid out like them:
#
#	vm/kernel.sh kcsan|kasan [6.12|6.1]
#
# The result is known to boot.sh and module.sh as "kcsan" or "kasan", of 6.1 as
# "kcsan-6.1". Eight minutes of processor time each; once. The entry's name says
# what it was made from: source, configuration, compiler and this file.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=vm/cache.sh
. "$ROOT/vm/cache.sh"

CONFIG=${1:-}
SERIES=${2:-6.12}
[[ $CONFIG =~ ^(kcsan|kasan)$ && $SERIES =~ ^(6\.12|6\.1)$ ]] ||
	die "usage: vm/kernel.sh kcsan|kasan [6.12|6.1]"
NAME=$CONFIG
[ "$SERIES" = 6.12 ] || NAME=$CONFIG-$SERIES
FRAGMENTS=("$ROOT/vm/config/base" "$ROOT/vm/config/$CONFIG")
MAKE_ARGS=()
# Files that run before KASAN's shadow is there in a PVH dom0.
if [ "$CONFIG" = kasan ]; then
	for f in enlighten_pvh enlighten enlighten_hvm features common vga string; do
		MAKE_ARGS+=("KASAN_SANITIZE_$f.o=n")
	done
fi

# 6.1 clears %gs a few instructions before it loads the new one; what runs between
# must not look for a per-CPU variable, as KCSAN does on entry to every function.
[ "$NAME" != kcsan-6.1 ] || MAKE_ARGS+=("KCSAN_SANITIZE_enlighten_pv.o=n")

fragment() { sed -nE 's/^([A-Z0-9_]+=.*)/CONFIG_\1/p' "${FRAGMENTS[@]}"; }

made_from() { # changes when anything does that the result depends on
	{ fragment; cat "$ROOT/vm/kernel.sh"; gcc --version; } | sha256sum | cut -c1-12
}

unpack_source() { # DEBS TREE
	download "$1" "linux-source-$SERIES"
	dpkg -x "$1"/linux-source-*.deb "$1"
	# What the x86 build reads of the other architectures is their Kconfig.
	tar xJf "$1/usr/src/linux-source-$SERIES.tar.xz" -C "$2" --strip-components=1 \
		--exclude='*/Documentation/*.*' --exclude='*/sound/*.[ch]' \
		--exclude='*/drivers/gpu/drm/amd/*.[ch]'
	rm -rf "${1:?}/usr"
}

# An option that kconfig dropped without a word would be a sanitizer less.
check_config() { # CONFIG
	local line option bad=0
	while read -r line; do
		option=${line%%=*}
		case $line in
		*=n) ! grep -q "^$option=" "$1" || { echo "not off: $option"; bad=1; } ;;
		*) grep -qxF "$line" "$1" || { echo "not taken: $line"; bad=1; } ;;
		esac
	done < <(fragment)
	return $bad
}

# External modules want headers, scripts and what modpost reads.
prune() { # SOURCE BUILD
	find "$1" -type f \( -name '*.c' -o -name '*.S' -o -name '*.dts*' -o -name '*.rst' \) \
		! -path '*/scripts/*' -delete
	find "$2" -type f \( -name '*.o' -o -name '*.a' -o -name '*.cmd' -o -name '*.mod*' \) \
		! -path '*/scripts/*' ! -path '*/tools/objtool/*' -delete
	rm -f "$2"/vmlinux* "$2"/arch/x86/boot/{bzImage,vmlinux.bin} \
		"$2"/arch/x86/boot/compressed/vmlinux*
	find "$1" "$2" -type d -empty -delete
}

make_kernel() { # DEBS OUT
	local debs=$1 out=$2 release headers
	local tree=$out/usr/src/source
	mkdir -p "$tree" "$out/modules" "$out/usr/src/build"
	unpack_source "$debs" "$tree"
	fragment >"$debs/fragment"
	local build=$out/usr/src/build
	kmake() { make -C "$tree" O="$build" "${MAKE_ARGS[@]}" "$@"; }
	KCONFIG_ALLCONFIG=$debs/fragment kmake LOCALVERSION="-$CONFIG" allnoconfig
	sed -i "s/^CONFIG_LOCALVERSION=.*/CONFIG_LOCALVERSION=\"-$CONFIG\"/" "$build/.config"
	check_config "$build/.config"
	kmake -j"$(nproc)" bzImage modules
	release=$(cat "$build/include/config/kernel.release")
	echo "$release" >"$out/release"
	cp "$build/.config" "$out/config"
	objcopy -R .comment -S "$build/vmlinux" "$out/vmlinux"
	cp "$build/System.map" "$out/"
	find "$build" -name '*.ko' -exec cp -t "$out/modules" {} +
	prune "$tree" "$build"
	# Where module.sh looks. The tree names its source by a path of its own.
	headers=$out/usr/src/linux-headers-$release
	mv "$build" "$headers"
	ln -sfn ../source "$headers/source"
	cat >"$headers/Makefile" <<-'MAKE'
		HERE := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
		export KBUILD_OUTPUT := $(HERE)
		include $(HERE)/../source/Makefile
	MAKE
}

main() {
	local version
	version=$(version_of "linux-source-$SERIES")
	[ -n "$version" ] || die "apt knows no linux-source-$SERIES"
	entry "kernel-$NAME" "kernel-${NAME}_${version}_$(made_from)_$LAYOUT" \
		"kernel $NAME from linux-source-$SERIES $version" make_kernel
	clean_older "kernel-$NAME"
}

mkdir -p "$CACHE"
locked "$CACHE/lock-$NAME" main
