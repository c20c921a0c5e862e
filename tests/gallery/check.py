#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at the running modes of the gallery: what gets stuck must be found, once, and blamed on the right function;
what is healthy must not be accused, however often one looks."""

import argparse
import collections
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

SKIP = 77  # what ctest takes for "skipped"
READ_SECONDS = 120
ACCUSING = {"deadlock", "leak"}
STRIP = "-ldflags=-s -w"
BUILDS = {"plain": [], "stripped": [STRIP], "pie": ["-buildmode=pie", STRIP], "cgo": [],
          "unoptimised": ["-gcflags=all=-N -l"]}
LOOKS_AT_A_BUG = 3


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--goknot", type=pathlib.Path, default=ROOT / "build" / "release" / "goknot")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build" / "gallery", help="where it is built")
    parser.add_argument("--go", default="go", help="the go command to build with")
    parser.add_argument("--build", choices=BUILDS, default="plain")
    parser.add_argument("--looks", type=int, default=1, help="at each healthy mode")
    parser.add_argument("--every", type=int, default=1, help="take one mode of so many")
    parser.add_argument("--show", action="store_true", help="print what a person sees of each failure")
    parser.add_argument("part", choices=["bugs", "healthy"])
    parser.add_argument("mode", nargs="*")
    return parser.parse_args()


def build(options):
    """The path of the built gallery, or None with the compiler's words on standard error."""
    target = options.out.resolve() / options.build / options.part
    target.parent.mkdir(parents=True, exist_ok=True)
    env = dict(os.environ, GOFLAGS="", GOENV="off", GOTOOLCHAIN="local", GOPROXY="off",
               CGO_ENABLED="1" if options.build == "cgo" else "0")
    done = subprocess.run([options.go, "build", "-o", target, *BUILDS[options.build], "./" + options.part],
                          cwd=HERE, env=env)
    return target if done.returncode == 0 else None


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Running:
    """A mode that has said `ready`, until the end of the block."""

    def __init__(self, binary, mode):
        self.command = [binary, mode]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, preexec_fn=no_core)
        for line in self.process.stdout:
            if line.startswith(b"ready"):
                return self.process.pid
        raise RuntimeError(f"ended with status {self.process.wait()}")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stdin.close()


def look(goknot, pid):
    done = subprocess.run([goknot, "--json", str(pid)], capture_output=True, timeout=READ_SECONDS)
    return json.loads(done.stdout)


def screen(goknot, pid):
    return subprocess.run([goknot, str(pid)], capture_output=True, text=True, timeout=READ_SECONDS).stdout


def accusations(report):
    return [f for f in report["findings"] if f["severity"] in ACCUSING and f["grade"] != "possible"]


def in_words(finding):
    blamed = ", ".join(f"{c['role']} {c['function']}:{c['line']}" for c in finding["culprits"][:3])
    return (f"{finding['rule']} {finding['grade']} {finding['severity']} {finding['shape']} "
            f"roots {finding['roots'][:4]} victims {finding['victims']['count']}: {blamed}")


def is_blamed(name, wanted):
    return any(re.fullmatch(re.escape(word) + r"(\.func\d.*|\.\d.*|\d.*)?", name) for word in wanted)


def complaints_about(bug, report):
    """What is wrong with what was found in a mode that is stuck."""
    if "error" in report:
        return [f"not read: {report['error']}"]
    found = accusations(report)
    if not found and "warning" in bug["severities"]:
        found = [f for f in report["findings"] if f["severity"] == "warning"]
    if not found:
        return [] if bug["unprovable"] else ["not found"]
    wrong = [f"{len(found)} findings"] if len(found) > 1 else []
    first = found[0]
    wrong += [f"shape {first['shape']}"] if first["shape"] not in bug["shapes"] else []
    wrong += [f"severity {first['severity']}"] if first["severity"] not in bug["severities"] else []
    wrong += ["not proved"] if bug["proved"] and first["grade"] != "proved" else []
    if not any(is_blamed(culprit["function"], bug["blame"]) for culprit in first["culprits"][:3]):
        wrong.append("blames another")
    holders = [culprit["function"] for culprit in first["culprits"] if culprit["role"] == "holds"]
    if bug["holders"] and not any(is_blamed(name, bug["holders"]) for name in holders):
        wrong.append("does not name the holder")
    return wrong


def check_bug(options, binary, bug):
    with Running(binary, bug["name"]) as pid:
        # Like a person, who looks again: a collection may come in between, and then nothing is proved.
        for _ in range(LOOKS_AT_A_BUG):
            report = look(options.goknot, pid)
            wrong = complaints_about(bug, report)
            if not wrong:
                break
        if wrong:
            print(f"{bug['name']}: {'; '.join(wrong)}")
            print("".join(f"    {in_words(f)}\n" for f in report.get("findings", [])), end="")
            if options.show:
                print(screen(options.goknot, pid))
        return wrong


def check_healthy(options, binary, mode):
    said = collections.Counter()
    with Running(binary, mode["name"]) as pid:
        for _ in range(options.looks):
            report = look(options.goknot, pid)
            for finding in report.get("findings", []):
                graver = finding["severity"] in ACCUSING and finding["grade"] != "possible"
                said["accused" if graver else "remark", in_words(finding)] += 1
            if "error" in report:
                said["accused", f"not read: {report['error']}"] += 1
        for (kind, words), count in said.items():
            print(f"{mode['name']}: {kind} in {count} of {options.looks} looks: {words}")
        if said and options.show:
            print(screen(options.goknot, pid))
    return [words for (kind, words) in said if kind == "accused"]


def main():
    options = parse_arguments()
    if not options.goknot.exists() or not shutil.which(options.go):
        print(f"skipped: no {options.go} or no {options.goknot}")
        return SKIP
    binary = build(options)
    if not binary:
        return 1
    modes = json.loads(subprocess.run([binary, "list"], stdout=subprocess.PIPE, check=True).stdout)
    modes = [mode for mode in modes if mode["name"] in options.mode] if options.mode else modes[::options.every]
    check = check_bug if options.part == "bugs" else check_healthy
    failed = [mode["name"] for mode in modes if check(options, binary, mode)]
    print(f"{options.part} {options.build}: {len(modes) - len(failed)} of {len(modes)} as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
