#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every stored dump with goknot and compares: counts with the program's own truth and with the dump's
headers, the name of the format, and the diagnosis with expect.json. Prints a table of what holds."""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import matrix

SKIP = 77  # what ctest takes for "skipped"
READ_SECONDS = 120
ACCUSING = {"deadlock", "leak", "contention", "suspicious"}
WAITING = re.compile(rb"^(?P<head>goroutine \d+ [^\[\n]*\[)(?P<state>(?!running|runnable|idle|copystack|preempted)[^\],\n]+)"
                     rb"(?!, \d+ minutes)(?=[\],])", re.MULTILINE)
HEADER = re.compile(r"^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[([^\],]*)")


def parse_arguments():
    parser = argparse.ArgumentParser(description="Compares what goknot says with what is true.")
    parser.add_argument("--goknot", type=pathlib.Path, default=matrix.ROOT / "build" / "release" / "goknot")
    parser.add_argument("--out", type=pathlib.Path, default=matrix.ROOT / "build" / "dumps",
                        help="where make_dumps has put the dumps")
    parser.add_argument("--make", action="store_true", help="make the dumps first")
    parser.add_argument("--cut", action="store_true", help="a few programs with the machine's Go only")
    parser.add_argument("--go", action="append", default=[], metavar="1.NN", help="only these releases")
    parser.add_argument("--form", action="append", default=[], choices=matrix.FORMS, help="only these forms")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("program", nargs="*")
    return parser.parse_args()


def aged(dump):
    """The same dump as it would be after five minutes in which nothing moved."""
    return WAITING.sub(rb"\g<head>\g<state>, 5 minutes", dump)


def states_in_text(path):
    """State words of all goroutine headers, found without any of goknot's cleverness."""
    states = collections.Counter()
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            header = HEADER.match(line)
            if header:
                states[re.sub(r" \(scan\)| labels:\{.*", "", header.group(1))] += 1
    return dict(states)


class Case:
    """One dump, what it must say, and the complaints about what goknot says of it."""

    def __init__(self, path, version, program, form, truth):
        self.path, self.version, self.program, self.form, self.truth = path, version, program, form, truth
        self.complaints = []

    def expect(self, what, wanted, got):
        if wanted != got:
            self.complaints.append(f"{what}: expected {wanted}, got {got}")

    def check(self, goknot):
        """Gives itself, with complaints."""
        report = self.read(goknot, self.path)
        if not report:
            return self
        self.check_origin(report["origin"])
        self.check_counts(report["counts"])
        if self.form.repeats:
            return self
        self.check_diagnosis(report, fresh=not self.form.is_profile)
        if not self.form.is_profile:
            with tempfile.NamedTemporaryFile(suffix=".txt") as later:
                later.write(aged(self.path.read_bytes()))
                later.flush()
                report = self.read(goknot, later.name)
            if report:
                self.check_diagnosis(report, fresh=False)
        return self

    def read(self, goknot, path):
        """The report of a dump; None with a complaint."""
        try:
            done = subprocess.run([goknot, "--json", path], capture_output=True, timeout=READ_SECONDS)
            report = json.loads(done.stdout)
        except (subprocess.TimeoutExpired, ValueError, OSError) as error:
            self.complaints.append(f"no report: {type(error).__name__} {error}")
            return None
        if "error" in report or done.returncode not in (0, 1):
            self.complaints.append(f"exit status {done.returncode}: {report.get('error')}")
            return None
        self.check_exit_status(report["verdict"], done.returncode)
        return report

    def check_origin(self, origin):
        self.expect("origin.format", self.program.expect.get("format", self.form.format), origin["format"])
        # In text only what changed the format tells the release; a claim to be exact must be right.
        if origin.get("go_version") and origin.get("go_version_exact"):
            self.expect("origin.go_version", self.version, origin["go_version"])

    def check_counts(self, counts):
        states = dict(counts["by_status"])
        self.expect("sum of by_status", counts["goroutines"], sum(states.values()))
        if self.form.is_profile:
            # The leak profile shows the leaked ones only.
            leaked = sum(n for state, n in self.truth["by_status"].items() if "(leaked)" in state)
            total = leaked if self.form.name.startswith("leak") else self.truth["goroutines"]
            self.expect("by_status", {"unknown": total}, states)
            return
        self.expect("by_status of the headers", states_in_text(self.path), states)
        if not self.form.repeats and self.form.name not in self.program.expect.get("unsure", ()):
            self.check_truth(counts, states)

    def check_truth(self, counts, states):
        wanted = collections.Counter(self.truth["by_status"])
        if self.form.has_system:
            # The program sleeps while the signal comes; what the runtime adds must be told apart.
            wanted["running"] -= 1
            wanted["sleep"] += 1
            missing = {state: n for state, n in wanted.items() if states.get(state, 0) < n}
            self.expect("states missing", {}, missing)
        else:
            self.expect("by_status of the truth", dict(wanted), states)
        self.expect("goroutines - system", self.truth["goroutines"], counts["goroutines"] - counts["system"])

    def check_diagnosis(self, report, fresh=False):
        expected = dict(self.program.expect)
        if not self.form.is_profile:
            expected.update(expected.get("text", {}))
        outcome, findings = report["verdict"]["outcome"], report["findings"]
        if expected.get("never"):
            if outcome in ACCUSING:
                blamed = [f"{f['rule']}/{f['grade']}" for f in findings]
                self.complaints.append(f"accused of {outcome}, but healthy: {blamed}")
            return
        allowed = list(expected["outcome_any"])
        if self.form.is_profile or fresh:
            # Without states, ids and arguments a profile may well be silent; and so may a dump in which nobody has
            # waited for a minute while somebody else, such as the main goroutine here, could still act.
            allowed += ["suspicious", "healthy", "unknown"]
        if outcome not in allowed:
            self.complaints.append(f"outcome: expected one of {allowed}, got {outcome}")
        if not self.form.is_profile and outcome in ("deadlock", "leak", "contention"):
            self.check_findings(expected, findings)

    def check_findings(self, expected, findings):
        rules = expected.get("rules_any")
        if rules and not any(f["rule"] in rules for f in findings):
            self.complaints.append(f"rule: expected one of {rules}, got {[f['rule'] for f in findings]}")
            return
        named = [f for f in findings if not rules or f["rule"] in rules]
        shape = expected.get("shape")
        if shape and not any(f["shape"] == shape for f in named):
            self.complaints.append(f"shape: expected {shape}, got {[f['shape'] for f in named]}")
        functions = expected.get("roots_functions")
        blamed = [culprit["function"] for f in named for culprit in f["culprits"]]
        if functions and not any(function in blamed for function in functions):
            self.complaints.append(f"culprits: expected one of {functions}, got {blamed[:5]}")

    def check_exit_status(self, verdict, status):
        self.expect("exit status", int(verdict["outcome"] in ("deadlock", "leak")), status)


def cases(options):
    """All dumps that are there, by release and program."""
    programs = matrix.programs(options.program or (matrix.CUT_PROGRAMS if options.cut else ()))
    machine = matrix.machine_toolchain() if options.cut else None
    folders = [path for path in options.out.glob(machine.version if machine else "go1.*") if path.is_dir()]
    found = []
    for folder in sorted(folders, key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)]):
        if options.go and not any(folder.name.startswith(f"go{go}.") for go in options.go):
            continue
        for program in programs:
            found += program_cases(options, folder.name, program)
    return found


def program_cases(options, version, program):
    truth_path = matrix.truth_path(options.out, version, program)
    if not truth_path.exists():
        return []
    truth = json.loads(truth_path.read_text())
    paths = [(form, matrix.dump_path(options.out, version, program, form)) for form in matrix.FORMS.values()
             if not options.form or form.name in options.form]
    return [Case(path, version, program, form, truth) for form, path in paths if path.exists()]


def print_table(done):
    """One line per release and program, one column per form: ok, FAIL, or nothing if there is no such dump."""
    columns = [name for name in matrix.FORMS if any(case.form.name == name for case in done)]
    print(f"{'':38}" + " ".join(f"{name:7}" for name in columns))
    rows = collections.defaultdict(dict)
    for case in done:
        rows[case.version, case.program.name][case.form.name] = "FAIL" if case.complaints else "ok"
    for (version, program), cells in rows.items():
        print(f"{version:10} {program:27}" + " ".join(f"{cells.get(name, ''):7}" for name in columns).rstrip())


def make_dumps(options):
    command = [sys.executable, matrix.HERE / "make_dumps", "--out", options.out, "--jobs", str(options.jobs)]
    command += ["--cut"] if options.cut else []
    command += [word for go in options.go for word in ("--go", go)]
    return subprocess.run(command + options.program).returncode


def main():
    options = parse_arguments()
    if not options.goknot.exists():
        print(f"skipped: {options.goknot} is not built")
        return SKIP
    made = make_dumps(options) if options.make else 0
    if made == SKIP:
        return SKIP
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        done = list(pool.map(lambda case: case.check(options.goknot), cases(options)))
    if not done:
        print(f"skipped: no dumps in {options.out}")
        return SKIP
    print_table(done)
    failed = [case for case in done if case.complaints]
    for case in failed:
        print(f"\n{case.path}")
        print("".join(f"  {complaint}\n" for complaint in case.complaints), end="")
    print(f"\n{len(done) - len(failed)} of {len(done)} dumps are read and explained as they should be")
    return 1 if failed or made else 0


if __name__ == "__main__":
    sys.exit(main())
