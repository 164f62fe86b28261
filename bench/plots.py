# SPDX-License-Identifier: GPL-2.0
"""Plots of a group of results, as SVG, drawn by gnuplot."""
import os
import subprocess
import sys

import results

HEAD = """set terminal svg size 800,%d background "white" font "sans-serif,12" name "%s"
set output "%s"
set grid
"""


def gnuplot(path, height, text):
    """The SVG without its XML declaration, to stand in a page."""
    name = os.path.basename(path)[:-4].replace("-", "_")
    try:
        subprocess.run(["gnuplot"], input=HEAD % (height, name, path) + text, text=True,
                       check=True)
    except FileNotFoundError:
        sys.exit("evtbench report: gnuplot is not installed (Debian: gnuplot-nox)")
    with open(path, encoding="utf-8") as f:
        svg = f.read()
    return svg[svg.index("<svg"):]


def quoted(text):
    return '"%s"' % text.replace('"', "'").replace("_", " ")


def data(rows):
    return "\n".join(" ".join(map(str, row)) for row in rows) + "\ne\n"


def costs(path, rows):
    """What an event costs each subject, as bars."""
    subjects = sorted({s for row in rows.values() for s in row},
                      key=lambda s: (s == "evtmmap", s))
    unit = next(iter(next(iter(rows.values())).values()))["unit"]
    text = "set style data histograms\nset style fill solid 0.8\nset yrange [0:*]\n" \
           "set xtics rotate by -35 noenhanced\nset ylabel %s\nset key outside top center\n" \
           "set bmargin 8\nset rmargin 18\nplot " % quoted(unit + " for each event")
    text += ", ".join("'-' using 2:xtic(1) title %s" % quoted(s) for s in subjects) + "\n"
    for s in subjects:
        text += data((quoted(results.name(next(iter(row.values())))),
                      row[s]["median"] if s in row else "NaN") for row in rows.values())
    return gnuplot(path, 420, text)


def tail(histogram):
    """(one in so many is above, value), up to the last one."""
    total, seen = sum(n for _, n in histogram), 0
    for value, n in histogram:
        yield total / (total - seen), value
        seen += n


def latencies(path, rows):
    """Each distribution, its tail drawn out: a colour each; only ours is not dashed."""
    others = sorted({s for row in rows.values() for s in row} - {"evtmmap"})
    lines = [(i, name, subject, r) for i, row in enumerate(rows.values(), 1)
             for subject, r in row.items() for name in [results.name(r)]]
    text = "set logscale xy\nset xlabel 'one in ... is above'\nset ylabel %s\n" \
           "set key outside below noenhanced\nplot " % quoted(lines[0][3]["unit"])
    dashes = {s: i for i, s in enumerate(["evtmmap"] + others, 1)}
    text += ", ".join("'-' with steps lw 2 lc %d dt %d title '%s %s'" % (
        i, dashes[subject], name, subject) for i, name, subject, _ in lines) + "\n"
    text += "".join(data(tail(r["histogram"])) for *_, r in lines)
    return gnuplot(path, 400 + 12 * len(lines), text)


def families(group, fits):
    """Family -> its rows that fit, in the order they were taken."""
    found = {}
    for key, row in group.items():
        if fits(key[1], next(iter(row.values()))):
            found.setdefault(key[0].split("/")[0], {})[key] = row
    return found


def draw(folder, number, group):
    """The plots there are something for: one for each family of benchmarks."""
    for plot, fits in (
            (costs, lambda m, _: m in ("instructions_per_event", "ns_per_event")),
            (latencies, lambda _, r: "histogram" in r)):
        for family, rows in families(group, fits).items():
            yield plot(os.path.join(folder, "%s-%s-%d.svg" % (plot.__name__, family, number)), rows)
