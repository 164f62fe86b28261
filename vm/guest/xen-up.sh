#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Starts Debian's xenstored, names dom0, starts xenconsoled: in this order,
# because each needs the one before.  Then `xl create /domu/domu.cfg` works.
# Guests' consoles are logged to /var/log/xen/console/guest-<name>.log.

set -e
: >/run/keep-driver
mkdir -p /run/xen /run/xenstored /var/log/xen/console /var/lib/xenstored
xenstored --pid-file /run/xenstored.pid

tries=0
until xenstore-write /tool/evtmmap up 2>/dev/null; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || { echo "xenstored does not answer" >&2; exit 1; }
	sleep 0.1
done
xen-init-dom0
xenconsoled --log=all --log-dir=/var/log/xen/console --pid-file=/run/xenconsoled.pid
