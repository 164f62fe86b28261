#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
evtbench compare [--limit 3%] A.json B.json

What both files have, side by side: B against A. Counts differ when they are not
the same, measurements when their medians are further apart than they scatter.
Exit status: 1 when something got worse by more than the limit, 2 when the two
cannot be compared.
"""
import argparse
import sys

import results

ROW = "%-30s%-26s%11s%11s%8s  %s"


def conditions_of(runs):
    """Of all runs of a file, one answer each, or several with a comma."""
    found = {}
    for run in runs:
        for what, how in results.conditions(run).items():
            found.setdefault(what, set()).add(str(how))
    return {what: ", ".join(sorted(hows)) for what, hows in found.items()}


def refuse(a, b):
    """Says what keeps two files from being compared."""
    left, right = conditions_of(a), conditions_of(b)
    for what in left:
        if left[what] != right[what]:
            return "different %s: %s and %s" % (what, left[what], right[what])
    return None


def table(runs):
    """(name, metric, subject, icount) -> result."""
    return {(*key, r["subject"], run["environment"]["icount"]): r
            for run in runs for key, r in results.figures(run).items()}


def change(a, b):
    """By how much b is worse, as a share of a; below 0 when better."""
    if a["median"] == b["median"]:
        return 0.0
    if a["median"] == 0:
        worse = float("inf")
    else:
        worse = b["median"] / a["median"] - 1
    return -worse if a["better"] == "higher" else worse


def same(a, b):
    """Three MADs hold four fifths of what scatters, whatever its shape."""
    apart = abs(a["median"] - b["median"])
    return apart == 0 or (not results.exact(a) or len(a["samples"]) > 1) and \
        apart <= 3 * max(a["mad"], b["mad"])


def verdict(a, b, limit):
    worse = change(a, b)
    if same(a, b):
        return "same"
    if worse > limit:
        return "worse"
    if worse > 0:
        return "worse, within the limit"
    return "better"


def pairs(a, b, subjects):
    """The results of both; two subjects may be held against each other."""
    left, right = table(a), table(b)
    for key, result in left.items():
        other = right.get(key)
        if subjects and other is None:
            others = [r for k, r in right.items() if (k[0], k[1], k[3]) ==
                      (key[0], key[1], key[3])]
            other = others[0] if len(others) == 1 else None
        if other:
            yield key, result, other


def main():
    parser = argparse.ArgumentParser(prog="evtbench compare",
                                     formatter_class=argparse.RawDescriptionHelpFormatter,
                                     description=__doc__.split("\n\n", 1)[1])
    parser.add_argument("--limit", default="3%", help="what may get worse (3%%)")
    parser.add_argument("a", metavar="A.json")
    parser.add_argument("b", metavar="B.json")
    args = parser.parse_args()
    try:
        a, b = results.load(args.a), results.load(args.b)
        limit = float(args.limit.rstrip("%")) / 100
    except (OSError, ValueError) as e:
        print("evtbench compare: %s" % e, file=sys.stderr)
        return 2
    why = refuse(a, b)
    rows = list(pairs(a, b, True))
    if why or not rows:
        print("evtbench compare: %s" % (why or "nothing that is in both files"), file=sys.stderr)
        return 2
    print(ROW % ("benchmark", "metric", "A", "B", "B/A", "B is"))
    failed = False
    for key, left, right in rows:
        says = verdict(left, right, limit)
        failed |= says == "worse"
        ratio = "%.3f" % (right["median"] / left["median"]) if left["median"] else "-"
        print(ROW % (
            key[0], key[1], results.number(left["median"]),
            results.number(right["median"]), ratio, says))
    return int(failed)


sys.exit(main())
