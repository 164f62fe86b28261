#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: other people's fuzzers, SECONDS each, and then the device still
# works. They know nothing of it: what counts is the kernel log.
#
#	thrash.sh SECONDS

NODE=/dev/xen/evtchn
SYSCALLS='read write readv writev ioctl mmap munmap mremap mprotect madvise poll
	ppoll select epoll_ctl epoll_wait fcntl dup dup2 dup3 lseek pread64
	newfstat ftruncate splice'
bad=0

say() { # STATUS TEXT
	if [ "$1" = 0 ]; then echo "ok - $2"; else echo "not ok - $2"; bad=1; fi
}

works() {
	/t/mapped -x 3 map_works_or_says_enodev >/dev/null &&
		/t/conformance -x 3 'read_*' >/dev/null
}

mkdir -p /tmp/trinity
chmod 777 /tmp/trinity
echo 'nobody:x:65534:65534::/tmp/trinity:/bin/sh' >/etc/passwd
chmod 666 $NODE

stress-ng --dev 2 --dev-file $NODE -t "$1" --metrics-brief --temp-path /tmp >/run/stress 2>&1
status=$?
sed 's/^/# /' /run/stress
grep -q '1 of 1 devices opened and exercised' /run/stress || status=99
rounds=$(awk '/metrc.* dev / { print $5 }' /run/stress)
say $status "stress-ng's dev stressor, 2 at once, $1 s: ${rounds:-no} rounds"

# As a user of no rights but to this node: as root it would take the rest apart.
cat >/run/trinity.sh <<-SH
	cd /tmp/trinity
	exec trinity -q -l off -C 2 -N $(($1 * 60)) -s 1 -V $NODE \
		--disable-fds=sockets,pipes,perf,epoll,eventfd,testfile,timerfd,memfd,drm \
		$(for c in $SYSCALLS; do printf ' -c %s' "$c"; done)
SH
timeout -s INT -k 10 $(($1 * 8)) su -s /bin/sh nobody -c 'sh /run/trinity.sh' >/run/trinity 2>&1
status=$?
tail -n 8 /run/trinity | sed 's/^/# /'
ran=$(sed -n 's/.*Ran \([0-9]*\) syscalls.*/\1/p' /run/trinity | tail -n 1)
[ "${ran:-0}" -gt 0 ] && grep -q "Added 1 filenames from $NODE" /run/trinity || status=99
say $status "trinity, 2 children: ${ran:-no} system calls"
[ $status = 0 ] || sed "s/^/# /" /run/trinity

works
say $? "the device works afterwards"
exit $bad
