#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: commands in the mapped ring, and requests of io_uring.  Options are
# those of the test programs.

mount -t cgroup2 cgroup2 /sys/fs/cgroup
# The limits are for a machine that has nothing else to do.
exec /t/command -x 3 "$@"
