#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Writes docs/proof.md: tools/proof.py [--check [TREE] | --of]

tests/claims says what is claimed and which stages of `make check-all` show it; the
figures are those of each one's last run, in build/check. A stage that did not run
or did not pass is said to: no figure is written by hand. --check only looks
whether tests/claims and tests/stages fit together, --of says in a line whether
docs/proof.md is of this very code.
"""
import glob
import hashlib
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
if len(sys.argv) > 2:
    ROOT = sys.argv[2]
LOGS = os.path.join(ROOT, "build", "check")
OUT = os.path.join(ROOT, "docs", "proof.md")
SHOWN = 160         # of a line, so that a table stays one

HEAD = """# Proof

What is claimed, the command that checks it, what that found in builds that were
broken on purpose, and the figures of the last run. Written by `make proof` from
the logs of `make check-all`; nothing here is typed in. What is claimed, and where
the figures are found, stands in `tests/claims`.

"""
CODE = ["kernel/*.[ch]", "uapi/**/*.h", "lib/libevtmmap/*.[ch]"]


def lines_of(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read().split("\n")


def claims():
    """Blocks of "key | value" lines, separated by empty ones."""
    block = {}
    for line in lines_of(os.path.join(ROOT, "tests", "claims")) + [""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if block:
                yield block
            block = {}
            continue
        key, value = [part.strip() for part in line.split("|", 1)]
        block.setdefault(key, []).append(value)


def stages():
    names = set()
    for line in lines_of(os.path.join(ROOT, "tests", "stages")):
        if line.strip() and not line.startswith("#"):
            names.add(line.split("|", 1)[0].strip())
    return names


def faults():
    """What does not fit."""
    known = stages()
    for block in claims():
        for key in ("claim", "check", "figure"):
            if key not in block:
                yield "tests/claims: no %s in %s" % (key, block)
        for item in block.get("figure", []) + block.get("broken", []):
            if item.split("|", 1)[0].strip() not in known:
                yield "tests/claims: no such stage: " + item


def log_of(stage):
    """Lines of its log; none if it did not run."""
    path = os.path.join(LOGS, stage + ".log")
    return lines_of(path) if os.path.exists(path) else []


def shown(match):
    text = " ".join(g for g in match.groups() if g) if match.groups() else match.group()
    text = text.strip().replace("|", "\\|")
    return text if len(text) <= SHOWN else text[:SHOWN - 3] + "..."


def trouble(stage):
    """What is to be said of a stage that has no figures to give."""
    log = log_of(stage)
    bad = [line for line in log if line.startswith("not ok")]
    if bad:
        return "%s: **failed** (%s)" % (stage, bad[0])
    return None if log else "%s: not run" % stage


def found(item, most):
    """The matches of "stage | regex" in that stage's log."""
    stage, regex = [part.strip() for part in item.split("|", 1)]
    hits = [shown(m) for m in (re.search(regex, line) for line in log_of(stage)) if m]
    if len(hits) > most:
        hits[most:] = ["... %d in all" % len(hits)]
    return hits or [trouble(stage) or "%s: says nothing like %s" % (stage, regex)]


def counted(stage):
    n = sum(1 for line in log_of(stage) if re.match(r"ok\b(?!.*# [Ss][Kk][Ii][Pp])", line))
    return trouble(stage) or "%s: %d tests" % (stage, n)


def row(block):
    figures = []
    for item in block["figure"]:
        if "|" in item:
            figures += found(item, 4)
        else:
            figures.append(counted(item))
    broken = [hit for item in block.get("broken", []) for hit in found(item, 12)]
    return "| %s | `%s` | %s | %s |" % (block["claim"][0], block["check"][0],
                                        "<br>".join(figures),
                                        "<br>".join(broken) or "-")


def git(*args):
    """What it says; nothing in a tree without one."""
    run = subprocess.run(["git", "-C", ROOT, *args], capture_output=True, text=True,
                         check=False)
    return run.stdout.strip() if run.returncode == 0 else ""


def code():
    """A hash of what is proven, without comments and blank lines."""
    total = hashlib.sha256()
    for pattern in CODE:
        for path in sorted(glob.glob(os.path.join(ROOT, pattern), recursive=True)):
            total.update(os.path.relpath(path, ROOT).encode())
            total.update(subprocess.run(
                ["gcc", "-fpreprocessed", "-dD", "-E", "-P", "-w", "-x", "c", path],
                capture_output=True, check=True).stdout)
    return total.hexdigest()[:12]


def proven():
    """Is docs/proof.md of this code, and if not, since when?"""
    match = re.search(r"^Code: ([0-9a-f]+)(?:, commit ([0-9a-f]+))?",
                      "\n".join(lines_of(OUT)), re.M)
    if match and match.group(1) == code():
        return "docs/proof.md is of this code"
    since = match and match.group(2) and git(
        "log", "--reverse", "--format=%h of %as, %s", match.group(2) + "..", "--",
        "kernel", "uapi", "lib").split("\n")[0]
    return "docs/proof.md is of other code" + (", since " + since if since else "")


def last_run():
    """When, and how much of it passed: of all stages that are named here."""
    named = {item.split("|", 1)[0].strip() for block in claims()
             for item in block["figure"] + block.get("broken", [])}
    count = {"passed": 0, "failed": 0, "skipped": 0}
    dates = set()
    for stage in named:
        path = os.path.join(LOGS, stage + ".log")
        if os.path.exists(path):
            dates.add(time.strftime("%Y-%m-%d", time.gmtime(os.path.getmtime(path))))
        for line in log_of(stage):
            if re.match(r"(ok\b.*|1\.\.0) # [Ss][Kk][Ii][Pp]", line):
                count["skipped"] += 1
            elif re.match(r"ok\b", line):
                count["passed"] += 1
            elif re.match(r"not ok\b", line):
                count["failed"] += 1
    if not dates:
        sys.exit("proof.py: no stage has run: make check first")
    return "%s, %d stages: %s" % (
        " to ".join(sorted({min(dates), max(dates)})), len(named),
        ", ".join("%d %s" % (n, what) for what, n in count.items()))


def main():
    if "--of" in sys.argv:
        print(proven())
        return 0
    bad = list(faults())
    if bad or "--check" in sys.argv:
        print("\n".join(bad), end="\n" if bad else "")
        return 1 if bad else 0
    rows = [row(block) for block in claims()]
    commit = git("rev-parse", "--short", "HEAD")
    with open(OUT, "w", encoding="utf-8") as f:
        f.write(HEAD)
        f.write("Last run: %s.\n\n" % last_run())
        f.write("Code: %s%s%s.\n\n" % (
            code(), ", commit " * bool(commit) + commit,
            " and what is not committed yet" * bool(git("status", "--porcelain"))))
        f.write("| claim | command | last run | broken on purpose |\n|---|---|---|---|\n")
        f.write("\n".join(rows) + "\n")
    return 0


sys.exit(main())
