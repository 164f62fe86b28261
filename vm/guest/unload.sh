#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Unloads the driver, once the last file of a process that was killed is gone;
# says why not if that takes longer than seconds.

i=0
until rmmod xen_evtchn 2>/run/rmmod; do
	i=$((i + 1))
	if [ $i -ge 50 ]; then
		cat /run/rmmod
		exit 1
	fi
	sleep 0.1
done
