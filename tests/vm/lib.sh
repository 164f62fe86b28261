#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: the library on whichever driver is loaded; as it comes, quiet, and
# told not to map.  Options are those of the test programs, after -f FLAGS for
# other flags than these.

# shellcheck disable=SC2154 # init has it from the lab's settings
case $DRIVER in
stock)
	# It maps nothing anyway; and it loses wake-ups for good now and then,
	# which no library can mend: threads that sleep on it prove nothing.
	flag_sets='0 4'
	programs='lib_api lib_device lib_bind lib_wait lib_time lib_stop lib_queue lib_ring
		lib_adopt lib_fork lib_refused'
	;;
*)
	flag_sets='0 4 1'
	programs='lib_api lib_device lib_bind lib_wait lib_time lib_stop lib_queue lib_poller
		lib_ring lib_adopt lib_fork lib_refused lib_threads'
	;;
esac

if [ "${1:-}" = -f ]; then
	flag_sets=$2
	shift 2
fi

# The limits are for a machine that has nothing else to do.
status=0
for flags in $flag_sets; do
	echo "# libevtmmap with option flags $flags"
	for t in $programs; do
		EVTMMAP_TEST_FLAGS=$flags "/t/$t" -x 3 "$@" || status=1
	done
done
exit $status
