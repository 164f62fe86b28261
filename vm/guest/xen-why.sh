#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest did not do as it was told: everything that tells why, on stderr.

exec >&2
xl list
tail -n 20 /var/log/xen/console/guest-domu.log
for p in $(pidof xenstored xenconsoled); do
	for f in /proc/"$p"/fd/*; do
		[ "$(readlink "$f")" = /dev/xen/evtchn ] || continue
		echo "xen-why: $(cat /proc/"$p"/comm), descriptor ${f##*/}"
		cat "/proc/$p/fdinfo/${f##*/}"
	done
done
lsevtchn 0
domid=$(xl domid domu) || exit 0
lsevtchn "$domid"
xenstore-ls "/local/domain/$domid"
