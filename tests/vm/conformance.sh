#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: the classic ABI, case by case, on whichever driver is loaded.

exec /t/conformance "$@"
