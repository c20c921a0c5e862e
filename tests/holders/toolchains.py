# SPDX-License-Identifier: Apache-2.0
"""What the checks of this folder share: Go releases, and programs built with them."""

import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SKIP = 77  # what ctest takes for "skipped"


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
