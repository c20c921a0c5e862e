#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at goroutines that seem to hold locks and do not. Fails if one of them is said to, or to be stuck for good."""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from toolchains import HERE, ROOT, SKIP, build, toolchains

FORMS = [("", []), (" stripped", ["-ldflags=-s -w"]), (" -N -l", ["-gcflags=-N -l"])]
# The function a goroutine began with, or what it was started for, is its last frame.
QUERY = """select h.goroutine g, f.function f, h.evidence e, h.exact x from holds h
 join frames f on f.goroutine = h.goroutine where f.function like 'main.suspect%'"""


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goknot", type=pathlib.Path, default=ROOT / "build" / "release" / "goknot")
    parser.add_argument("--go", action="append", default=[], metavar="1.NN", help="these releases, not the machine's Go")
    parser.add_argument("--all-releases", action="store_true", help="each Go release that is here")
    parser.add_argument("--forms", action="store_true", help="stripped and without optimisation, too")
    return parser.parse_args()


def ask(goknot, *words):
    return json.loads(subprocess.run([goknot, *words], stdout=subprocess.PIPE, text=True).stdout)


def innocent(row):
    """A suspect may have a lock of its own that nobody else wants."""
    return row["f"] in ("main.suspectAnotherObject", "main.suspectAnotherElement", "main.suspectPointerMovedOn")


def look(goknot, program):
    """(what was said wrongly, how many keepers were named)"""
    process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()
        pid = str(process.pid)
        wrong = [row for row in ask(goknot, "sql", "--json", pid, QUERY)["rows"] if not innocent(row)]
        named = ask(goknot, "sql", "--json", pid, "select count(*) n from holds")["rows"][0]["n"]
        for finding in ask(goknot, "--json", pid)["findings"]:
            if finding["severity"] in ("deadlock", "leak") and finding["grade"] in ("likely", "proved"):
                wrong.append("%s %s: %s" % (finding["grade"], finding["rule"], finding["title"]))
        return wrong, named
    finally:
        process.kill()
        process.wait()


def main():
    options = parse_arguments()
    found = toolchains(options)
    if not found:
        print("no Go here")
        return SKIP
    bad = False
    for version, go in found:
        for form, flags in FORMS if options.forms else FORMS[:1]:
            with tempfile.TemporaryDirectory() as folder:
                program = build(go, "lookalikes", pathlib.Path(folder), flags)
                wrong, named = look(options.goknot, program)
            print("%s%s: %d locks with a holder, %d accusations" % (version, form, named, len(wrong)))
            for row in wrong:
                print("    ", row)
            # Nobody is accused where nothing is seen; that would prove nothing.
            bad = bad or bool(wrong) or named < 20
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
