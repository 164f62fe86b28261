# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Reads a guest's kernel log.  Only what stands between init's two markers
# counts: before them is what Debian's kernel says at every boot.  A log
# without both markers is a failure, or a check that did not run would look
# like a clean log.  A user program's crash ("traps: ... ip:") is left to its
# exit status, and of KCSAN's reports only the driver's count (kcsan.py).
# Sourced by boot.sh.

KLOG_BAD='BUG|WARNING|Oops|[Ll]ockdep|possible .* detected|UBSAN|KASAN|KCSAN'
KLOG_BAD+='|Call Trace|general protection|[Uu]nable to handle|soft lockup|hard LOCKUP'
KLOG_BAD+='|hung_task|blocked for more than|rcu.*(stall|starved)|double fault|corruption'
KLOG_BAD+='|refcount_t|suspicious|inconsistent lock|bad unlock|scheduling while atomic'
KLOG_BAD+='|sleeping function|Kernel panic|irq .*: nobody cared|page allocation failure'
XEN_BAD='\(XEN\).*(Xen (WARN|BUG|call trace)|FATAL|Assertion|Panic on CPU|crashed)'

klog_between() { # DMESG: the lines between the markers
	sed -n '/evtmmap lab: begin/,/evtmmap lab: end/{/ traps: .* ip:/d;p}' "$1" |
		"$ROOT/vm/kcsan.py"
}

# Prints one line for each complaint; silent when there is none.
klog_complaints() { # DMESG CONSOLE
	if ! grep -q 'evtmmap lab: begin' "$1" || ! grep -q 'evtmmap lab: end' "$1"; then
		echo "log truncated (no begin or end marker)"
		# The guest may have died: its console is all there is.
		grep -aE "$KLOG_BAD" "$2" | head -n 20
	fi
	klog_between "$1" | grep -aE "$KLOG_BAD" | head -n 20
	grep -aE "$XEN_BAD" "$2" | head -n 20
	return 0
}
