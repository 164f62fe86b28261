#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: builds with a planted mistake, and what the kernel has to say of
# each. A report says what it is about in its first line.
#
#	planted.sh NAME...

MODULES=/lib/evtmmap/planted
LEAKS=/sys/kernel/debug/kmemleak
n=0

verdict() { # OK TEXT
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

# Bind, poll, unbind with an event there: what each mistake is in the way of.
exercise() {
	case $1 in
	missing-barrier)	# one access is one of many: look closely
		SKIP_WATCH=150 sh /t/race.sh 40 race_classic ;;
	commands-taken-plainly)
		SKIP_WATCH=150 sh /t/race.sh 30 race_polled ;;
	*) /t/conformance 'poll_*' 'unbind_*' ;;
	esac >/run/planted.out 2>&1
	sed 's/^/# /' /run/planted.out
}

complaint() { # REGEX: the first line since the last build that matches
	dmesg | sed "1,/planted: $name/d" | grep -m1 -E "$1" | sed 's/^\[[^]]*\] *//'
}

found() { # NAME
	case $1 in
	use-after-free) complaint 'KASAN: slab-use-after-free in .*evtchn' ;;
	lock-inversion) complaint 'possible circular locking dependency' ;;
	missing-barrier) complaint 'KCSAN: data-race in .*evtchn_(read|poll|upcall|ring)' ;;
	commands-taken-plainly)
		complaint 'KCSAN: data-race in .*evtchn_(take|claim|enter|poll)' ;;
	leak)
		sleep 5.5
		echo scan >$LEAKS
		echo scan >$LEAKS
		grep -m1 '^unreferenced object' $LEAKS
		echo clear >$LEAKS ;;
	esac
}

echo "1..$#"
for name; do
	echo "planted: $name" >/dev/kmsg
	if insmod "$MODULES/$name.ko"; then
		exercise "$name"
		sh "$LAB/unload.sh"
		line=$(found "$name")
		[ -n "$line" ]
		verdict $? "$name is found: $line"
	else
		verdict 1 "$name loads"
	fi
done
