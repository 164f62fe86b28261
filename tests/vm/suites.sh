#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: what the driver promises, all of it in one boot, for a kernel that
# was told to be different.  Options are those of the test programs.

mount -t cgroup2 cgroup2 /sys/fs/cgroup
status=0
# The limits are for a machine that has nothing else to do.
for t in conformance mapped command; do
	"/t/$t" -x 3 "$@" || status=1
done
exit $status
