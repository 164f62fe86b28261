#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Packages of the rings that ours is compared with, and of what counts
# instructions. Only this benchmark needs them; they are installed by apt, once.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/../../vm/common.sh"
# shellcheck source=vm/cache.sh
. "$ROOT/vm/cache.sh"

PACKAGES=(make gcc libc6-dev pkg-config libck-dev libdpdk-dev liburcu-dev valgrind)

missing=()
for p in "${PACKAGES[@]}"; do
	dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null | grep -q '^install ok installed$' ||
		missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0
refresh_lists
quietly "installing ${missing[*]}" as_root env DEBIAN_FRONTEND=noninteractive \
	apt-get "${APT[@]}" install -y --no-install-recommends "${missing[@]}"
