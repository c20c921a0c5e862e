#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py GOKNOT FOLDER...: runs the golden cases below the folders through the real program.

A case is a folder with a file `args`: one command line, run in that folder. INPUT stands for the file input.* there,
`< INPUT` at the end gives it on standard input, and `2>&1` adds standard error. want.txt is what the program prints,
then a line `exit status N`. GOKNOT_UPDATE_GOLDEN=1 writes the files instead of comparing them.
"""
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys

TIMEOUT_SECONDS = 120
# What differs from run to run.
VARYING = [
    (re.compile(r"\bin (?:under )?\d+(?:\.\d+)? (?:ns|µs|us|ms|s)\b"), "in N ms"),
    (re.compile(r'("read_seconds": ?)[-+.e\d]+'), r"\1N"),
]


def environment():
    """The caller's environment without what would change the output."""
    dropped = {"COLUMNS", "LINES", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "PAGER"}
    kept = {name: value for name, value in os.environ.items()
            if name not in dropped and not name.startswith("GOKNOT_") and not name.lower().endswith("_proxy")}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color"}


def input_of(case):
    """The name of the input file of a case, or None."""
    inputs = sorted(case.glob("input.*"))
    if len(inputs) > 1:
        sys.exit(f"{case}: more than one input.*; name them in args instead")
    return inputs[0].name if inputs else None


def run(goknot, case):
    """What the program prints for a case, made comparable, and its standard error."""
    words = shlex.split((case / "args").read_text(encoding="utf-8"))
    words = [word.replace("INPUT", input_of(case) or "INPUT") for word in words]
    merge = "2>&1" in words
    words = [word for word in words if word != "2>&1"]
    stdin = subprocess.DEVNULL
    if "<" in words:
        at = words.index("<")
        stdin = open(case / words[at + 1], "rb")
        del words[at:at + 2]
    done = subprocess.run([goknot, *words], cwd=case, env=environment(), stdin=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT if merge else subprocess.PIPE, timeout=TIMEOUT_SECONDS)
    text = done.stdout.decode("utf-8", errors="backslashreplace")
    for pattern, replacement in VARYING:
        text = pattern.sub(replacement, text)
    text = text.replace(str(case), ".")
    if text and not text.endswith("\n"):
        text += "\n"
    return text + f"exit status {done.returncode}\n", (done.stderr or b"").decode("utf-8", errors="backslashreplace")


def check(goknot, case):
    """Compares one case with its want.txt; returns whether it is right."""
    want_file = case / "want.txt"
    try:
        got, complaints = run(goknot, case)
    except subprocess.TimeoutExpired:
        print(f"{case}: no end after {TIMEOUT_SECONDS} s")
        return False
    if os.environ.get("GOKNOT_UPDATE_GOLDEN") == "1":
        want_file.write_text(got, encoding="utf-8", newline="")
        return True
    if not want_file.exists():
        print(f"{case}: there is no want.txt; GOKNOT_UPDATE_GOLDEN=1 writes it")
        return False
    want = want_file.read_bytes().decode("utf-8", errors="backslashreplace")
    if got == want:
        return True
    diff = difflib.unified_diff(want.splitlines(True), got.splitlines(True), f"{case}/want.txt", "the program's output")
    sys.stdout.writelines(line if line.endswith("\n") else line + "\n\\ no end of line\n" for line in diff)
    if complaints:
        print(f"standard error:\n{complaints[-4000:]}")
    return False


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    goknot = str(pathlib.Path(sys.argv[1]).resolve())
    cases = sorted(args.parent.resolve() for folder in sys.argv[2:] for args in pathlib.Path(folder).rglob("args"))
    failed = [case for case in cases if not check(goknot, case)]
    print(f"{len(cases)} cases, {len(failed)} failed")
    for case in failed:
        print(f"  {case}")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
