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


def costs(path, group):
    """What an event costs each subject, as bars."""
    rows = [(results.name(next(iter(row.values()))), row) for (_, metric), row in group.items()
            if metric in ("instructions_per_event", "ns_per_event")]
    if not rows:
        return None
    subjects = sorted({s for _, row in rows for s in row}, key=lambda s: (s == "evtmmap", s))
    unit = next(iter(rows[0][1].values()))["unit"]
    text = "set style data histograms\nset style fill solid 0.8\nset logscale y\n" \
           "set xtics rotate by -40 noenhanced\nset ylabel %s\nset key top right\n" \
           "set bmargin 9\nplot " % quoted(unit + " for each event")
    text += ", ".join("'-' using 2:xtic(1) title %s" % quoted(s) for s in subjects) + "\n"
    for s in subjects:
        text += data((quoted(name), row[s]["median"] if s in row else "NaN")
                     for name, row in rows)
    return gnuplot(path, 480, text)


def tail(histogram):
    """(one in so many is above, value), up to the last one."""
    total, seen = sum(n for _, n in histogram), 0
    for value, n in histogram:
        yield total / (total - seen), value
        seen += n


def latencies(path, group):
    """Every latency's distribution, the tail drawn out."""
    lines = [("%s %s" % (results.name(r), r["subject"]), r) for row in group.values()
             for r in row.values() if "histogram" in r]
    if not lines:
        return None
    text = "set logscale xy\nset xlabel 'one in ... is above'\nset ylabel %s\n" \
           "set key outside below noenhanced\nplot " % quoted(lines[0][1]["unit"])
    text += ", ".join("'-' with steps lw 2 title '%s'" % name for name, _ in lines) + "\n"
    text += "".join(data(tail(r["histogram"])) for _, r in lines)
    return gnuplot(path, 400 + 12 * len(lines), text)


def draw(folder, number, group):
    """The plots there are something for."""
    for name, plot in (("costs", costs), ("latencies", latencies)):
        svg = plot(os.path.join(folder, "%s-%d.svg" % (name, number)), group)
        if svg:
            yield svg
