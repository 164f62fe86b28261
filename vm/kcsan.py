#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Which of a kernel log's KCSAN reports are the driver's: vm/kcsan.py < LOG

Prints the log without those that are not. A report has one or two accesses; it
is the driver's if the innermost frame of either is one of its functions. Further
out they are in half of the core kernel's own reports, since the driver calls it.
What was left out is counted, by title, on stderr.
"""
import collections
import re
import sys

MODULE = "[xen_evtchn]"

# Innermost frames that stand for whoever called them, and why.
HELPERS = {
    "memcpy": "copies what its caller told it to",
    "memset": "fills what its caller told it to",
    "memmove": "copies what its caller told it to",
    "__memcpy": "the same",
    "__memset": "the same",
    "_copy_from_user": "copies what its caller told it to",
    "_copy_to_user": "copies what its caller told it to",
    "vsnprintf": "reads what its caller gave it",
    "seq_printf": "reads what its caller gave it",
    "atomic64_add": "an atomic of its caller's",
    "list_del": "a list of its caller's",
    "list_add": "a list of its caller's",
}

# Core functions that change a word plainly which a driver cannot but look at; a
# marked read of ours is then no mistake of ours. There is no other filter.
PLAIN_WRITERS = {
    "fasync_insert_entry": "file->f_flags, and the list that kill_fasync() looks "
                           "at without its lock as well",
    "fasync_remove_entry": "the same",
    "do_fcntl": "file->f_flags, by F_SETFL",
}

RULE = re.compile(r"^(\[[^]]*\] )?=+$")
TITLE = re.compile(r"BUG: KCSAN: (.*)")
ACCESS = re.compile(r"\b(read|write|read-write|assert no (accesses|writes))\b.* to 0x[0-9a-f]+ of ")
FRAME = re.compile(r"^(\[[^]]*\])? +(\S+?)\+0x[0-9a-f]+/0x[0-9a-f]+(.*)$")


def innermost(block):
    """The frames that count, one for each access of a report, and how it was."""
    frames, wanted = [], None
    for line in block:
        if ACCESS.search(line):
            wanted = line
            continue
        m = FRAME.match(line)
        if not wanted or not m:
            continue
        function = m.group(2).split(".")[0]
        if function not in HELPERS:
            frames.append((function, MODULE in m.group(3), "read (marked)" in wanted))
            wanted = None
    return frames


def is_drivers(block, title):
    frames = innermost(block)
    if any(function in PLAIN_WRITERS for function, ours, _ in frames if not ours):
        return any(ours and not marked for _, ours, marked in frames)
    return any(ours for _, ours, _ in frames) or MODULE in title


def main():
    others = collections.Counter()
    block = []
    for line in sys.stdin.read().split("\n"):
        if RULE.match(line):
            title = next((m.group(1) for m in map(TITLE.search, block) if m), None)
            if title is None:
                sys.stdout.write("".join(b + "\n" for b in block))
                block = []
                continue
            if is_drivers(block, title):
                sys.stdout.write("".join(b + "\n" for b in block))
            else:
                others[title] += 1
            block = []
            continue
        block.append(line)
    sys.stdout.write("".join(b + "\n" for b in block))
    for title, n in sorted(others.items()):
        print("# KCSAN: not the driver's, %d times: %s" % (n, title), file=sys.stderr)


main()
