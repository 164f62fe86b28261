# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest's initramfs is a row of cpio archives: base (busybox, init, Xen's
# modules; one per kernel), tests, the Xen tools where wanted, and what one
# run adds.  The kernel unpacks them in that order, a later file wins.  All
# but the last are kept in build/initramfs under a name that says what they
# were made from.  They are not compressed: under TCG unpacking is dearer than
# copying.  Sourced by boot.sh.

LAYERS=$BUILD/initramfs

pack() { # DIR -> cpio on stdout
	( cd "$1" && find . -mindepth 1 | LC_ALL=C sort |
		cpio --quiet -o -H newc -R +0:+0 )
}

fingerprint() { # PATH... : changes when any file below does
	find -L "$@" -type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort |
		cksum | tr -d ' '
}

# Path of a layer, made now if nobody has yet.
layer() { # KIND FINGERPRINT BUILDER ARGS...
	local file=$LAYERS/$1-$2.cpio
	[ -e "$file" ] || locked "$LAYERS/lock" make_layer "$file" "$@"
	echo "$file"
}

make_layer() { # FILE KIND FINGERPRINT BUILDER ARGS...
	local file=$1 kind=$2 stage
	shift 3
	[ ! -e "$file" ] || return 0
	stage=$(mktemp -d "$LAYERS/.stage.XXXXXX")
	"$@" "$stage" >&2
	# Keep the last few: a boot beside us may be about to read one.
	find "$LAYERS" -name "$kind-[0-9]*.cpio" -printf '%T@ %p\n' | sort -rn |
		awk 'NR > 2 { print $2 }' | xargs -r rm -f
	pack "$stage" >"$file.new"
	mv "$file.new" "$file"
	rm -rf "$stage"
}

base_layer() { # KERNEL
	local dir
	dir=$(kernel_dir "$1")
	layer "base-$1" "$(fingerprint "$dir/modules" "$ROOT/vm/guest")" stage_base "$dir"
}

stage_base() { # KERNEL_DIR STAGE
	local dir=$1 to=$2 m applet
	mkdir -p "$to"/{bin,dev,proc,sys,run,tmp,etc,t,root,usr/bin,lib/evtmmap/modules,var/log,var/lib/xen}
	ln -s /run "$to/var/run"
	ln -s /bin "$to/sbin"
	cp /bin/busybox "$to/bin/"
	for applet in $(/bin/busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$to/bin/$applet"
	done
	cp "$ROOT/vm/guest/init" "$to/init"
	chmod 755 "$to/init"
	cp "$ROOT"/vm/guest/*.sh "$to/lib/evtmmap/"
	# What is built into the kernel is no module.
	for m in xen-privcmd xenfs xen-gntdev xen-gntalloc; do
		[ ! -e "$dir/modules/$m.ko" ] ||
			cp "$dir/modules/$m.ko" "$to/lib/evtmmap/modules/"
	done
	cp "$dir/modules/xen-evtchn.ko" "$to/lib/evtmmap/stock.ko"
}

tests_layer() {
	layer tests "$(fingerprint "$BUILD/tests/bin" "$BUILD/bench/bin")" stage_tests
}

stage_tests() { # STAGE
	local f
	mkdir -p "$1/t"
	for f in "$BUILD"/tests/bin/* "$BUILD"/bench/bin/*; do
		[ -f "$f" ] || continue
		# A static program is mostly symbols; scripts stay as they are.
		strip -o "$1/t/${f##*/}" "$f" 2>/dev/null || cp "$f" "$1/t/"
	done
}

xen_layer() {
	layer xen "$(fingerprint "$(cached xen)" "$ROOT/vm/guest" "$(kernel_dir 6.1)/vmlinuz")" stage_xen
}

# libxl-save-helper: what `xl save` and `xl restore` run.
XEN_TOOLS=(bin/{xenstored,xenconsoled,xen-init-dom0,xl,lsevtchn,xenconsole,libxl-save-helper})

stage_xen() { # STAGE
	local to=$1 xen libs f domu
	xen=$(cached xen)
	libs=$xen/usr/lib/x86_64-linux-gnu:$xen/lib/x86_64-linux-gnu:$xen/usr/lib/xen-4.17/lib/x86_64-linux-gnu
	mkdir -p "$to"/{usr/sbin,usr/lib/xen-4.17/bin,lib64,lib/x86_64-linux-gnu,etc/xen,domu}
	for f in "${XEN_TOOLS[@]}"; do
		cp "$xen/usr/lib/xen-4.17/$f" "$to/usr/lib/xen-4.17/bin/"
	done
	cp -P "$xen"/usr/bin/xenstore* "$to/usr/sbin/"
	cp "$xen/etc/xen/xl.conf" "$to/etc/xen/"
	for f in $(libraries "$libs" "$to"/usr/lib/xen-4.17/bin/* "$to"/usr/sbin/xenstore); do
		cp -L "$f" "$to/lib/x86_64-linux-gnu/"
	done
	cp -L /lib64/ld-linux-x86-64.so.2 "$to/lib64/"
	# pthread_cancel() opens it by name, so ldd does not know.
	cp -L /lib/x86_64-linux-gnu/libgcc_s.so.1 "$to/lib/x86_64-linux-gnu/"
	# The guest of our guest: 6.1 whatever dom0 runs.
	cp "$(kernel_dir 6.1)/vmlinuz" "$to/domu/vmlinuz"
	cp "$ROOT/vm/guest/domu.cfg" "$to/domu/"
	domu=$(mktemp -d "$LAYERS/.stage.XXXXXX")
	mkdir -p "$domu"/{bin,sbin,dev,proc,sys}
	cp /bin/busybox "$domu/bin/"
	ln -s busybox "$domu/bin/sh"
	cp "$ROOT/vm/guest/domu-init" "$domu/init"
	chmod 755 "$domu/init"
	gcc -O2 -static -nostdlib -o "$domu/sbin/poweroff" "$ROOT/vm/guest/poweroff.c"
	pack "$domu" | gzip -1 >"$to/domu/initramfs"
	rm -rf "$domu"
}

libraries() { # LIBRARY_PATH PROGRAM... -> paths
	local missing
	missing=$(LD_LIBRARY_PATH=$1 ldd "${@:2}" | awk '/not found/ { print $1 }' | sort -u)
	[ -z "$missing" ] || die "libraries for the Xen tools are missing: $missing"
	LD_LIBRARY_PATH=$1 ldd "${@:2}" | awk '$2 == "=>" { print $3 }' | sort -u
}
