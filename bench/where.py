#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Where the instructions of a round trip go, function by function:

    bench/where.py [-k 6.12|6.1] [-d ours|stock] [-n EVENTS] [-o FILE.json]
    bench/where.py table FILE.json...       as one Markdown table

A dom0 takes EVENTS events, rearms their ports and notifies their other ends in
one ENTER, again and again (with the in-tree driver one event, by read, write and
ioctl); meanwhile QEMU writes down each instruction for a while. Xen's are counted
together, as Debian strips it. Prints instructions for each event.
"""
import argparse
import base64
import bisect
import collections
import gzip
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

import whose

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = ROOT + "/build/bench/bin/evtbench"
XEN = range(0xffff82d000000000, 0xffff830000000000)
ENOUGH = 64 << 20  # bytes of it: half a million instructions
TRACE = re.compile(r"^Trace \d+: \S+ \[\w+/(\w+)/")
# One call of it is one round.
ROUND = {"ours": "evtchn_enter", "stock": "evtchn_read"}


JOB = """gzip -9c /proc/kallsyms | base64
evtbench run -e %d round/for-ever
"""


def record(args, folder, log):
    """Lets the program run, and has QEMU write its instructions down; what it said."""
    job, monitor = os.path.join(folder, "where.sh"), os.path.join(folder, "monitor")
    serial = ROOT + "/build/run/where/serial"
    if os.path.exists(serial):
        os.remove(serial)  # the last boot's
    with open(job, "w", encoding="ascii") as f:
        f.write(JOB % args.events)
    guest = subprocess.Popen(
        [ROOT + "/vm/boot.sh", "-k", args.kernel, "-d", args.driver, "-n", "where",
         "-a", "icount", job], stdout=subprocess.DEVNULL,
        env={**os.environ, "EVTMMAP_QEMU": "-monitor unix:%s,server,nowait -D %s" % (monitor, log)})
    end = time.time() + 600
    while "rounds begin" not in said(serial):
        if guest.poll() is not None or time.time() > end:
            sys.exit("where.py: the guest did not get there")
        time.sleep(0.5)
    time.sleep(1)
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(monitor)
        s.settimeout(60)
        order(s, "singlestep on")
        order(s, "log exec,nochain")
        while os.path.getsize(log) < ENOUGH and time.time() < end:
            time.sleep(0.2)
        order(s, "log none")
        order(s, "quit")
        guest.wait()
    return said(serial)


def kernel_symbols(text):
    """(address, name, owner), from what the guest said."""
    lines = re.findall(r"^([A-Za-z0-9+/=]{4,76})\r?$", text, re.M)
    for line in gzip.decompress(base64.b64decode("".join(lines))).decode("ascii").split("\n"):
        field = line.split()
        if len(field) >= 3 and field[1] in "tTwW":
            yield (int(field[0], 16), field[2], "driver" if len(field) > 3 else "kernel")


def user_symbols():
    out = subprocess.run(["nm", PROGRAM], capture_output=True, text=True, check=True).stdout
    for line in out.split("\n"):
        field = line.split()
        if len(field) == 3:
            yield (int(field[0], 16), field[2], "user space")


def said(path):
    try:
        with open(path, encoding="ascii", errors="replace") as f:
            return f.read()
    except FileNotFoundError:
        return ""


def order(monitor, command):
    """What comes before QEMU's prompt is there may get lost."""
    while not monitor.recv(4096).endswith(b"(qemu) "):
        pass
    monitor.send(command.encode() + b"\n")


def count(log, symbols, first):
    """(owner, function) -> instructions, of how many whole rounds; and hypercalls."""
    symbols = sorted(symbols)
    starts = [s[0] for s in symbols]
    counts, hypercalls, rounds, whole = collections.Counter(), collections.Counter(), -1, ()
    with open(log, encoding="ascii", errors="replace") as f:
        for m in filter(None, map(TRACE.match, f)):
            address = int(m.group(1), 16)
            if address in XEN:
                counts["Xen", "all of it"] += 1
                continue
            start, name, owner = symbols[max(bisect.bisect_right(starts, address) - 1, 0)]
            if name == first and owner == "driver" and address == start:
                rounds += 1
                if not rounds:
                    counts.clear()
                    hypercalls.clear()
                whole = counts.copy(), hypercalls.copy()
            counts[owner, name] += 1
            # Before 6.12 one for each hypercall; then one for all of them.
            if name.startswith("xen_hypercall") and address == start:
                hypercalls[name] += 1
    if rounds < 1:
        sys.exit("where.py: no round in what was recorded, but %s" % counts.most_common(5))
    return *whole, rounds


def measure(args):
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        text = record(args, folder, log)
        symbols = [*kernel_symbols(text), *user_symbols()]
        counts, hypercalls, rounds = count(log, symbols, ROUND[args.driver])
    events = rounds * args.events
    return {"kernel": args.kernel, "driver": args.driver, "events": args.events, "rounds": rounds,
            "hypercalls": {k: n / events for k, n in hypercalls.most_common()},
            "instructions": [[o, f, n / events] for (o, f), n in counts.most_common()]}


def show(found):
    print("%.0f instructions an event, of %d rounds of %d" % (
        sum(n for _, _, n in found["instructions"]), found["rounds"], found["events"]))
    for name, n in found["hypercalls"].items():
        print("%.2f hypercalls an event by %s" % (n, name))
    for owner, total in whose.owners(found):
        print("\n%-12s%8.0f" % (owner, total))
        for who, name, n in found["instructions"]:
            if who == owner and n >= 1:
                print("  %-40s%8.1f  %s" % (name, n, whose.part(who, name)))


def main():
    if sys.argv[1:2] == ["table"]:
        print(whose.table([json.load(open(p, encoding="ascii")) for p in sys.argv[2:]]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", dest="kernel", choices=("6.12", "6.1"), default="6.12")
    parser.add_argument("-d", dest="driver", choices=ROUND, default="ours")
    parser.add_argument("-n", dest="events", type=int, default=1)
    parser.add_argument("-o", dest="out")
    args = parser.parse_args()
    if args.driver == "stock":
        args.events = 1
    found = measure(args)
    show(found)
    if args.out:
        with open(args.out, "w", encoding="ascii") as f:
            json.dump(found, f)


main()
