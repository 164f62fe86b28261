#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: the classic ABI, case by case, on whichever driver is loaded.

# The limits are for a machine that has nothing else to do.
exec /t/conformance -x 3 "$@"
