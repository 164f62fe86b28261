#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job, for tests/restore/run.sh: a PV guest that holds ports is looked at
# as for a snapshot (its suspend is cancelled), and then saved and restored. What
# its cases say comes home, and its kernel's log goes into dom0's, which is read.
#
#	restore.sh KERNEL...

n=0
LOG=/var/log/xen/console/guest-restore.log
IMAGE=/run/restore.image

say() { # STATUS TEXT
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2: status $1"
}

until_true() { # SECONDS COMMAND...
	end=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt $end ] || return 1
		sleep 0.2
	done
}

console() { tr -d '\r' <$LOG; }
guest_says() { console 2>/dev/null | grep -q "^restore: $1"; }
guest_gone() { ! xl domid restore >/dev/null 2>&1; }
no_daemons() { ! pidof xenconsoled xenstored >/dev/null; }

snapshot() {
	xl save -c restore $IMAGE && rm $IMAGE
}

save_and_restore() {
	xl save restore $IMAGE && xl restore $IMAGE && rm $IMAGE
}

# Numbered anew, with the guest's name before what they say.
repeat_cases() { # KERNEL
	console | sed -n 's/^tap: //p' >/run/said
	while read -r line; do
		case $line in
		ok\ *) n=$((n + 1)); echo "ok $n - guest $1: ${line#ok * - }" ;;
		not\ ok\ *) n=$((n + 1)); echo "not ok $n - guest $1: ${line#not ok * - }" ;;
		*) echo "$line" ;;
		esac
	done </run/said
}

repeat_log() { # KERNEL
	console | sed -n 's/^klog: //p' | while read -r line; do
		echo "guest $1: $line" >/dev/kmsg
	done
}

guest() { # KERNEL
	: >$LOG
	sed "s/KERNEL/$1/" /t/guest.cfg >/run/guest.cfg
	xl create /run/guest.cfg >&2 && until_true 240 guest_says '.*ready: cancelled'
	say $? "guest $1 is up"
	snapshot >&2
	say $? "guest $1: xl save -c, which is no restore"
	until_true 240 guest_says '.*ready: restored'
	say $? "guest $1: the cases hold their ports"
	save_and_restore >&2
	say $? "guest $1: xl save, xl restore"
	until_true 300 guest_says end && until_true 30 guest_gone
	status=$?
	[ $status = 0 ] || { tail -n 40 $LOG | sed 's/^/# /'; xl destroy restore; }
	say $status "guest $1 ends"
	repeat_cases "$1"
	repeat_log "$1"
}

sh "$LAB/xen-up.sh" >&2
say $? "xenstored and xenconsoled start"
for k; do
	guest "$k"
done
kill "$(cat /run/xenconsoled.pid)" "$(cat /run/xenstored.pid)"
until_true 10 no_daemons
say $? "daemons stop"
rm -f /run/keep-driver
echo "1..$n"
