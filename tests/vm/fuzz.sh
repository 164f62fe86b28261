#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: random sequences of every entry point.
#
#	fuzz.sh [-s SEED] [-n STEPS] [-t THREADS] [-1]
#
# With -1 a single thread, whose run comes out the same each time.

case=fuzz_by_threads
while getopts s:n:t:1 o; do
	case $o in
	s) export EVT_SEED="$OPTARG" ;;
	n) export EVT_OPS="$OPTARG" ;;
	t) export EVT_THREADS="$OPTARG" ;;
	1) case=fuzz_by_one_thread ;;
	*) exit 2 ;;
	esac
done
# The limits are for a machine that has nothing else to do.
exec /t/fuzz -x 3 $case
