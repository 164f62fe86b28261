#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
The tables of docs/performance.md, or of another kernel's page:

    bench/performance.py RESULTS.json | tools/block.sh docs/performance.md results
"""
import fnmatch
import os
import sys

import report
import results


def median(result):
    return results.number(result["median"]) if result else ""


def seconds(result):
    return "%.2f" % (result["median"] / 1e9) if result else ""


def tail(result):
    p = result["percentiles"] if result else {}
    return " / ".join("%.2f" % (p[k] / 1e6) for k in ("p50", "p99", "p99.9", "max")) if p else ""


def times(row):
    factor = report.factor(row)
    return "" if factor is None else "%.3f" % factor


def rows_of(group, metrics):
    return [(name, metric, row) for (name, metric), row in group.items()
            if metrics(metric) and "linux" not in row]


def table(rows, cell, head):
    if not rows:
        return
    yield "%s\n\n| benchmark | in-tree | evtmmap | floor | cost, evtmmap / in-tree |" % head
    yield "|---|---:|---:|---:|---:|"
    for name, metric, row in rows:
        if metric.startswith("instructions_with"):
            name += ", NOTIFY too"
        elif metric == "instructions_to_bind":
            name += ", to bind them"
        yield "| %s | %s | %s | %s | %s |" % (
            name, *(cell(row.get(s)) for s in ("in-tree", "evtmmap", "floor")), times(row))
    yield ""


STOPPED = ("evtmmap", "spinlock", "ticket")


def stopped(group):
    """Events of others while a vCPU is held inside publish, by ring."""
    share = rows_of(group, lambda m: m == "delivered_meanwhile")
    if not share:
        return
    yield "Events for a file while a vCPU is held inside publish (held=1): delivered" \
        " meanwhile, and latency in ms, p50 / p99 / p99.9 / max:\n"
    yield "| benchmark | %s |\n|---|%s" % (" | ".join(STOPPED), "---:|" * len(STOPPED))
    for name, _, row in share:
        late = group[name, "latency_worst_by_tenths"]
        yield "| %s | %s |" % (name, " | ".join(
            "%s %%, %s" % (median(row[s]), tail(late.get(s))) if s in row else ""
            for s in STOPPED))
    yield ""


def yardsticks(group):
    """What needs neither driver: taken in both runs, of which the last is shown."""
    rows = [(name, row["linux"]) for (name, _), row in group.items() if "linux" in row]
    if not rows:
        return
    yield "Without any driver, %s for each event:\n\n| benchmark | median |\n|---|---:|" % \
        rows[0][1]["unit"]
    yield from ("| %s | %s |" % (name, median(result)) for name, result in rows)
    yield ""


def slower(found):
    fair = [group for (watched, _), group in found.items() if not watched]
    if not fair:
        yield "Taken under a sanitizer, which counts too: to be held against each other" \
            " only, and against nothing else.\n"
        return
    lines = ["- %s, %s: %s, in-tree %s (%.2f times)" % (
        name, metric, median(row["evtmmap"]), median(row["in-tree"]), factor)
        for group in fair for factor, (name, metric), row in report.slower(group)]
    yield "Slower than in-tree, the worst first:\n"
    yield from lines or ["- nothing that both were measured in"]
    yield ""


# Metric, or a pattern for several; cell; heading.
TABLES = (
    ("instructions*", median, "Instructions for each event (or call), medians:"),
    ("ns_*", median, "Nanoseconds for each event (or call), medians:"),
    ("system_calls*", median, "System calls for each event, traced:"),
    ("latency", tail, "Latency in ms, p50 / p99 / p99.9 / max; the cost is the p50:"),
    ("wakeups_per_event", median, "Wake-ups for each event:"),
    ("events_per_second", median, "Events a second, sender and receiver on two CPUs:"),
    ("latency_p99.9", tail, "NOTIFY in ms, p50 / p99 / p99.9 / max; the cost is the p99.9:"),
    ("bound_and_unbound_per_second", median,
     "... and how often a port was bound and unbound meanwhile, a second:"),
    ("requests_per_second", median, "Requests a second, client and xenstored:"),
    ("bytes_per_second", median, "Bytes a second, from a guest's console through xenconsoled:"),
    ("boot", seconds, "Boot of a guest, in seconds:"),
)


def origin(path):
    """The file, from the top of the tree, and the command that wrote it."""
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.relpath(path, here)
    kernel = os.path.basename(os.path.dirname(path))
    return "From `bench/%s`, made by `make bench%s`.\n" % (
        path, "" if kernel == "results" else " KERNEL=" + kernel)


def page(path):
    found = report.groups(results.load(path))
    yield origin(path)
    yield from slower(found)
    for (_, text), group in found.items():
        yield "### %s\n" % text
        for metric, cell, head in TABLES:
            yield from table(rows_of(group, lambda m: fnmatch.fnmatchcase(m, metric)), cell, head)
        yield from yardsticks(group)
        yield from stopped(group)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(page(sys.argv[1])), end="")


main()
