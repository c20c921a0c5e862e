# SPDX-License-Identifier: Apache-2.0
"""Which programs, Go releases and dump forms there are, and where things lie. Used by make_dumps and check.py."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# The cut that every test run makes: a deadlock, a leak, what only memory tells, and a healthy program.
CUT_PROGRAMS = ["ab_ba_mutex", "chan_send_no_receiver", "details", "http_server_idle"]


@dataclasses.dataclass(frozen=True)
class Form:
    """One way to take a dump: flags and environment of the program, and what the reader must call it."""

    name: str
    flags: tuple
    format: str
    traceback: str = "all"
    suffix: str = "txt"

    @property
    def is_profile(self):
        """Whether it has neither ids nor states."""
        return self.format in ("debug1", "pprof")

    @property
    def repeats(self):
        """Whether goroutines can stand in it more than once: each thread prints all it knows."""
        return self.traceback == "crash"

    @property
    def has_system(self):
        """Whether the runtime's own goroutines are shown."""
        return self.format == "sigquit"


FORMS = {
    form.name: form
    for form in [
        Form("stack", ("-dump", "stack"), "stack"),
        Form("aged", ("-dump", "stack", "-age", "65s"), "stack"),
        Form("debug2", ("-dump", "debug2"), "stack"),
        Form("debug1", ("-dump", "debug1"), "debug1"),
        Form("debug0", ("-dump", "debug0"), "pprof", suffix="pb.gz"),
        Form("leak1", ("-dump", "leak1"), "debug1"),
        Form("leak0", ("-dump", "leak0"), "pprof", suffix="pb.gz"),
        Form("sigquit", ("-dump", "sigquit"), "sigquit"),
        Form("crash", ("-dump", "sigquit"), "sigquit", traceback="crash"),
        Form("panic", ("-dump", "panic"), "panic"),
        Form("fatal", (), "fatal"),
    ]
}


@dataclasses.dataclass(frozen=True)
class Build:
    """One way to build a program."""

    name: str
    flags: tuple = ()
    cgo: bool = False
    go_line: str = ""  # of go.mod; empty: the toolchain's own
    least_minor: int = 13

    @property
    def folder(self):
        return "bin" if self.name == "plain" else f"bin-{self.name}"

    @property
    def source_folder(self):
        """Builds of the same source share it."""
        return "src" + ("-cgo" if self.cgo else "") + (f"-go{self.go_line}" if self.go_line else "")

    @property
    def has_symbols(self):
        return not any("-s" in flag.replace("=", " ").split() for flag in self.flags)

    def needs_c(self, toolchain):
        """Whether the linker of this release calls that of C."""
        return "-race" in self.flags or ("-buildmode=pie" in self.flags and toolchain.minor < 15)

    def cannot_build(self, program, toolchain):
        """The reason why a program is left out, or None."""
        if toolchain.minor < self.least_minor:
            return f"{self.name} needs go1.{self.least_minor}"
        if self.go_line and program.oldest_minor > int(self.go_line.split(".")[1]):
            return f"the language of go {self.go_line} is too old for it"
        return None


STRIP = "-ldflags=-s -w"
BUILDS = {
    build.name: build
    for build in [
        Build("plain"),
        Build("stripped", (STRIP,)),
        Build("pie", ("-buildmode=pie",)),
        Build("stripped_pie", ("-buildmode=pie", STRIP)),
        Build("cgo", cgo=True),
        Build("old_go_line", go_line="1.13"),
        Build("trimpath", ("-trimpath", STRIP)),
        Build("static_cgo", ("-ldflags=-s -w -linkmode=external -extldflags=-static",), cgo=True),
        Build("unoptimised", ("-gcflags=all=-N -l",)),
        Build("race", ("-race",), cgo=True),
    ]
}
# Programs that are built in every way: each wait, deep stacks, inlined calls, generics, C.
VARIED_PROGRAMS = ["ab_ba_mutex", "chan_send_no_receiver", "deep_recursion", "http_server_idle", "hub",
                   "rwmutex_recursive_read", "select_blocked", "unusual_names", "wait_group_missing_done"]

USUAL_FORMS = ["stack", "debug2", "debug1", "debug0", "sigquit", "crash", "panic"]


@dataclasses.dataclass(frozen=True)
class Toolchain:
    """One go command of this machine."""

    version: str
    go: str

    @property
    def minor(self):
        return int(re.match(r"go1\.(\d+)", self.version).group(1))


class Program:
    """One folder with main.go and expect.json."""

    def __init__(self, folder):
        self.name = folder.name
        self.folder = folder
        self.expect = json.loads((folder / "expect.json").read_text())
        needs = re.match(r"// needs go1\.(\d+)(.*)", (folder / "main.go").read_text())
        self.oldest_minor = int(needs.group(1)) if needs else 13
        self._oldest_env = dict(pair.split("=") for pair in needs.group(2).split()) if needs else {}

    @property
    def forms(self):
        return [FORMS[name] for name in self.expect.get("forms", USUAL_FORMS)]

    def build_env(self, toolchain):
        """What the oldest release that will do needs besides: later ones have it by default."""
        return self._oldest_env if toolchain.minor == self.oldest_minor else {}

    def cannot_build(self, toolchain):
        """The reason why this release is left out, or None."""
        if toolchain.minor < self.oldest_minor:
            return f"needs go1.{self.oldest_minor}"
        return None


def programs(names=()):
    """All programs, or those named."""
    found = [Program(path.parent) for path in sorted(HERE.glob("*/expect.json"))]
    return [program for program in found if not names or program.name in names]


def all_toolchains(offline):
    """Every release that scripts/go-toolchains knows of."""
    command = [ROOT / "scripts" / "go-toolchains"] + (["--offline"] if offline else [])
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return [Toolchain(*line.split(maxsplit=1)) for line in lines]


def machine_toolchain():
    """The go command found first, or None."""
    go = shutil.which("go")
    if not go:
        return None
    env = dict(os.environ, GOFLAGS="", GOENV="off", GOTOOLCHAIN="local")
    version = subprocess.run([go, "version"], env=env, stdout=subprocess.PIPE, text=True, timeout=30)
    return Toolchain(version.stdout.split()[2], go)


def dump_path(out, toolchain_version, program, form):
    return out / toolchain_version / f"{program.name}.{form.name}.{form.suffix}"


def truth_path(out, toolchain_version, program):
    return out / toolchain_version / f"{program.name}.truth.json"
