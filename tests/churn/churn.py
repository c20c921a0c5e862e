#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a program that never holds still again and again, and has every goroutine of every reading checked by the program
itself, which knows what each stack must look like. Fails if one stack is broken, if a goroutine that stays where it is
was missed, and if nothing ever had to be looked at again: then nothing was proved."""

import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SKIP = 77  # what ctest takes for "skipped"
READ_SECONDS = 120
ANCHORS = 1000


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goknot", type=pathlib.Path, default=ROOT / "build" / "release" / "goknot")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--all-releases", action="store_true", help="the time for each Go release that is here")
    parser.add_argument("--go", action="append", default=[], metavar="1.NN", help="only these releases")
    return parser.parse_args()


def toolchains(options):
    """[(version, path of go)]"""
    if not options.all_releases and not options.go:
        go = shutil.which("go")
        return [("the machine's Go", go)] if go else []
    command = [ROOT / "scripts" / "go-toolchains", "--offline", *options.go]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines]


def build(go, folder):
    env = dict(os.environ, GOFLAGS="", GOENV="off", GOTOOLCHAIN="local", GO111MODULE="off", CGO_ENABLED="0")
    subprocess.run([go, "build", "-o", folder / "churn", "main.go"], cwd=HERE, env=env, check=True)
    return folder / "churn"


class Readings:
    """Sums over all readings of one program."""

    def __init__(self):
        self.sums = collections.Counter()
        self.troubles = []
        self.longest_pause = 0.0

    def verify(self, goknot, churn, pid, *options):
        """One reading, every stack of which is checked."""
        dump = subprocess.Popen([goknot, "dump", *options, str(pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        checked = subprocess.run([churn, "-verify"], stdin=dump.stdout, capture_output=True, text=True,
                                 timeout=READ_SECONDS)
        said = dump.stderr.read().decode()
        if dump.wait() != 0:
            self.troubles.append(f"dump: exit status {dump.returncode}: {said}")
            return
        found = json.loads(checked.stdout)
        self.sums.update(found, readings=1)
        self.troubles += checked.stderr.splitlines()
        if found["anchors"] != ANCHORS:
            self.troubles.append(f"{found['anchors']} of {ANCHORS} goroutines that never move are there")

    def count(self, goknot, pid, *options):
        """One reading for what had to be looked at again, what was given up, and the longest pause."""
        done = subprocess.run([goknot, "--json", *options, str(pid)], stdout=subprocess.PIPE, timeout=READ_SECONDS)
        report = json.loads(done.stdout)
        if "error" in report:
            self.troubles.append(f"exit status {done.returncode}: {report['error']}")
            return
        self.sums["retries"] += report["origin"].get("looked_again", 0)
        self.longest_pause = max(self.longest_pause, report["origin"]["stopped_seconds"])
        if report["origin"]["stopped_seconds"] and not options:
            self.troubles.append("stops the program without being asked to")
        self.sums["counted"] += report["counts"]["goroutines"]
        for gap in report["gaps"]:
            number = gap["where"].split()[0]
            self.sums["gaps: " + gap["what"]] += int(number) if number.isdigit() else 1


def held_threads(pid):
    """Threads that somebody traces: nobody may be left behind."""
    held = []
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue  # it has ended
        if "TracerPid:\t0\n" not in text:
            held.append(status.parent.name)
    return held


def watch_births(process, rates):
    for line in process.stdout:
        if line.startswith("born "):
            rates.append(int(line.split()[1]))


def goes_on(readings, end, seconds):
    """On a busy machine the time may be over before anything was seen that proves something."""
    now = time.monotonic()
    proves_nothing = readings.sums["retries"] == 0 or readings.sums["ran"] == 0
    return now < end or (proves_nothing and now < end + 4 * seconds)


def run(options, version, go):
    with tempfile.TemporaryDirectory(prefix="goknot-churn-") as folder:
        churn = build(go, pathlib.Path(folder))
        process = subprocess.Popen([churn, "-anchors", str(ANCHORS)], stdout=subprocess.PIPE, text=True)
        try:
            process.stdout.readline()
            rates = []
            threading.Thread(target=watch_births, args=(process, rates), daemon=True).start()
            readings, end = Readings(), time.monotonic() + options.seconds
            while not readings.troubles and goes_on(readings, end, options.seconds):
                for flags in ([], ["--pause-running"]):
                    readings.verify(options.goknot, churn, process.pid, *flags)
                    readings.count(options.goknot, process.pid, *flags)
                held = held_threads(process.pid)
                if held:
                    readings.troubles.append(f"threads {held} are still held")
        finally:
            process.kill()
            process.wait()
    return verdict(version, readings, rates)


def verdict(version, readings, rates):
    sums = readings.sums
    rate = sum(rates) // len(rates) if rates else 0
    print(f"{version}: {sums['readings']} readings, {sums['goroutines']} goroutines with {sums['frames']} frames and "
          f"{sums['sure']} arguments checked, {sums['broken']} broken stacks; {sums['retries']} of {sums['counted']} "
          f"looked at again; {rate} goroutines born a second", flush=True)
    for name in sorted(name for name in sums if name.startswith("gaps: ")):
        print(f"  {sums[name]} {name}")
    print(f"  {sums['ran']} stacks of goroutines that ran, their threads held for {readings.longest_pause * 1000:.2g} ms "
          "at most")
    for trouble in readings.troubles[:20]:
        print(f"  {trouble}")
    if sums["retries"] == 0:
        print("  nothing had to be looked at again: this proves nothing")
    if sums["ran"] == 0:
        print("  no goroutine was held while it ran: this proves nothing")
    return not readings.troubles and sums["broken"] == 0 and sums["retries"] > 0 and sums["ran"] > 0


def main():
    options = parse_arguments()
    found = toolchains(options)
    if not options.goknot.exists() or not found:
        print("skipped: " + ("no Go here" if options.goknot.exists() else f"{options.goknot} is not built"))
        return SKIP
    fine = [run(options, version, go) for version, go in found]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
