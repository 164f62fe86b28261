#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Holds figures of our driver against limits, in TAP:

    bench/gate.py LINES LIMITS COMMITTED.json|- [CONTROL...]

LINES is what a guest said, with runs "in-tree" and "evtmmap"; COMMITTED an
earlier run: instructions and system calls for each event may be 3 % more than
there. A figure that is missing is too high. CONTROLs are tags of builds that
are slower on purpose: of each at least one figure has to be refused.
"""
import re
import sys

import results

SLACK = 1.03
# What a figure may be without being a share of something: half an instruction.
LEAST = 0.5
EVENTS = ("instructions_per_event", "system_calls_per_event")


class Tap:
    """Numbered lines, and whether all were fine."""

    def __init__(self):
        self.n, self.bad = 0, 0

    def say(self, fine, text):
        self.n += 1
        self.bad += not fine
        print("%sok %d - %s" % ("" if fine else "not ", self.n, text))


def value(run, key):
    """Of NAME or NAME:METRIC, which may be a count; None when it is missing."""
    name, _, metric = key.partition(":")
    for (has, its), result in results.figures(run).items():
        if has != name:
            continue
        if metric in result["counts"]:
            return result["counts"][metric]
        if metric in ("", its):
            return result["median"]
    return None


def limit_of(words, key, in_tree):
    """"4600", "in-tree", "in-tree:other/figure", and "+1%" behind it."""
    if not words[0].startswith("in-tree"):
        base = float(words[0])
    else:
        base = value(in_tree, words[0].partition(":")[2] or key)
    if base is None:
        return None
    return base * (1 + float(words[1].rstrip("%")) / 100 if len(words) > 1 else 1)


def hold_limits(tap, path, ours, in_tree):
    with open(path, encoding="ascii") as f:
        lines = [l.split() for l in f if l.strip() and not l.startswith("#")]
    for key, *words in lines:
        limit, has = limit_of(words, key, in_tree), value(ours, key)
        fine = has is not None and limit is not None and has <= limit
        tap.say(fine, "%s <= %s: %s (in-tree %s)" % (
            key, "?" if limit is None else "%.6g" % limit,
            "missing" if has is None else "%.6g" % has, value(in_tree, key)))


def committed_figures(path):
    """Exact ones of our driver, and the kernel they are of."""
    for run in results.load(path):
        module = run["environment"]["module"]
        if run["environment"]["icount"] == 1 and module and module["origin"] == "ours":
            return {k: r for k, r in results.figures(run).items()
                    if k[1] in EVENTS and results.exact(r) and r["subject"] == "evtmmap"}, \
                run["environment"]["kernel"]
    sys.exit("gate.py: no exact figures of our driver in %s" % path)


def exceeded(run, committed):
    """Names of figures of a run that are more than they may be."""
    now = results.figures(run)
    for key, before in committed.items():
        if key in now and now[key]["median"] > max(before["median"] * SLACK,
                                                   before["median"] + LEAST):
            yield key[0], before["median"], now[key]["median"]


def hold_committed(tap, path, runs, controls):
    committed, kernel = committed_figures(path)
    ours = runs["evtmmap"]
    missing = [k[0] for k in committed if k not in results.figures(ours)]
    tap.say(not missing, "each committed figure was taken: %s missing" %
            (" ".join(missing) or "none"))
    worse = list(exceeded(ours, committed))
    for name, before, now in worse:
        print("# %s: %.6g, was %.6g on %s" % (name, now, before, kernel))
    tap.say(committed and not worse, "%d committed figures hold within 3 %%" % len(committed))
    for tag in controls:
        found = list(exceeded(runs[tag], committed)) if tag in runs else []
        for name, before, now in found:
            print("# %s: %s: %.6g, was %.6g" % (tag, name, now, before))
        tap.say(bool(found), "%s is refused" % tag)


def main():
    lines, limits, committed, *controls = sys.argv[1:]
    runs = results.cut(lines)
    if not {"in-tree", "evtmmap"} <= set(runs):
        sys.exit("gate.py: no runs of both drivers in %s" % lines)
    tap = Tap()
    hold_limits(tap, limits, runs["evtmmap"], runs["in-tree"])
    if committed != "-":
        hold_committed(tap, committed, runs, controls)
    print("1..%d" % tap.n)
    sys.exit(tap.bad > 0)


main()
