#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at goroutines that seem to hold locks and do not. Fails if one of them is said to, or to be stuck for good."""

import json
import pathlib
import subprocess
import sys
import tempfile

from toolchains import SKIP, accusations, build, builds, parser, toolchains

# The function a goroutine began with, or what it was started for, is its last frame.
QUERY = """select h.goroutine g, f.function f, h.evidence e, h.exact x from holds h
 join frames f on f.goroutine = h.goroutine where f.function like 'main.suspect%'"""


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
        return wrong + accusations(ask(goknot, "--json", pid)["findings"]), named
    finally:
        process.kill()
        process.wait()


def main():
    options = parser(__doc__).parse_args()
    found = toolchains(options)
    if not found:
        print("no Go here")
        return SKIP
    bad = False
    for version, form, go, flags in builds(options, found):
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
