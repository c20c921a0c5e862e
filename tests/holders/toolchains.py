# SPDX-License-Identifier: Apache-2.0
"""What the checks of this folder share: Go releases, programs built with them, and what counts as accused."""

import argparse
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SKIP = 77  # what ctest takes for "skipped"
FORMS = [("", []), (" stripped", ["-ldflags=-s -w"]), (" -N -l", ["-gcflags=-N -l"])]


def parser(description):
    """With the options that all checks have."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--goknot", type=pathlib.Path, default=ROOT / "build" / "release" / "goknot")
    made.add_argument("--go", action="append", default=[], metavar="1.NN", help="these releases, not the machine's Go")
    made.add_argument("--all-releases", action="store_true", help="each Go release that is here")
    made.add_argument("--forms", action="store_true", help="stripped and without optimisation, too")
    return made


def builds(options, found):
    """(version, form, path of go, flags) of all that are asked for."""
    for version, go in found:
        for form, flags in FORMS if options.forms else FORMS[:1]:
            yield version, form, go, flags


def accusations(findings):
    """Those that call something stuck for good, and are sure of it."""
    return [f"{f['grade']} {f['rule']}: {f['title']}" for f in findings
            if f["severity"] in ("deadlock", "leak") and f["grade"] in ("likely", "proved")]


def toolchains(options):
    """[(version, path of go)]"""
    if not options.all_releases and not options.go:
        go = shutil.which("go")
        return [("the machine's Go", go)] if go else []
    command = [ROOT / "scripts" / "go-toolchains", "--offline", *options.go]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines]


def build(go, name, folder, flags):
    """The program in the folder `name`, built into `folder`."""
    return build_files(go, name, ["."], folder, flags)


def build_files(go, name, files, folder, flags):
    """The program that files in the folder `name` are, built into `folder`."""
    env = dict(os.environ, GOFLAGS="", GOENV="off", GOTOOLCHAIN="local", GO111MODULE="off", CGO_ENABLED="0")
    subprocess.run([go, "build", *flags, "-o", folder / name, *files], cwd=HERE / name, env=env, check=True)
    return folder / name
