#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at cores of the programs of this folder with goknot, in every way of building them and for every Go release to be
had: the core that the kernel writes when SIGABRT ends them (GOTRACEBACK=crash), or, with --gcore, one that gdb takes of the
stopped program, which must show what the program itself does. The same is expected as of the running program: live.py."""

import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import live
import tracebacks

END_SECONDS = 120
SETTLE_SECONDS = 5
PATTERN = pathlib.Path("/proc/sys/kernel/core_pattern")


def allow_core():
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


class Mortal(live.Running):
    """A program that leaves its core in a folder when it is aborted."""

    def __init__(self, program, binary, truth_path, folder):
        super().__init__(program, binary, truth_path)
        self.folder = folder

    @property
    def start_options(self):
        return {"cwd": self.folder, "preexec_fn": allow_core}

    @property
    def traceback(self):
        return "crash"

    def settle(self):
        """Waits until no thread runs, for it goes on a little after it has said that it is ready."""
        tasks = pathlib.Path(f"/proc/{self.pid}/task")
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            states = [path.read_text().rpartition(")")[2].split()[0] for path in tasks.glob("*/stat")]
            if "R" not in states:
                return
            time.sleep(0.01)

    def abort(self):
        """The path of the core it leaves."""
        self.settle()
        os.kill(self.pid, signal.SIGABRT)
        with self.process.stdout as said:
            while said.read(1 << 16):
                pass
        self.process.wait(END_SECONDS)
        cores = list(self.folder.glob("core*"))
        if len(cores) != 1:
            raise live.Skipped(f"no core was written ({PATTERN}: {PATTERN.read_text().strip()})")
        return cores[0]

    def gcore(self):
        """The path of a core that gdb takes while the program is stopped."""
        done = subprocess.run(["gcore", "-o", self.folder / "core", str(self.pid)], capture_output=True, timeout=END_SECONDS)
        if done.returncode != 0:
            raise live.Skipped(f"gcore: {done.stderr[-200:]!r}")
        return self.folder / f"core.{self.pid}"


class CoreCase(live.LiveCase):
    """One core, and the complaints about what goknot says of it."""

    way = "core"

    def run(self, goknot, binary):
        with tempfile.TemporaryDirectory(prefix="goknot-core-") as name:
            folder = pathlib.Path(name)
            try:
                with Mortal(self.program, binary.resolve(), folder / "truth", folder) as running:
                    self.truth_text = (folder / "truth").read_text(errors="replace")
                    self.look_at_core(goknot, running)
            except live.Skipped as reason:
                self.skipped = str(reason)
        return self

    def look_at_core(self, goknot, running):
        self.look(goknot, running.abort())


class GcoreCase(CoreCase):
    """The same for a core of gdb's, which must agree with the stopped program."""

    way = "gcore"

    def look_at_core(self, goknot, running):
        running.settle()
        os.kill(running.pid, signal.SIGSTOP)
        core = running.gcore()
        self.look(goknot, core)
        alive, dead = (self.dump(goknot, target) for target in (running.pid, core))
        self.expect("goroutines of the core", sorted(alive), sorted(dead))
        for number in alive.keys() & dead.keys():
            self.complaints += [f"goroutine {number}, alive and in the core: {words}"
                                for words in tracebacks.differences(alive[number], dead[number])]

    def dump(self, goknot, target):
        done = subprocess.run([goknot, "dump", str(target)], capture_output=True, timeout=live.READ_SECONDS)
        return tracebacks.parse(done.stdout.decode(errors="replace"))


def main():
    parser = live.make_parser(__doc__.splitlines()[0])
    parser.add_argument("--gcore", action="store_true", help="cores that gdb takes of the running program")
    options = parser.parse_args()
    if options.gcore and not shutil.which("gcore"):
        print("skipped: gdb is not here")
        return live.SKIP
    if not options.gcore and PATTERN.read_text().startswith(("|", "/")):
        print(f"skipped: the kernel gives cores to somebody else ({PATTERN}: {PATTERN.read_text().strip()})")
        return live.SKIP
    return live.check_all(options, GcoreCase if options.gcore else CoreCase)


if __name__ == "__main__":
    sys.exit(main())
