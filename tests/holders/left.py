#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at locks that nobody seems to hold. Those of the programs kept_* will be released one day: fails if one is called a
deadlock. Those of lost_* were left locked for good: fails if one is not."""

import json
import pathlib
import subprocess
import sys
import tempfile

from toolchains import HERE, SKIP, accusations, build_files, builds, parser, toolchains

# What they are written in is younger than some releases; and the one behind an HTTP server is not found from go1.14 to
# go1.16.
NEEDS = {"generic": 18, "generic_type": 18, "any_locker": 18, "try": 18, "behind_server": 17}


def parse_arguments():
    options = parser(__doc__)
    options.add_argument("--every", type=int, default=1, help="take one program of so many")
    options.add_argument("program", nargs="*", help="only these: kept_spin")
    return options.parse_args()


def look(goknot, program):
    process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()
        done = subprocess.run([goknot, "--json", str(process.pid)], stdout=subprocess.PIPE, text=True)
        return accusations(json.loads(done.stdout)["findings"])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def programs(options, version):
    minor = int(version.split(".")[1]) if version.startswith("go1.") else 99
    files = sorted(path for pattern in ("kept_*", "lost_*") for path in (HERE / "left").glob(pattern + ".go"))
    for path in files[::options.every]:
        wanted = not options.program or path.stem in options.program
        if wanted and minor >= NEEDS.get(path.stem.split("_", 1)[1], 0):
            yield path


def check(options, version, go, flags):
    """(how many were looked at, what is wrong)"""
    count, wrong = 0, []
    for path in programs(options, version):
        with tempfile.TemporaryDirectory() as folder:
            program = build_files(go, "left", ["common.go", path.name], pathlib.Path(folder), flags)
            said = look(options.goknot, program)
        count += 1
        if bool(said) != path.stem.startswith("lost_"):
            wrong.append(f"{path.stem}: {'; '.join(said) or 'not found'}")
    return count, wrong


def main():
    options = parse_arguments()
    found = toolchains(options)
    if not found:
        print("no Go here")
        return SKIP
    bad = False
    for version, form, go, flags in builds(options, found):
        count, wrong = check(options, version, go, flags)
        print("%s%s: %d of %d as they should be" % (version, form, count - len(wrong), count))
        for line in wrong:
            print("    ", line)
        bad = bad or bool(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
