#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What the lab's scripts share: where things are, and which kernel a short
# name like 6.12 stands for.  Sourced, never run.

# shellcheck disable=SC2034 # used by the scripts that source this one
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
CACHE=${EVTMMAP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/evtmmap}
# Debian's own, and those that kernel.sh builds.
KERNELS=(6.12 6.1)
SANITIZERS=(kcsan kasan kcsan-6.1 kasan-6.1)

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 2; }

# A cache entry is a directory named by package versions, and a link under the
# short name to the one in use: a guest that is starting keeps its files when
# a newer entry arrives.
cached() { # NAME -> path of the entry
	local link=$CACHE/$1
	[ -e "$link/" ] || die "no '$1' in $CACHE: run 'make setup' first"
	readlink -f "$link"
}

kernel_dir() { cached "kernel-$1"; }
kernel_release() { cat "$(kernel_dir "$1")/release"; }
kernel_headers() { echo "$(kernel_dir "$1")/usr/src/linux-headers-$(kernel_release "$1")"; }

# The module as it is built for a short kernel name; with "-debug" behind it,
# the one that has kernel/debug.c.
our_module() { echo "$BUILD/$(kernel_release "$1")${2:-}/xen-evtchn.ko"; }

# Where a kernel's results of make bench are.
bench_results() { echo "$ROOT/bench/results$([ "$1" = 6.12 ] || echo "/$1")"; }

# Two shells may want the same thing at once; the second waits and then finds
# it done.
locked() { # LOCKFILE COMMAND...
	local lock=$1
	shift
	mkdir -p "$(dirname "$lock")"
	( flock 9; "$@" 9>&- ) 9>"$lock"
}

# Asked for by the Makefile: `vm/common.sh kernel_release 6.12`.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	set -euo pipefail
	"$@"
fi
