# SPDX-License-Identifier: GPL-2.0
"""Which part of the way a function belongs to: for bench/where.py."""
import collections
import re

OWNERS = ("Xen", "kernel", "driver", "user space")
# The first that matches.
PARTS = (
    ("look-ups of an interrupt's descriptor",
     r"mtree_|mas_|mt_|irq_to_desc|irq_get_|info_for_irq|radix_|xa_|xas_"),
    ("a page for write(): found, zeroed, freed",
     r"clear_page|_pages?(_|$)|rmqueue|pfnblock|pcp_prepare|policy_node|accept_memory"),
    ("locks, RCU, interrupts off and on",
     r"raw_(spin|read|write)|rcu_read|mutex|down_|up_read|up_write|xen_irq_(en|dis)able"
     r"|xen_save_fl|preempt|_cond_resched"),
    ("system call: entry, exit, security modules",
     r"(?i)syscall|_sys_|sys_call|vfs_|security_|tomoyo|apparmor|hook_file|lsm|fd_?get|fdput"
     r"|fget|fput|ksys|to_user|fpregs|xen_iret|_user_|copy_|rep_movs|check_(heap|stack|object)"
     r"|check_object_size|virt_addr_valid|aa_|rw_verify|fsnotify|xen_hypercall"),
    ("interrupt: entry, flow handler, exit",
     r"upcall|hypervisor_callback|xen_error|irqentry|irq_enter|irq_exit|restore_regs|error_return"
     r"|handle_edge|handle_fasteoi|handle_irq_(event|desc)|_irq_event|generic_handle|note_int"
     r"|randomness|fast_mix|idle_cpu|entry_|exc_xen|xen_asm|tick_|kstat|irq_work|irqtime"),
    ("event channels: queue, acknowledge, mask, EOI",
     r"evtchn|lateeoi|handle_irq_for_port|channel|dynirq|consume_one|xen_irq"),
    ("sleeping and waking", r"wake|sched|wait|fasync|ktime|timer"),
)


def part(owner, function):
    """Of the kernel; the others are one part each."""
    if owner != "kernel":
        return owner
    for name, pattern in PARTS:
        if re.search(pattern, function):
            return "kernel: " + name
    return "kernel: what remains"


def owners(found):
    totals = collections.Counter()
    for owner, _, n in found["instructions"]:
        totals[owner] += n
    return totals.most_common()


def parts(found):
    totals = collections.Counter()
    for owner, function, n in found["instructions"]:
        totals[part(owner, function)] += n
    return totals


def title(found):
    driver = "in-tree" if found["driver"] == "stock" else "evtmmap"
    return "%s %s, %d" % (found["kernel"], driver, found["events"])


def table(all_found):
    """A column for each measurement, in the order given."""
    columns = [parts(f) for f in all_found]
    names = sorted({n for c in columns for n in c}, key=lambda n: -max(c[n] for c in columns))
    rows = [["instructions for each event"] + [title(f) for f in all_found],
            ["---"] + ["---:"] * len(columns)]
    rows += [[n] + ["{:,.0f}".format(c[n]) for c in columns] for n in names]
    rows.append(["all"] + ["{:,.0f}".format(sum(c.values())) for c in columns])
    rows.append(["hypercalls"] + ["%.2f" % sum(f["hypercalls"].values()) for f in all_found])
    return "\n".join("| %s |" % " | ".join(r) for r in rows)
