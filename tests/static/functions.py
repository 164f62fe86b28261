#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Long functions and long files: functions.py MAX_FILE MAX_FUNCTION FILE...

A C function begins with "{" and ends with "}" in the first column; one of a
script begins with "name() {" there.
"""
import re
import sys

BEGIN_SHELL = re.compile(r"^([a-z_]\w*)\(\) \{")
NAME_C = re.compile(r"(\w+)\(")


def functions(lines, shell):
    name, begun = "?", None
    for n, line in enumerate(lines):
        if begun is None:
            m = BEGIN_SHELL.match(line) if shell else None
            if m:
                name, begun = m.group(1), n
            elif not shell and line == "{":
                begun = n
            elif not shell and line[:1].isalpha():
                m = NAME_C.search(line)
                name = m.group(1) if m else name
        elif line == "}":
            yield name, begun, n - begun - 1
            begun = None


def check(path, max_file, max_function):
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    if len(lines) - 1 > max_file:
        print("%s: %d lines (at most %d)" % (path, len(lines) - 1, max_file))
    for name, line, length in functions(lines, not path.endswith((".c", ".h"))):
        if length > max_function:
            print("%s:%d: %s() has %d lines (at most %d)" %
                  (path, line + 1, name, length, max_function))


for arg in sys.argv[3:]:
    check(arg, int(sys.argv[1]), int(sys.argv[2]))
