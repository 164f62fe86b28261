#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job, for bench/guest.sh: what dom0 and a PV guest cost each other, and
# what xenstored and xenconsoled do, with each pair of drivers in turn. These
# daemons keep the driver loaded, so they and the guest are started anew for
# each; what evtbench says comes home as "# json TAG LINE".
#
#	guest.sh EVENTS BOOTS DOM0/GUEST...

n=0
events=$1 boots=$2
shift 2

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

no_daemons() { ! pidof xenconsoled xenstored >/dev/null; }
no_guest() { ! xl domid evtbench >/dev/null 2>&1; }

path_of() { # stock|ours
	[ "$1" = ours ] && echo "$OURS" || echo "$STOCK"
}

start() { # DOM0/GUEST
	rmmod xen_evtchn 2>/dev/null
	insmod "$(path_of "${1%/*}")" && sh "$LAB/xen-up.sh" &&
		sed "s/DRIVER/${1#*/}/" /t/guest.cfg >/run/guest.cfg
}

stop() {
	xl destroy evtbench
	until_true 30 no_guest
	kill "$(cat /run/xenconsoled.pid)" "$(cat /run/xenstored.pid)"
	until_true 30 no_daemons && rmmod xen_evtchn
}

bench() { # TAG OPTION... NAME...
	tag=$1
	shift
	evtbench run -e "$events" --json /run/json "$@" 2>/run/why
	status=$?
	if [ $status = 0 ]; then
		sed "s|^|# json $tag |" /run/json
	else
		tail -n 20 /var/log/xen/console/guest-evtbench.log | sed 's/^/# guest: /'
		sed 's/^/# /' /run/why
	fi
	return $status
}

# One boot alone cannot tell a difference from chance: it is no result.
boot() { # DOM0/GUEST
	if [ "$boots" = 1 ]; then
		evtbench run -c /run/guest.cfg -b 1 boot >&2
	else
		bench "$1-boot" -c /run/guest.cfg -b "$boots" boot
	fi
}

# On two CPUs it matters which of them an event goes to.
where() {
	xl vcpu-list | sed 's/^/# /'
	lsevtchn 0 | grep Interdomain | sed 's/^ */# /'
}

pair() { # DOM0/GUEST
	start "$1" >&2
	say $? "driver, daemons ($1)"
	boot "$1"
	say $? "a guest boots ($1)"
	domid=$(xl domid evtbench) && bench "$1" -g "$domid" guest store
	say $? "dom0 and its guest measured ($1)"
	where
	stop >&2
	say $? "nothing left ($1)"
}

for p; do
	pair "$p"
done
rm -f /run/keep-driver
echo "1..$n"
