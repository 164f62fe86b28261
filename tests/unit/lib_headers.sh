#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The public headers compile clean, alone and together, in C and in C++; and
# the shared library exports what its map says and no more.
#
# shellcheck disable=SC2317  # check() runs them
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
WARNINGS=(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Werror)
FLAGS=(-fsyntax-only -Iuapi -Ilib/libevtmmap)
n=0 bad=0

check() { # WHAT COMMAND...
	local what=$1 out
	shift
	n=$((n + 1))
	if out=$("$@" 2>&1); then
		echo "ok $n - $what"
	else
		bad=1
		printf '%s\n' "$out" | sed 's/^/# /'
		echo "not ok $n - $what"
	fi
}

# Uses what the headers define, so that macros and inlines are compiled too.
source_of() { # HEADER...
	printf '#include <%s>\n' "$@"
	cat <<-TEXT
	int use(struct evtmmap *h);
	int use(struct evtmmap *h)
	{
		const struct evtmmap_event *ev;
		struct evtmmap_options o = { sizeof(o), EVTMMAP_OPT_NO_MMAP, 0, NULL, 0 };
		return evtmmap_open(&h, &o) + evtmmap_peek(h, &ev);
	}
	TEXT
}

compile() { # LANGUAGE COMPILER STANDARD HEADER...
	source_of "${@:4}" | "$2" -x "$1" -std="$3" "${WARNINGS[@]}" "${FLAGS[@]}" -
}

try() { # LANGUAGE COMPILER STANDARD
	check "$2 -std=$3: evtmmap.h" compile "$@" evtmmap.h
	check "$2 -std=$3: evtmmap.h beside xen/evtchn_mmap.h" \
		compile "$@" evtmmap.h xen/evtchn_mmap.h
	check "$2 -std=$3: included twice, the other way round" \
		compile "$@" xen/evtchn_mmap.h evtmmap.h evtmmap.h
}

exports() {
	diff <(sed -n 's/^\t\(evtmmap_.*\);/\1@@EVTMMAP_1.0/p' lib/libevtmmap/libevtmmap.map | sort) \
		<(nm -D --defined-only build/lib/libevtmmap.so | awk '$2 == "T" { print $3 }' | sort)
}

declared() { # every function of the header is in the map, and the reverse
	diff <(grep -hoE '^[a-z].*\bevtmmap_[a-z_]+\(' lib/libevtmmap/evtmmap{,_tune}.h |
			grep -oE 'evtmmap_[a-z_]+\(' | tr -d '(' | sort -u) \
		<(sed -n 's/^\t\(evtmmap_.*\);/\1/p' lib/libevtmmap/libevtmmap.map | sort)
}

described() { # every one of them has its kernel-doc
	diff <(grep -hoE '^/\*\* evtmmap_[a-z_]+\(|^ \* evtmmap_[a-z_]+\(\) - ' lib/libevtmmap/evtmmap{,_tune}.h |
			grep -oE 'evtmmap_[a-z_]+' | sort) \
		<(sed -n 's/^\t\(evtmmap_.*\);/\1/p' lib/libevtmmap/libevtmmap.map | sort)
}

for cc in gcc clang; do
	command -v $cc >/dev/null || continue
	for std in c99 c11 c17; do try c $cc $std; done
done
for cxx in g++ clang++; do
	command -v $cxx >/dev/null || continue
	for std in c++11 c++17; do try c++ $cxx $std; done
done
check "libevtmmap.so exports its map" exports
check "the map is what the header declares" declared
check "every function is described" described
echo "1..$n"
exit $bad
