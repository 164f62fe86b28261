#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: EVENTS notifies, each carried to user space exactly once.
#
#	stress-stream.sh EVENTS [CASE...]

EVT_EVENTS=${1:-1000000}
export EVT_EVENTS
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- stream_read stream_mapped
exec /t/stress "$@"
