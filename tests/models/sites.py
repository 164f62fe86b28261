#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
What the models stand for: sites.py [-p] [TREE]

A model says "code: FILE FUNCTION LETTERS" beside a step. Every lettered site
of the driver and the library must be named so, nothing may be named that is
not there, every letter must have a run whose model lacks it and fails, every
switch of a run must be one that a model knows, and every pair of letters needs
a litmus test that says Never and a weakened one that says Sometimes.

Prints file:line: what is wrong; with -p which site has which models.
"""
import glob
import importlib.util
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = "tests/models"
CODE = re.compile(r"code: (\S+) (\w+) ([A-Z](?: [A-Z])*)(?![\w])")
PARAMETERS = ("NPORT", "EVENTS", "NSLOTS", "NSEG", "FINDERS", "EAGER", "START")


def load(path):
    """A script of this tree as a module."""
    name = os.path.basename(path)[:-3]
    spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, path))
    module = importlib.util.module_from_spec(spec)
    argv, sys.argv = sys.argv, [path]
    spec.loader.exec_module(module)
    sys.argv = argv
    return module


ordering = load("../../tools/ordering.py")
functions = load("../static/functions.py").functions


def code_sites(tree):
    """(path, function, letter) -> its lines, counted from 1."""
    found = {}
    for pattern in ordering.SOURCES:
        for full in sorted(glob.glob(os.path.join(tree, pattern))):
            path = os.path.relpath(full, tree)
            text = ordering.read(tree, path)
            bodies = list(functions(text.split("\n"), False))
            for line, said in ordering.notes(text).items():
                name = next((n for n, begin, length in bodies
                             if begin < line <= begin + length), "?")
                for x in {x for x, _ in said}:
                    found.setdefault((path, name, x), []).append(line + 1)
    return found


def model_sites(tree):
    """(path, function, letter) -> where models name it."""
    found = {}
    for full in sorted(glob.glob(os.path.join(tree, MODELS, "*.pml")) +
                       glob.glob(os.path.join(tree, MODELS, "*.inc"))):
        with open(full, encoding="utf-8") as f:
            for n, text in enumerate(f, 1):
                for path, function, said in CODE.findall(text):
                    for x in said.split():
                        found.setdefault((path, function, x), []).append(
                            (os.path.basename(full), n))
    return found


def runs(tree):
    with open(os.path.join(tree, MODELS, "runs"), encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            if line.strip() and not line.startswith("#"):
                fields = [field.strip() for field in line.split("|")]
                yield n, fields + [""] * (6 - len(fields))


def check_sites(code, models):
    for (path, function, x), lines in sorted(code.items()):
        if (path, function, x) not in models:
            yield "%s:%d: %s in %s() has no model" % (path, lines[0], x, function)
    for (path, function, x), places in sorted(models.items()):
        if (path, function, x) not in code:
            yield "%s/%s:%d: there is no %s in %s() of %s" % (
                (MODELS,) + places[0] + (x, function, path))


def check_runs(tree, letters):
    source = "".join(ordering.read(tree, os.path.relpath(p, tree)) for p in sorted(
        glob.glob(os.path.join(tree, MODELS, "*.pml")) +
        glob.glob(os.path.join(tree, MODELS, "*.inc"))))
    tested = set(re.findall(r"#\s*ifn?def (\w+)|defined\((\w+)\)|^#define \w+\t(?=EAGER)",
                            source, re.M))
    known = {name for pair in tested for name in pair} | set(PARAMETERS)
    lacking, held = set(), set()
    for n, (name, model, verdict, said, switches, full) in runs(tree):
        where = "%s/runs:%d: %s" % (MODELS, n, name)
        if verdict not in ("holds", "ends", "holds long", "ends long", "fails", "spins"):
            yield "%s: no verdict %s" % (where, verdict)
        for switch in (switches + " " + full).split():
            if not re.fullmatch(r"-D\w+(=\d+)?", switch) or \
               switch[2:].split("=")[0] not in known:
                yield "%s: no model knows %s" % (where, switch)
        for x in said.split():
            if x not in letters:
                yield "%s: there is no letter %s" % (where, x)
        if verdict in ("fails", "spins"):
            lacking.update(said.split())
        else:
            held.add(model)
    for x in sorted(letters - lacking):
        yield "%s/runs:1: no run fails without %s" % (MODELS, x)
    for path in glob.glob(os.path.join(tree, MODELS, "*.pml")):
        if os.path.basename(path)[:-4] not in held:
            yield "%s: never shown to hold" % os.path.relpath(path, tree)


def check_litmus_file(where, name, text):
    if not re.match(r"C %s\n" % re.escape(name), text):
        yield "%s:1: does not begin with C %s" % (where, name)
    if text.count("{") != text.count("}") or text.count("(") != text.count(")"):
        yield "%s: brackets do not match" % where
    m = re.search(r"^exists \((.*)\)\s*\Z", text, re.M | re.S)
    if not m:
        yield "%s: no exists clause" % where
        return
    bodies = dict(re.findall(r"^P(\d)\(.*?\)\n\{\n(.*?)^\}", text, re.M | re.S))
    for p, register in re.findall(r"(\d):(\w+)=", m.group(1)):
        if not re.search(r"\b%s = " % register, bodies.get(p, "")):
            yield "%s: P%s sets no %s" % (where, p, register)


def check_litmus(tree, wanted):
    verdicts = {}
    for full in sorted(glob.glob(os.path.join(tree, MODELS, "litmus/*.litmus"))):
        where = os.path.relpath(full, tree)
        text = ordering.read(tree, where)
        yield from check_litmus_file(where, os.path.basename(full)[:-7], text)
        pairs = re.findall(r"^\(\* Pair: ([A-Z]) ([A-Z]) \*\)$", text, re.M)
        result = re.findall(r"^\(\* Result: (Never|Sometimes) \*\)$", text, re.M)
        if not pairs or len(result) != 1:
            yield "%s: needs one Result and a Pair" % where
            continue
        for pair in pairs:
            verdicts.setdefault(pair, set()).add(result[0])
    for x, y in sorted(wanted):
        for result in ("Never", "Sometimes"):
            if result not in verdicts.get((x, y), set()) | verdicts.get((y, x), set()):
                yield "%s/litmus: no test of %s and %s says %s" % (MODELS, x, y, result)


def show(code, models):
    for (path, function, x), lines in sorted(code.items()):
        print("%s:%s: %s in %s(): %s" % (
            path, ",".join(map(str, lines)), x, function,
            " ".join("%s:%d" % place for place in models.get((path, function, x), []))))


def main():
    arguments = [a for a in sys.argv[1:] if a != "-p"]
    tree = arguments[0] if arguments else os.path.join(HERE, "../..")
    code, models = code_sites(tree), model_sites(tree)
    if "-p" in sys.argv:
        show(code, models)
    letters = {x for _, _, x in code}
    checker = ordering.Checker(tree)
    faults = list(check_sites(code, models)) + list(check_runs(tree, letters)) + \
        list(check_litmus(tree, checker.explained()))
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults or not code else 0


if __name__ == "__main__":
    sys.exit(main())
