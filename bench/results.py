#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Reads what evtbench has written: a file is one run, or a list of them.

    bench/results.py cut LINES >FILE.json
    bench/results.py join FILE.json... >FILE.json

make the second: of what a guest has said on its serial line; of several files.
"""
import json
import re
import sys

LINE = re.compile(r"^# json (\S+) (.*)$")


def load(path):
    """The runs in a file."""
    with open(path, encoding="utf-8") as f:
        try:
            runs = json.load(f)
        except ValueError as e:
            raise ValueError("%s: %s" % (path, e)) from None
    runs = runs if isinstance(runs, list) else [runs]
    for run in runs:
        if not isinstance(run, dict) or run.get("evtbench") != 1:
            raise ValueError("%s: not written by evtbench" % path)
    return runs


def cut(path):
    """Tag -> run, from "# json TAG LINE"."""
    texts = {}
    with open(path, encoding="utf-8", errors="replace") as f:
        for m in filter(None, map(LINE.match, f)):
            texts.setdefault(m.group(1), []).append(m.group(2))
    return {tag: json.loads("\n".join(lines)) for tag, lines in texts.items()}


def name(result):
    """round/enter[batch=8]"""
    parameters = ",".join("%s=%s" % p for p in result["parameters"].items())
    return result["benchmark"] + ("[%s]" % parameters if parameters else "")


def figures(run):
    """(name, metric) -> result, in the order they were taken."""
    return {(name(r), r["metric"]): r for r in run["results"]}


def exact(result):
    """A count, not a measurement: any difference is one."""
    return result["unit"] in ("instructions", "calls")


def conditions(run):
    """What makes two runs' figures incomparable: sanitizers, and the clock."""
    e = run["environment"]
    watchers = e["sanitizers"]
    return {"sanitizers": "unknown" if watchers is None else " ".join(watchers) or "none",
            "icount": e["icount"]}


def number(value):
    """As many digits as say something."""
    if value != 0 and abs(value) < 10 and value != int(value):
        return "%.3f" % value
    return "{:,.0f}".format(value) if abs(value) >= 1000 or value == int(value) else "%.1f" % value


def dump(runs):
    """A line for each result: for those who read it with grep or diff."""
    return "[%s]" % ",\n".join(
        '{"evtbench":1,"environment":%s,"options":%s,"results":[\n%s]}' % (
            json.dumps(run["environment"]), json.dumps(run["options"]),
            ",\n".join(map(json.dumps, run["results"]))) for run in runs)


def main():
    what, paths = sys.argv[1:2], sys.argv[2:]
    if what == ["cut"] and len(paths) == 1:
        runs = list(cut(paths[0]).values())
    elif what == ["join"] and paths:
        runs = [run for path in paths for run in load(path)]
    else:
        sys.exit(__doc__)
    if not runs:
        sys.exit("results.py: no results in %s" % " ".join(paths))
    print(dump(runs))


if __name__ == "__main__":
    main()
