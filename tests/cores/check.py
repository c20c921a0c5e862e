#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads cores of a program that ends in several ways, whole, cut, packed, without its file and with another one. Each must be
read as far as it goes, or refused in one sentence."""

import argparse
import json
import os
import pathlib
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "programs"))
import tracebacks  # noqa: E402

SKIP = 77  # what ctest takes for "skipped"
SECONDS = 120
REFUSED = 3
SPINNERS = 2
CHECKS = []


class Skipped(Exception):
    """Why something cannot be tried here."""


class Failed(Exception):
    """What was wrong."""


def check(function):
    """Registers a check: a function of a Bench."""
    CHECKS.append(function)
    return function


def allow_core():
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


class Bench:
    """What a check works with: a folder of its own, the program, goknot."""

    def __init__(self, goknot, folder):
        self.goknot, self.folder = goknot, folder

    def build(self, *flags, name="subject", **env):
        go = shutil.which("go")
        if not go:
            raise Skipped("no Go here")
        env = {**os.environ, "GOFLAGS": "", "GOENV": "off", "GOTOOLCHAIN": "local", "GO111MODULE": "off",
               "CGO_ENABLED": "0", **env}
        done = subprocess.run([go, "build", *flags, "-o", self.folder / name, "."], cwd=HERE / "subject", env=env,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Skipped(f"does not build: {done.stderr[-200:]}")
        return self.folder / name

    def core_of(self, *command, kill=None, ready=True, pattern="core*"):
        """The core that a program leaves; with `kill` a signal that ends it."""
        process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   env=dict(os.environ, GOTRACEBACK="crash"), preexec_fn=allow_core)
        try:
            if ready and process.stdout.readline() != b"ready\n":
                raise Failed(f"{command} did not become ready")
            if kill:
                process.send_signal(kill)
            process.wait(SECONDS)
        finally:
            process.kill()
            process.stdout.close()
        cores = list(self.folder.glob(pattern))
        if not cores:
            raise Skipped("the kernel writes no core here")
        return cores[0]

    def run(self, *words):
        return subprocess.run([self.goknot, *map(str, words)], capture_output=True, text=True, errors="replace",
                              timeout=SECONDS)

    def dump(self, *words):
        done = self.run("dump", *words)
        if done.returncode != 0:
            raise Failed(f"dump {words}: exit status {done.returncode}: {done.stderr[-300:]}")
        return done.stdout

    def expect_refusal(self, words, *said):
        done = self.run(*words)
        missing = [text for text in said if text not in done.stderr]
        if done.returncode != REFUSED or missing or "Traceback" in done.stderr:
            raise Failed(f"{words}: exit status {done.returncode}, not said: {missing}: {done.stderr[-400:]}")


def functions(goroutine):
    """The functions of a stack, without arguments."""
    return [line.rpartition("(")[0] for line in goroutine.lines if not line.startswith("\t")]


def expect_spinners(text):
    """Goroutines that ran have their stack, out of the registers."""
    stacks = [functions(g) for g in tracebacks.parse(text).values()]
    spinning = [stack for stack in stacks if stack[:2] == ["main.turn", "main.spin"]]
    if len(spinning) < SPINNERS:
        raise Failed(f"{len(spinning)} goroutines spin, {SPINNERS} should: {stacks}")
    if not any("main.queue" in stack for stack in stacks):
        raise Failed(f"nobody waits for the lock: {stacks}")
    return stacks


@check
def aborted(bench):
    expect_spinners(bench.dump(bench.core_of(bench.build(), kill=signal.SIGABRT)))


@check
def asked_to_quit(bench):
    expect_spinners(bench.dump(bench.core_of(bench.build(), kill=signal.SIGQUIT)))


@check
def position_independent(bench):
    expect_spinners(bench.dump(bench.core_of(bench.build("-buildmode=pie"), kill=signal.SIGABRT)))


def expect_crash(bench, how, function):
    core = bench.core_of(bench.build(), how)
    stacks = expect_spinners(bench.dump(core))
    if not any(function in stack and "main.end" in stack for stack in stacks):
        raise Failed(f"nobody stands in {function}: {stacks}")
    origin = json.loads(bench.run("--json", core).stdout)["origin"]
    if origin["kind"] != "core" or origin["stopped_seconds"] is not None:
        raise Failed(f"origin: {origin}")


@check
def crashed_by_a_nil_pointer(bench):
    expect_crash(bench, "nil", "main.(*account).pay")


@check
def crashed_by_a_panic(bench):
    expect_crash(bench, "panic", "main.end")


@check
def packed(bench):
    core = bench.core_of(bench.build(), kill=signal.SIGABRT)
    whole = bench.dump(core)
    for command in (["zstd", "-1"], ["lz4", "-1"], ["xz", "-1"], ["gzip", "-1"]):
        if not shutil.which(command[0]):
            continue
        target = bench.folder / f"packed.{command[0]}"
        with open(target, "wb") as out:
            subprocess.run([*command, "-c", core], stdout=out, stderr=subprocess.DEVNULL, check=True)
        if bench.dump(target) != whole:
            raise Failed(f"{command[0]}: another dump than that of the core itself")


@check
def out_of_a_pipe(bench):
    core = bench.core_of(bench.build(), kill=signal.SIGABRT)
    done = subprocess.run(f"cat {core} | {bench.goknot} dump -", shell=True, capture_output=True, text=True)
    if done.stdout != bench.dump(core):
        raise Failed(f"another dump than that of the core itself: {done.stderr[-300:]}")


@check
def without_its_program(bench):
    binary = bench.build()
    core = bench.core_of(binary, kill=signal.SIGABRT)
    whole = bench.dump(core)
    moved = binary.rename(bench.folder / "elsewhere")
    bench.expect_refusal([core], "is not here", "--exe FILE", "Go build id")
    if bench.dump(core, "--exe", moved) != whole:
        raise Failed("with --exe another dump than before")


@check
def with_another_program(bench):
    binary = bench.build()
    core = bench.core_of(binary, kill=signal.SIGABRT)
    other = bench.build("-ldflags=-X main.unknown=1 -buildid=other", name="other")
    bench.expect_refusal([core, "--exe", other], "not the program of", "Go build id other", "the core's program has")
    other.rename(binary)
    bench.expect_refusal([core], "another build by now")


@check
def cut_anywhere(bench):
    core = bench.core_of(bench.build(), kill=signal.SIGABRT)
    size, before = core.stat().st_size, 0
    for part in (0.0001, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        os.truncate(shutil.copy(core, bench.folder / "cut"), int(size * part))
        done = bench.run("--json", bench.folder / "cut")
        report = json.loads(done.stdout)
        if done.returncode not in (0, 1, REFUSED):
            raise Failed(f"cut at {part}: exit status {done.returncode}")
        if "error" in report:
            continue
        if report["origin"]["complete"] or not report["gaps"]:
            raise Failed(f"cut at {part}: nothing is said of it")
        seen = report["counts"]["goroutines"]
        if seen < before:
            raise Failed(f"cut at {part}: {seen} goroutines, {before} with less of it")
        before = seen


@check
def of_no_go_program(bench):
    core = bench.core_of("sleep", "100", kill=signal.SIGSEGV, ready=False)
    bench.expect_refusal([core], "there is no Go runtime in it")


@check
def of_another_machine(bench):
    if not shutil.which("qemu-aarch64") or platform.machine() == "aarch64":
        raise Skipped("no qemu-aarch64 here")
    binary = bench.build(name="subject-arm64", GOARCH="arm64")
    core = bench.core_of("qemu-aarch64", binary, kill=signal.SIGABRT, pattern="qemu_*.core")
    for words in ([core], [core, "--exe", binary]):
        expect_spinners(bench.dump(*words))


def run(function, goknot):
    with tempfile.TemporaryDirectory(prefix="goknot-cores-") as folder:
        try:
            function(Bench(goknot, pathlib.Path(folder)))
        except Skipped as reason:
            return f"skipped: {reason}"
        except (Failed, subprocess.SubprocessError, ValueError, KeyError) as wrong:
            return f"FAILED: {type(wrong).__name__}: {wrong}"
    return "ok"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--goknot", type=pathlib.Path, default=ROOT / "build" / "release" / "goknot")
    parser.add_argument("name", nargs="*", help="only these checks")
    options = parser.parse_args()
    if not options.goknot.exists():
        print(f"skipped: {options.goknot} is not built")
        return SKIP
    results = []
    for function in CHECKS:
        if not options.name or function.__name__ in options.name:
            results.append(run(function, options.goknot.resolve()))
            print(f"{function.__name__:28}{results[-1]}", flush=True)
    if all(result.startswith("skipped") for result in results):
        return SKIP
    return 1 if any(result.startswith("FAILED") for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
