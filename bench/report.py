#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
evtbench report -o DIR A.json...

One page, DIR/index.html, without scripts and with its plots inside it (gnuplot
draws them, as DIR/*.svg too). What is slower than in-tree comes first. Results
taken under sanitizers have tables of their own.
"""
import argparse
import html
import os
import sys

import plots
import results

STYLE = """
body { font: 15px/1.4 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse; margin: 1em 0 } caption { text-align: left }
td, th { padding: .15em .8em; border-bottom: 1px solid #ccc; text-align: right }
td:first-child, th:first-child { text-align: left }
.worse { color: #a00; font-weight: bold } .warning { background: #fd8; padding: .5em }
"""


def sanitizers(run):
    return results.conditions(run)["sanitizers"]


def describe(run):
    e = run["environment"]
    clock = "time counts instructions" if e["icount"] == 1 else \
        "%d ns for each instruction" % e["icount"] if e["icount"] else "time is time"
    return "Linux %s, %s, %s (%s), %d vCPU%s, %s, sanitizers: %s" % (
        e["kernel"], "Xen " + e["xen"] if e["xen"] else "no Xen", e["cpu"], e["machine"],
        e["vcpus"], "s" if e["vcpus"] != 1 else "", clock, sanitizers(run))


def groups(runs):
    """Conditions -> {(name, metric): {subject: result}}: nothing else is mixed."""
    found = {}
    for run in runs:
        group = found.setdefault((sanitizers(run) != "none", describe(run)), {})
        for key, result in results.figures(run).items():
            group.setdefault(key, {})[result["subject"]] = result
    return dict(sorted(found.items()))


def factor(row):
    """How many times worse than in-tree ours is; None when one is missing."""
    ours, theirs = row.get("evtmmap"), row.get("in-tree")
    if not ours or not theirs:
        return None
    a, b = ours["median"], theirs["median"]
    if ours["better"] == "higher":
        a, b = b, a
    if a == b:
        return 1.0
    return a / b if b else float("inf")


def scatter(row):
    """Is the difference more than what scatters?"""
    ours, theirs = row["evtmmap"], row["in-tree"]
    return abs(ours["median"] - theirs["median"]) > 3 * max(ours["mad"], theirs["mad"])


def slower(group):
    """Worst first: what is worse than in-tree by more than it scatters."""
    rows = [(factor(row), key, row) for key, row in group.items()
            if factor(row) is not None and factor(row) > 1 and scatter(row)]
    return sorted(rows, key=lambda r: -r[0])


def cell(result):
    if not result:
        return "<td></td>"
    text = results.number(result["median"])
    if result["mad"]:
        text += " &plusmn; " + results.number(result["mad"])
    if "percentiles" in result:
        text += "<br>p99.9 %s, max %s" % (results.number(result["percentiles"]["p99.9"]),
                                          results.number(result["percentiles"]["max"]))
    return "<td>%s</td>" % text


def table(caption, group):
    subjects = sorted({s for row in group.values() for s in row},
                      key=lambda s: (s != "in-tree", s != "evtmmap", s))
    yield "<table><caption>%s</caption><tr><th>benchmark</th><th>metric</th>" % caption
    yield "".join("<th>%s</th>" % html.escape(s) for s in subjects)
    yield "<th>evtmmap is</th></tr>"
    for (name, metric), row in group.items():
        times = factor(row)
        worse = times is not None and times > 1 and scatter(row)
        yield "<tr><td>%s</td><td>%s</td>%s<td%s>%s</td></tr>" % (
            html.escape(name), html.escape(metric), "".join(cell(row.get(s)) for s in subjects),
            " class=worse" if worse else "",
            "" if times is None else "%.2f times in-tree's cost" % times)
    yield "</table>"


def first_lines(found):
    """What a reader must not miss; sanitizers slow both down, and say nothing."""
    rows = [(*row, n) for n, ((watched, _), group) in enumerate(found.items(), 1)
            for row in slower(group) if not watched]
    yield "<h2>Slower than in-tree</h2><ul>"
    for times, (name, metric), row, n in sorted(rows, key=lambda r: -r[0]):
        yield "<li class=worse>%s, %s: %s, in-tree %s (%.2f times, in results %d)</li>" % (
            html.escape(name), html.escape(metric), results.number(row["evtmmap"]["median"]),
            results.number(row["in-tree"]["median"]), times, n)
    yield "</ul>" if rows else "<li>nothing that both were measured in</li></ul>"


def page(found, drawn):
    yield "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>evtbench</title>"
    yield "<style>%s</style></head><body><h1>evtbench</h1>" % STYLE
    yield from first_lines(found)
    for n, ((watched, text), group) in enumerate(found.items(), 1):
        yield "<h2>Results %d%s</h2>" % (n, ", under sanitizers" if watched else "")
        if watched:
            yield "<p class=warning>Taken under sanitizers: no measure of speed.</p>"
        yield from table(html.escape(text), group)
        for svg in drawn[watched, text]:
            yield svg
    yield "</body></html>"


def main():
    parser = argparse.ArgumentParser(prog="evtbench report", description=__doc__)
    parser.add_argument("-o", metavar="DIR", required=True)
    parser.add_argument("files", metavar="A.json", nargs="+")
    args = parser.parse_args()
    try:
        found = groups([run for path in args.files for run in results.load(path)])
    except (OSError, ValueError) as e:
        print("evtbench report: %s" % e, file=sys.stderr)
        return 2
    os.makedirs(args.o, exist_ok=True)
    drawn = {key: list(plots.draw(args.o, i, group))
             for i, (key, group) in enumerate(found.items())}
    path = os.path.join(args.o, "index.html")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(page(found, drawn)))
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
