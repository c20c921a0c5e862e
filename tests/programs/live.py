#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at the running programs of this folder with goknot, in every way of building them and for every Go release to be
had. What it says is compared with expect.json, and every goroutine, frame and argument with what the program says of
itself (runtime.Stack). Ends with a table of releases and ways of building."""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import select
import subprocess
import sys
import tempfile
import time

import building
import check
import matrix
import tracebacks

SKIP = 77  # what ctest takes for "skipped"
READY_SECONDS = 180
READ_SECONDS = 120
MOST_COMPLAINTS = 8


def make_parser(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--goknot", type=pathlib.Path, default=matrix.ROOT / "build" / "release" / "goknot")
    parser.add_argument("--out", type=pathlib.Path, default=matrix.ROOT / "build" / "dumps",
                        help="where the programs are built")
    parser.add_argument("--cut", action="store_true", help="a few programs with the machine's Go only")
    parser.add_argument("--go", action="append", default=[], metavar="1.NN", help="only these releases")
    parser.add_argument("--build", action="append", default=[], choices=matrix.BUILDS, help="only built so")
    parser.add_argument("--all-programs", action="store_true", help="build every program in every way")
    parser.add_argument("--online", action="store_true", help="fetch releases that are not here")
    parser.add_argument("--keep", action="store_true", help="keep what was built")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("program", nargs="*")
    return parser


class Skipped(Exception):
    """Why a program cannot be looked at."""


class Running:
    """A program that has said `ready`, until the end of the block."""

    def __init__(self, program, binary, truth_path):
        self.program, self.binary, self.truth_path = program, binary, truth_path

    def __enter__(self):
        env = {**os.environ, "GODEBUG": "", **self.program.expect.get("env", {}), "GOTRACEBACK": self.traceback}
        command = [self.binary, *self.program.expect.get("args", []), "-truth", self.truth_path]
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, **self.start_options)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    @property
    def start_options(self):
        return {"preexec_fn": no_core}

    @property
    def traceback(self):
        return "all"

    def wait_until_ready(self):
        said, deadline = b"", time.monotonic() + READY_SECONDS
        while b"ready\n" not in said:
            if not select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Skipped(f"not ready after {READY_SECONDS} s: {said[-200:]!r}")
            more = os.read(self.process.stdout.fileno(), 4096)
            if not more:
                status = self.process.wait()
                raise Skipped("not to be had with this release" if status == 4 else
                              f"ended with status {status}: {said[-300:]!r}")
            said += more

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def pid(self):
        return self.process.pid


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class LiveForm:
    """What check.Case wants to know of a form."""

    name, format, suffix = "live", "memory", ""
    is_profile, repeats, has_system = False, False, True


def summary(report):
    """The outcome, and the findings by what they say."""
    findings = [(f["rule"], f["grade"], f["shape"], f["fingerprint"]) for f in report["findings"]]
    return report["verdict"]["outcome"], sorted(findings)


class LiveCase(check.Case):
    """One running program, and the complaints about what goknot says of it."""

    way = "live"

    def __init__(self, version, program, build):
        super().__init__(None, version, program, LiveForm(), None)
        self.build, self.skipped, self.goroutines, self.weaker = build, None, 0, False

    def run(self, goknot, binary):
        with tempfile.TemporaryDirectory(prefix="goknot-live-") as folder:
            truth_path = pathlib.Path(folder) / "truth"
            try:
                with Running(self.program, binary, truth_path) as running:
                    self.truth_text = truth_path.read_text(errors="replace")
                    self.look(goknot, running.pid)
            except Skipped as reason:
                self.skipped = str(reason)
        return self

    def look(self, goknot, target):
        try:
            self.check_report(goknot, target)
            self.check_stacks(goknot, target)
        except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
            self.complaints.append(f"no report: {type(error).__name__} {error}")

    def check_report(self, goknot, target):
        done = subprocess.run([goknot, "--json", str(target)], capture_output=True, timeout=READ_SECONDS)
        report = json.loads(done.stdout)
        if "error" in report or done.returncode not in (0, 1):
            self.complaints.append(f"exit status {done.returncode}: {report.get('error')}")
            return
        self.expect("origin.format", "memory", report["origin"]["format"])
        self.expect("origin.go_version", self.version, re.sub(r"[ -]X:.*", "", report["origin"]["go_version"] or ""))
        self.expect("gaps", [], [f"{gap['where']}: {gap['what']}" for gap in report.get("gaps", [])])
        self.check_live_counts(report["counts"])
        self.check_diagnosis(report)
        self.check_exit_status(report["verdict"], done.returncode)
        self.check_names(goknot, target)
        self.check_saved(goknot, target, report)

    def check_names(self, goknot, target):
        """What people call the objects: fields everywhere, variables where the file tells of them."""
        expected = self.program.expect
        wanted = set(expected.get("names", []))
        if self.build.has_symbols:
            wanted |= {*expected.get("symbols", []), *expected.get("fields", [])}
        if not wanted:
            return
        done = subprocess.run([goknot, "sql", "--json", str(target), "select name from objects"], capture_output=True,
                              timeout=READ_SECONDS)
        names = {row["name"] for row in json.loads(done.stdout)["rows"]}
        self.expect("objects without their names", [], sorted(wanted - names))

    def check_saved(self, goknot, target, report):
        """A saved snapshot is diagnosed like the program, and answers the same questions."""
        told = self.program.expect.get("told", []) + self.program.expect.get(f"told_{self.way}", [])
        if not told and self.build.name != "plain":
            return
        with tempfile.TemporaryDirectory(prefix="goknot-saved-") as folder:
            saved = pathlib.Path(folder) / "saved.pb.gz"
            subprocess.run([goknot, "save", str(target), "-o", saved], check=True, timeout=READ_SECONDS)
            done = subprocess.run([goknot, "--json", saved], capture_output=True, timeout=READ_SECONDS)
            self.expect("diagnosis of the saved snapshot", summary(report), summary(json.loads(done.stdout)))
            for question in told:
                for where in (target, saved):
                    done = subprocess.run([goknot, "sql", "--json", str(where), question], capture_output=True,
                                          timeout=READ_SECONDS)
                    if not json.loads(done.stdout).get("rows"):
                        self.complaints.append(f"{where}: no answer to {question}")

    def check_diagnosis(self, report):
        """Memory tells all that expect.json asks for; what a dump's text would tell, too, is noted as weaker."""
        expected, outcome = self.program.expect, report["verdict"]["outcome"]
        if expected.get("never"):
            super().check_diagnosis(report)
        elif outcome in expected["outcome_any"]:
            if outcome in ("deadlock", "leak", "contention"):
                self.check_findings(expected, report["findings"])
        elif outcome in expected.get("text", {}).get("outcome_any", ()):
            self.weaker = True
        else:
            self.complaints.append(f"outcome: expected one of {expected['outcome_any']}, got {outcome}")

    def check_live_counts(self, counts):
        truth = tracebacks.parse(self.truth_text)
        self.goroutines = len(truth)
        self.expect("goroutines - system", len(truth), counts["goroutines"] - counts["system"])
        wanted = collections.Counter(re.sub(r",.*| labels:\{.*", "", g.state) for g in truth.values())
        # It was running while it wrote down its truth, and sleeps now.
        wanted["running"] -= 1
        wanted["sleep"] += 1
        have = counts["by_status"]
        self.expect("states missing", {}, {state: n for state, n in wanted.items() if have.get(state, 0) < n})

    def check_stacks(self, goknot, target):
        done = subprocess.run([goknot, "dump", str(target)], capture_output=True, timeout=READ_SECONDS)
        if done.returncode != 0:
            self.complaints.append(f"dump: exit status {done.returncode}: {done.stderr[-300:]!r}")
            return
        truth, seen = tracebacks.parse(self.truth_text), tracebacks.parse(done.stdout.decode(errors="replace"))
        author = next(iter(truth))  # runtime.Stack begins with whoever calls it
        for number, goroutine in truth.items():
            if number not in seen:
                self.complaints.append(f"goroutine {number} is missing")
            elif number != author:
                self.complaints += [f"goroutine {number}: {words}"
                                    for words in tracebacks.differences(goroutine, seen[number])]


def toolchains(options):
    if options.cut:
        machine = matrix.machine_toolchain()
        return [machine] if machine else []
    return [t for t in matrix.all_toolchains(not options.online) if not options.go or f"1.{t.minor}" in options.go]


def chosen_builds(options, program):
    """Every program is built plainly, some in all ways."""
    varied = options.all_programs or options.program or program.name in matrix.VARIED_PROGRAMS
    if options.build:
        return [matrix.BUILDS[name] for name in options.build if varied or name == "plain"]
    if options.cut:
        return [matrix.BUILDS[name] for name in ("plain", "stripped_pie")]
    return list(matrix.BUILDS.values()) if varied else [matrix.BUILDS["plain"]]


def run_all(program, toolchain, options, make_case):
    """The cases of one program and release, in every way of building."""
    done = []
    for build in chosen_builds(options, program):
        case = make_case(toolchain.version, program, build)
        done.append(case)
        case.skipped = program.cannot_build(toolchain) or build.cannot_build(program, toolchain)
        if case.skipped:
            continue
        binary = building.build(program, toolchain, build, options.out)
        if not binary:
            case.skipped = "does not build"
            continue
        case.run(options.goknot, binary)
        if build.name != "plain" and not options.keep:
            binary.unlink()
    return done


def print_table(done):
    """One line per release, one column per way of building: passed/failed/skipped."""
    cells = collections.defaultdict(lambda: [0, 0, 0])
    for case in done:
        cells[case.version, case.build.name][2 if case.skipped else 1 if case.complaints else 0] += 1
    builds = [name for name in matrix.BUILDS if any(case.build.name == name for case in done)]
    width = max(map(len, builds)) + 2
    print(f"{done[0].way}: passed/failed/skipped")
    print(f"{'':12}" + "".join(f"{name:>{width}}" for name in builds))
    for version in dict.fromkeys(case.version for case in done):
        row = ["/".join(map(str, cells[version, name])) if (version, name) in cells else "-" for name in builds]
        print(f"{version:12}" + "".join(f"{cell:>{width}}" for cell in row))


def print_skipped(done):
    reasons = collections.defaultdict(list)
    for case in done:
        if case.skipped:
            reasons[case.program.name, case.build.name, case.skipped].append(case.version)
    for (program, build, reason), versions in sorted(reasons.items()):
        print(f"skipped: {program} {build} ({', '.join(versions)}): {reason}")


def print_failed(done):
    for case in done:
        if not case.complaints or case.skipped:
            continue
        print(f"\n{case.version} {case.program.name} {case.build.name}")
        print("".join(f"  {complaint}\n" for complaint in case.complaints[:MOST_COMPLAINTS]), end="")
        if len(case.complaints) > MOST_COMPLAINTS:
            print(f"  ... and {len(case.complaints) - MOST_COMPLAINTS} more")


def can_run_alive(program):
    """Programs that the runtime ends by itself cannot be looked at while they run."""
    return program.expect.get("forms") != ["fatal"]


def check_all(options, make_case):
    options.out = options.out.resolve()
    if not options.goknot.exists():
        print(f"skipped: {options.goknot} is not built")
        return SKIP
    programs = matrix.programs(options.program or (matrix.CUT_PROGRAMS if options.cut else ()))
    found = toolchains(options)
    if not found:
        print("skipped: no Go here")
        return SKIP
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(run_all, p, t, options, make_case) for t in found for p in programs if can_run_alive(p)]
        done = [case for job in jobs for case in job.result()]
    print_failed(done)
    print_skipped(done)
    print_table(done)
    failed = [case for case in done if case.complaints]
    looked = [case for case in done if not case.skipped]
    print(f"{len(looked) - len(failed)} of {len(looked)} programs ({done[0].way}) are read and explained as they should be; "
          f"{sum(case.goroutines for case in looked)} goroutines compared; of {sum(case.weaker for case in looked)} no "
          "more is said than the text of a dump would tell")
    return 1 if failed else 0


def main():
    return check_all(make_parser(__doc__.splitlines()[0]).parse_args(), LiveCase)


if __name__ == "__main__":
    sys.exit(main())
