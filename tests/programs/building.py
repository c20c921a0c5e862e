# SPDX-License-Identifier: Apache-2.0
"""Builds the programs of this folder, in every way of building that matrix.py knows."""

import json
import os
import shutil
import subprocess
import sys

import matrix

BUILD_SECONDS = 600
# Makes the go command link with the C compiler; a function of C is called so that it is really there.
CGO_FILE = b"""package main

/*
static int one(void) { return 1; }
*/
import "C"

var linkedWithC = C.one()
"""


def source_files(program, build):
    """What a program is built from and how it is run, by path: if this changes, its dumps are void."""
    files = {str(path.relative_to(program.folder)): path.read_bytes()
             for path in program.folder.rglob("*") if path.is_file() and path.name != "expect.json"}
    files["dump.go"] = (matrix.HERE / "common" / "dump.go").read_bytes()
    run = {key: program.expect.get(key) for key in ("args", "env", "cgo")}
    files["run.json"] = json.dumps(run).encode()
    if build.cgo and not program.expect.get("cgo"):
        files["cgo.go"] = CGO_FILE
    if build.go_line:
        files["go.mod"] = with_go_line(files.get("go.mod", b"module main\n").decode(), build.go_line).encode()
    return files


def with_go_line(module, version):
    lines = [line for line in module.splitlines() if not line.startswith(("go ", "toolchain "))]
    return "\n".join([*lines, "", f"go {version}", ""])


def is_same(folder, files):
    return all((folder / path).exists() and (folder / path).read_bytes() == text for path, text in files.items())


def binary_path(program, toolchain, build, out):
    return out / toolchain.version / build.folder / program.name


def build(program, toolchain, build, out):
    """The path of the built program, or None with the compiler's words on standard error. Building takes old dumps away."""
    target = binary_path(program, toolchain, build, out)
    # Dumps show the path of the source: it should be the same each time and telling.
    source = out / toolchain.version / build.source_folder / program.name
    files = source_files(program, build)
    if target.exists() and is_same(source, files):
        return target
    target.unlink(missing_ok=True)
    if build.name == "plain":
        for old in (out / toolchain.version).glob(program.name + ".*"):
            old.unlink()
    if not is_same(source, files):
        shutil.rmtree(source, ignore_errors=True)
        for path, text in files.items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes(text)
    target.parent.mkdir(exist_ok=True)
    done = subprocess.run(
        command(toolchain, build, files, target), cwd=source, env=environment(program, toolchain, build),
        stderr=subprocess.PIPE, text=True, timeout=BUILD_SECONDS)
    if done.returncode != 0:
        print(f"{toolchain.version} {program.name} {build.name}: does not build\n{done.stderr}", file=sys.stderr)
        return None
    return target


def command(toolchain, build, files, target):
    words = [toolchain.go, "build", "-o", target, *build.flags]
    if toolchain.minor >= 18:
        words.append("-buildvcs=false")
    if "go.mod" not in files:
        words += sorted(path for path in files if path.endswith(".go") and "/" not in path)
    return words


def environment(program, toolchain, build):
    # Go before 1.16 cannot read the DWARF 5 that today's C compilers write by themselves.
    cgo = build.cgo or program.expect.get("cgo")
    # Real libraries come from the module proxy; what go.sum says is what is built.
    modules = {"GOPROXY": os.environ.get("GOPROXY") or "https://proxy.golang.org", "GOFLAGS": "-mod=mod"}
    env = dict(os.environ, GOFLAGS="", GOENV="off", GOTOOLCHAIN="local", GOPROXY="off", GO111MODULE="on",
               CGO_ENABLED="1" if cgo or build.needs_c(toolchain) else "0", CGO_CFLAGS="-g -O2 -gdwarf-4")
    if program.expect.get("modules"):
        env.update(modules)
    return {**env, **program.build_env(toolchain)}
