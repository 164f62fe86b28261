#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The library's unit tests with ASan and UBSan, on this machine.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
status=0

for t in lib_consumer lib_lost lib_classic; do
	# The tests bring an ioctl() and a ppoll() of their own.
	"${CC:-gcc}" -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -pthread \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-Iuapi -Ilib/libevtmmap -Itests/common \
		"tests/unit/$t.c" tests/common/{tap,proc}.c lib/libevtmmap/*.c \
		-o "$DIR/$t" || { echo "not ok - $t compiles"; status=1; continue; }
	ASAN_OPTIONS=detect_leaks=0 "$DIR/$t" "$@" || status=1
done
exit $status
