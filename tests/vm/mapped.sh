#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: mapping and ring cases. A driver that cannot be mapped has one of
# them to answer. (Who means harm is in hostile.sh.)

# shellcheck disable=SC2154 # init has it from the lab's settings
case $DRIVER in
stock) exec /t/mapped map_works_or_says_enodev ;;
# The limits are for a machine that has nothing else to do.
*) exec /t/mapped -x 3 "$@" ;;
esac
