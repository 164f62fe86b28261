#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job for tests/fault/run.sh: fail what can fail, then see that the same
# cases, and kmemleak, find the mistakes that were made on purpose.
#
#	fault.sh [CASE...]

MODULES=/lib/evtmmap/fault
LEAKS=/sys/kernel/debug/kmemleak
LOG=/run/fault.log
bad=0

say() { # ok|not TEXT
	if [ "$1" = ok ]; then echo "ok - $2"; else echo "not ok - $2"; bad=1; fi
}

driver() { # MODULE
	sh "$LAB/unload.sh"
	insmod "$MODULES/$1.ko" || say not "$1 loads"
}

# A case must fail on it. What a call allocates differs a little from one time to
# the next, so that the one that counts may be stepped over.
caught() { # MODULE CASE
	driver "$1"
	for _ in 1 2 3; do
		/t/fault -x 3 "$2" >$LOG 2>&1 || break
	done
	if grep -q "^not ok 1 - $2" $LOG; then
		say ok "$1 makes $2 fail: $(sed -n "s/^# $2: //p" $LOG | head -n 1)"
	else
		say not "$1 makes $2 fail"
	fi
	sed 's/^/# /' $LOG
}

# Memory it loses is found by looking; what has been found is then forgotten.
leak_found() { # MODULE CASE WHO_ALLOCATED_IT
	driver "$1"
	/t/fault -x 3 "$2" >$LOG 2>&1
	sed 's/^/# /' $LOG
	sleep 5.5
	echo scan >$LEAKS
	echo scan >$LEAKS
	if grep -q "$3" $LEAKS; then
		say ok "$1 is found by kmemleak: $(grep -c ^unref $LEAKS) objects"
	else
		say not "$1 is found by kmemleak"
		sed 's/^/# /' $LEAKS
	fi
	echo clear >$LEAKS
}

# Before anything that loses memory on purpose.
none_leaked() {
	sleep 5.5
	echo scan >$LEAKS
	echo scan >$LEAKS
	cat $LEAKS >$LOG
	[ ! -s $LOG ]
}

/t/fault -x 3 "$@" || bad=1
if none_leaked; then
	say ok "no call that failed has lost memory"
else
	say not "no call that failed has lost memory: $(grep -c ^unref $LOG) objects"
	sed 's/^/# /' $LOG
fi
caught port-left-open bind_unbound_of_the_first_port
caught bound-in-one-step bind_static_port
# The port that was left behind is still there, and is nobody's.
leak_found memory-left bind_unbound_of_the_first_port evtchn_bind
leak_found poller-left poller_of_a_file evtchn_poller
exit $bad
