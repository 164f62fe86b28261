# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What setup.sh and kernel.sh share: apt, and how an entry of the cache is made.
# Sourced.

# Entries are made by these files; what they write changes with this number.
# shellcheck disable=SC2034 # used by both
LAYOUT=2
APT=(-q -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0)

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Long steps are silent unless they fail: then the whole story.
quietly() { # TITLE COMMAND...
	local title=$1 log started=$SECONDS
	shift
	log=$(mktemp)
	[ ! -t 2 ] || printf '  %s ...\r' "$title" >&2
	# In the background, because "set -e" sleeps inside an "if".
	"$@" >"$log" 2>&1 &
	if ! wait $!; then
		cat "$log" >&2
		rm -f "$log"
		die "failed: $title"
	fi
	rm -f "$log"
	say "  $title ($((SECONDS - started)) s)"
}

# Root owns all files, and still cannot write where the disk is read-only.
usable_cache() {
	{ mkdir -p "$CACHE" && [ -w "$CACHE" ]; } 2>/dev/null ||
		die "cannot write in $CACHE: EVTMMAP_CACHE=DIR names another place"
}

room_for() { # MEGABYTES
	local left
	left=$(($(df --output=avail -k "$CACHE" | tail -n 1) / 1024))
	[ "$left" -ge "$1" ] || die "$CACHE: $1 MB are needed, $left MB are left on that disk"
}

refreshed=
refresh_lists() {
	[ -z "$refreshed" ] || return 0
	quietly "package lists" as_root apt-get "${APT[@]}" update
	refreshed=1
}

version_of() { # PACKAGE -> candidate version
	apt-cache policy "$1" | awk '$1 == "Candidate:" { print $2 }'
}

download() { # DIR PACKAGE...
	local dir=$1
	shift
	( cd "$dir" && apt-get "${APT[@]}" download "$@" )
}

# Unless it is there: make ENTRY by BUILDER in a directory of its own, move it
# into place, and point the short name at it. Under a lock of that name, so that
# what stands half-made there is of one who was interrupted.
entry() { # SHORT ENTRY TITLE BUILDER ARGS...
	local short=$1 entry=$2 title=$3 tmp
	shift 3
	if [ ! -d "$CACHE/$entry" ]; then
		rm -rf "$CACHE/.tmp.$short".*
		room_for "$([[ $short != kernel-k* ]] && echo 1000 || echo 3000)"
		tmp=$(mktemp -d "$CACHE/.tmp.$short.XXXXXX")
		mkdir "$tmp/debs" "$tmp/out"
		quietly "$title" "$@" "$tmp/debs" "$tmp/out"
		mv "$tmp/out" "$CACHE/$entry"
		rm -rf "$tmp"
	fi
	ln -sfn "$entry" "$CACHE/$short.new"
	mv -T "$CACHE/$short.new" "$CACHE/$short"
}

clean_older() { # SHORT: entries that its link left behind
	local current
	current=$(readlink "$CACHE/$1")
	find "$CACHE" -mindepth 1 -maxdepth 1 -type d -name "$1_*" ! -name "$current" \
		-exec rm -rf {} +
}
