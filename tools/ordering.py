#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Checks the lettered ordering points: tools/ordering.py [TREE]

Each place that orders memory says "X, matches Y". Y must say that it matches
X, the argument for the pair must stand in uapi/xen/evtchn_mmap.h, and no file
but those of HOME may order memory at all, RCU aside. Prints file:line: what is wrong.
"""
import glob
import os
import re
import sys

HEADER = "uapi/xen/evtchn_mmap.h"
SOURCES = ("kernel/*.[ch]", "lib/libevtmmap/*.[ch]")
HOME = ("kernel/credit.h", "kernel/ring.c", "kernel/ring.h", "kernel/wake.c",
        "lib/libevtmmap/ring.h")

PRIMITIVE = re.compile(
    r"\b(?:smp_\w+|virt_\w*mb|dma_\w*mb|[rw]?mb|barrier"
    r"|(?:arch_)?(?:try_)?(?:cmp)?xchg(?:64)?(?:_acquire|_release)?"
    r"|atomic(?:64|_long)?_(?!\w*relaxed)(?:\w*xchg\w*|\w*_return\w*|\w*fetch_\w+"
    r"|\w+_and_test|\w+_unless\w*|\w+_acquire|\w+_release)"
    r"|test_and_\w+_bit)\s*\("
    r"|\b__ATOMIC_(?:ACQUIRE|RELEASE|ACQ_REL|SEQ_CST|CONSUME)\b"
    r"|\bmemory_order_(?!relaxed)\w+")
LETTERS = r"[A-Z](?:(?:, | and |, and )[A-Z])*"
MATCHES = re.compile(r"\b(%s), matches (%s)\b" % (LETTERS, LETTERS))
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", re.S)


def letters(text):
    return re.findall(r"[A-Z]", text.replace("and", ""))


def pairs(text):
    """Yields the (X, Y) of every "X, matches Y" in a text."""
    text = re.sub(r"\s*\n[\s*]*", " ", text)
    for m in MATCHES.finditer(text):
        for x in letters(m.group(1)):
            for y in letters(m.group(2)):
                yield x, y


def read(tree, path):
    with open(os.path.join(tree, path), encoding="utf-8") as f:
        return f.read()


def blank_comments(text):
    """The code alone, on the lines where it was."""
    return COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def notes(text):
    """Line -> pairs of the comments that end there or are all of a line there."""
    found = {}
    for m in COMMENT.finditer(text):
        if m.group().startswith('"'):
            continue
        last = text.count("\n", 0, m.end())
        for pair in pairs(m.group()):
            found.setdefault(last, set()).add(pair)
    return found


class Checker:
    def __init__(self, tree):
        self.tree = tree
        self.faults = []
        self.sites = {}         # (X, Y) -> the first place that says so

    def fault(self, path, line, text):
        self.faults.append("%s:%d: %s" % (path, line + 1, text))

    def scan(self, path):
        text = read(self.tree, path)
        noted = notes(text)
        for line, said in sorted(noted.items()):
            for pair in said:
                self.sites.setdefault(pair, (path, line))
        for line, code in enumerate(blank_comments(text).split("\n")):
            m = PRIMITIVE.search(code)
            if not m:
                continue
            name = m.group().rstrip("( \t")
            if path not in HOME:
                self.fault(path, line, "%s: ordering belongs into %s" %
                           (name, ", ".join(HOME)))
            elif not noted.keys() & {line, line - 1}:
                self.fault(path, line, "%s: no letter says what it orders" % name)

    def explained(self):
        """The (X, Y) that a paragraph of the header is about."""
        text = read(self.tree, HEADER)
        heads = re.findall(r"^ \* (%s, match(?:es)? %s):" % (LETTERS, LETTERS), text, re.M)
        return {p for head in heads for p in pairs(head.replace("match ", "matches "))}

    def compare(self):
        about = self.explained()
        both = about | {(y, x) for x, y in about}
        for (x, y), (path, line) in sorted(self.sites.items()):
            if (y, x) not in self.sites:
                self.fault(path, line, "%s, matches %s: no site says %s, matches %s" %
                           (x, y, y, x))
            if (x, y) not in both:
                self.fault(path, line, "%s, matches %s: %s does not explain the pair" %
                           (x, y, HEADER))
        for x, y in sorted(about):
            if (x, y) not in self.sites and (y, x) not in self.sites:
                self.fault(HEADER, 0, "%s, matches %s: no such site" % (x, y))

    def run(self):
        for pattern in SOURCES:
            for path in sorted(glob.glob(os.path.join(self.tree, pattern))):
                self.scan(os.path.relpath(path, self.tree))
        self.compare()
        return self.faults


def main():
    tree = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..")
    checker = Checker(tree)
    faults = checker.run()
    print("\n".join(faults), end="\n" if faults else "")
    if not checker.sites:
        sys.exit("ordering.py: no letters found")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
