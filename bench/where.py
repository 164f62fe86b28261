#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Where the instructions of a round trip go, function by function:

    bench/where.py [6.12|6.1]

A dom0 takes an event, rearms its port and notifies its other end in one ENTER,
again and again; meanwhile QEMU writes down each instruction for a while. Xen's
are counted together, as Debian strips it. Prints instructions for each round.
"""
import base64
import bisect
import collections
import gzip
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = ROOT + "/build/bench/bin/evtbench"
XEN = range(0xffff82d000000000, 0xffff830000000000)
ENOUGH = 64 << 20  # bytes of it: half a million instructions
TRACE = re.compile(r"^Trace \d+: \S+ \[\w+/(\w+)/")


def boot(kernel, name, mode, job, **env):
    """The lab's boot of a job, on one vCPU."""
    return subprocess.Popen(
        [ROOT + "/vm/boot.sh", "-k", kernel, "-n", name, "-a", mode, "-c", "1",
         "-K", "nokaslr", job],
        env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)


def job(folder, name, text):
    path = os.path.join(folder, name + ".sh")
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    return path


def kernel_symbols(kernel, folder):
    """(address, name, owner): the addresses are the same in every boot."""
    out, _ = boot(kernel, "where-symbols", "mt",
                  job(folder, "symbols", "gzip -9c /proc/kallsyms | base64\n")).communicate()
    lines = [l for l in out.split("\n") if re.fullmatch(r"[A-Za-z0-9+/=]{4,76}", l)]
    text = gzip.decompress(base64.b64decode("".join(lines))).decode("ascii")
    for line in text.split("\n"):
        field = line.split()
        if len(field) >= 3 and field[1] in "tTwW":
            yield (int(field[0], 16), field[2], "driver" if len(field) > 3 else "kernel")


def user_symbols():
    out = subprocess.run(["nm", PROGRAM], capture_output=True, text=True, check=True).stdout
    for line in out.split("\n"):
        field = line.split()
        if len(field) == 3:
            yield (int(field[0], 16), field[2], "user space")


def said(path, text):
    try:
        with open(path, "rb") as f:
            return text in f.read()
    except FileNotFoundError:
        return False


def order(monitor, command):
    """What comes before QEMU's prompt is there may get lost."""
    while not monitor.recv(4096).endswith(b"(qemu) "):
        pass
    monitor.send(command.encode() + b"\n")


def record(kernel, folder, log):
    """Lets the program run, and has QEMU write its instructions down."""
    monitor = os.path.join(folder, "monitor")
    guest = boot(kernel, "where", "icount", job(folder, "rounds", "evtbench run round/for-ever\n"),
                 EVTMMAP_QEMU="-monitor unix:%s,server,nowait -D %s" % (monitor, log))
    end = time.time() + 240
    while not said(ROOT + "/build/run/where/serial", b"rounds begin"):
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
        guest.communicate()


def count(log, symbols):
    """Function -> instructions, how many rounds they were, and the hypercalls."""
    symbols = sorted(symbols)
    starts = [s[0] for s in symbols]
    counts, rounds, hypercalls = collections.Counter(), 0, collections.Counter()
    with open(log, encoding="ascii", errors="replace") as f:
        for m in filter(None, map(TRACE.match, f)):
            address = int(m.group(1), 16)
            if address in XEN:
                counts["Xen", "all of it"] += 1
                continue
            start, name, owner = symbols[max(bisect.bisect_right(starts, address) - 1, 0)]
            counts[owner, name] += 1
            rounds += name == "evtchn_enter" and address == start
            # Before 6.12 one for each hypercall; then one for all of them.
            if name.startswith("xen_hypercall") and address == start:
                hypercalls[name] += 1
    return counts, rounds, hypercalls


def main():
    kernel = sys.argv[1] if len(sys.argv) > 1 else "6.12"
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        symbols = list(kernel_symbols(kernel, folder)) + list(user_symbols())
        record(kernel, folder, log)
        counts, rounds, hypercalls = count(log, symbols)
    if not rounds:
        sys.exit("where.py: no round in what was recorded")
    owners = collections.Counter()
    for (owner, _), n in counts.items():
        owners[owner] += n
    print("%.0f instructions a round, of %d rounds" % (sum(owners.values()) / rounds, rounds))
    for name, n in hypercalls.most_common():
        print("%.2f hypercalls a round by %s" % (n / rounds, name))
    for owner, n in owners.most_common():
        print("\n%-12s%8.0f" % (owner, n / rounds))
        for (who, name), m in counts.most_common():
            if who == owner and m / rounds >= 10:
                print("  %-40s%6.0f" % (name, m / rounds))


main()
