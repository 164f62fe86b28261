#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: the library on whichever driver is loaded; as it comes, quiet, and
# told not to map.  Options are those of the test programs.

status=0
for flags in 0 4 1; do
	echo "# libevtmmap with option flags $flags"
	for t in lib_api lib_bind lib_wait lib_ring lib_adopt lib_threads; do
		EVTMMAP_TEST_FLAGS=$flags "/t/$t" "$@" || status=1
	done
done
exit $status
