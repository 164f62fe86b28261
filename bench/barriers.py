#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Counts what a clock of instructions takes for one like all others: atomic
operations, barriers, and calls of lock functions, in each function of a module.

    bench/barriers.py FILE.ko               prints them, for bench/barriers
    bench/barriers.py FILE.ko bench/barriers [SLOW.ko...]

The second, in TAP: no function may have more than is written down there, and
each build that is slower on purpose has to be refused.
"""
import collections
import os
import re
import subprocess
import sys

FUNCTION = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
# A lock prefix, an exchange with memory, a fence.
ATOMIC = re.compile(r"\t(lock |xchg .*\(|[lms]fence)")
LOCK = re.compile(r"R_X86_64_\w+\s+(_raw_(spin|read|write)_\w*lock\w*|(mutex|down|up)_?\w*lock\w*"
                  r"|synchronize_rcu\w*)-")


def count(module):
    """Function -> how many. What the compiler split off counts for its origin."""
    text = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", module],
                          capture_output=True, text=True, check=True).stdout
    counts, function = collections.Counter(), None
    for line in text.split("\n"):
        m = FUNCTION.match(line)
        if m:
            function = m.group(1).split(".")[0] or m.group(1)
        elif ATOMIC.search(line) or LOCK.search(line):
            counts[function] += 1
    return counts


def written_down(path):
    with open(path, encoding="ascii") as f:
        rows = [l.split() for l in f if l.strip() and not l.startswith("#")]
    return {function: int(n) for function, n in rows}


def more(counts, limits):
    return ["%s has %d, not %d" % (f, n, limits.get(f, 0))
            for f, n in sorted(counts.items()) if n > limits.get(f, 0)]


def judge(module, limits, slow):
    found = more(count(module), limits)
    bad = bool(found)
    for text in found:
        print("# " + text)
    print("%sok 1 - no function has more atomic operations, barriers and locks" %
          ("not " if found else ""))
    for i, path in enumerate(slow, 2):
        found = more(count(path), limits)
        bad |= not found
        print("%sok %d - %s is refused%s" % (
            "" if found else "not ", i, os.path.basename(path)[:-3],
            ": " + found[0] if found else ""))
    print("1..%d" % (len(slow) + 1))
    return bad


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if len(sys.argv) == 2:
        for function, n in sorted(count(sys.argv[1]).items()):
            print("%s\t%d" % (function, n))
        return
    limits = written_down(sys.argv[2])
    if not limits:
        sys.exit("barriers.py: nothing in %s" % sys.argv[2])
    sys.exit(judge(sys.argv[1], limits, sys.argv[3:]))


main()
