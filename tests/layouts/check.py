#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what goknot believes of each Go release with the debugging information of a program built by it, and with the
constants in its sources. Prints a line for each disagreement; the exit status is 1 if there is one, 77 without Go."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SKIP = 77  # what ctest takes for "skipped"

# Structures whose name is not that of a type in package runtime.
TYPES = {
    "defer_record": ["runtime._defer"],
    "panic_record": ["runtime._panic"],
    "func": ["runtime._func"],
    "type": ["internal/abi.Type", "runtime._type"],
    "struct_type": ["internal/abi.StructType", "runtime.structtype"],
    "struct_field": ["internal/abi.StructField", "runtime.structfield"],
    "array_type": ["internal/abi.ArrayType", "runtime.arraytype"],
    "ptr_type": ["internal/abi.PtrType", "runtime.ptrtype"],
    "uncommon_type": ["internal/abi.UncommonType", "runtime.uncommontype"],
    "mutex": ["internal/sync.Mutex", "sync.Mutex"],
    "rwmutex": ["sync.RWMutex"],
    "wait_group": ["sync.WaitGroup"],
    "cond": ["sync.Cond"],
    "once": ["sync.Once"],
}
# Fields with names of our own, and fields that Go has called otherwise in some release.
OURS = {("sudog", "elem_true"), ("sudog", "c_true"), ("func", "pcdata")}
ALIASES = {
    ("g", "tracking_stamp"): ["runnableStamp"],
    ("g", "bubble"): ["syncGroup"],
    ("functab", "entry"): ["entryoff"],
    ("schedt", "runq_size"): ["runqsize"],
    ("struct_field", "offset"): ["offsetAnon", "offsetEmbed"],
    ("type", "size_"): ["size"],
    ("type", "ptr_bytes"): ["ptrdata"],
    ("type", "kind"): ["Kind_"],
}
# Numbers that stand in the sources, not in the debugging information.
NUMBERED = ("pcdata", "funcdata", "special_kind")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print-layout", type=pathlib.Path, default=ROOT / "build" / "dev" / "print_layout")
    parser.add_argument("--arch", action="append", choices=["amd64", "arm64"])
    parser.add_argument("go", nargs="*", metavar="1.NN", help="only these releases")
    return parser.parse_args()


def toolchains(minors):
    """[(version, path of go)], oldest first."""
    lines = subprocess.run([ROOT / "scripts" / "go-toolchains", "--offline", *minors], stdout=subprocess.PIPE,
                           text=True, check=False).stdout
    return [tuple(line.split(" ", 1)) for line in lines.splitlines()]


def build(go, folder, output, **target):
    environment = dict(os.environ, **target, GOOS="linux", CGO_ENABLED="0", GO111MODULE="off", GOFLAGS="",
                       GOTOOLCHAIN="local", GOENV="off", GOROOT=str(pathlib.Path(go).parent.parent))
    subprocess.run([go, "build", "-o", output, "main.go"], cwd=HERE / folder, env=environment, check=True)


def plain(name):
    """A name without what Go's and our way of writing differ in."""
    return re.sub(r"[._]", "", name).lower()


def believed(print_layout, version, arch):
    """(the offsets {(structure, field): offset}, the numbers {(kind, number): name}) of goknot."""
    lines = subprocess.run([print_layout, version, arch], stdout=subprocess.PIPE, text=True, check=True).stdout
    offsets, numbers = {}, {}
    for line in lines.splitlines():
        first, second, *rest = line.split(" ", 2)
        if first in ("wait_reason", "func_id"):
            numbers[first, int(second)] = rest[0]
        elif first != "exact":
            offsets[first, second] = int(rest[0])
        elif second != "true":
            print(f"{version} {arch}: not in releases.def")
    return offsets, numbers


def in_debugging_information(reader, program):
    """{type: {plain field: offset}}; "." is the size."""
    types, inner = {}, {}
    for line in subprocess.run([reader, program], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
        name, rest = line.rsplit(" ", 1)
        name, field = name.rsplit(" ", 1)
        nested = "." in field and field != "."
        fields = (inner if nested else types).setdefault(name, {})
        fields.setdefault(field if field in (".", "[]") else plain(field), int(rest))
    # mheap.pagesInUse, not mheap.pages.inUse
    for name, fields in inner.items():
        types[name] = {**fields, **types.get(name, {})}
    return types


def type_of(structure, types):
    """What the debugging information says of a structure, none if nothing."""
    names = TYPES.get(structure) or [name for name in types if plain(name) == "runtime" + plain(structure)]
    return next((types[name] for name in names if "." in types.get(name, {})), None)


def true_offset(structure, field, known, types):
    if (structure, field) == ("sema_root", "stride"):
        return types["runtime.semtable"]["[]"]
    if field == "size":
        return known["."]
    names = [field, *ALIASES.get((structure, field), [])]
    return next((known[plain(name)] for name in names if plain(name) in known), -1)


def check_offsets(offsets, types):
    """(the disagreements, how many fields were compared)."""
    wrong, compared = [], 0
    for (structure, field), offset in offsets.items():
        if structure in NUMBERED or (structure, field) in OURS:
            continue
        known = type_of(structure, types)
        if known is None:
            if offset != -1:
                wrong.append(f"{structure}.{field}: goknot {offset}, no such type in the program")
            continue
        compared += 1
        truth = true_offset(structure, field, known, types)
        if truth != offset:
            wrong.append(f"{structure}.{field}: goknot {offset}, Go {truth}")
    return wrong, compared


def source(go, name):
    """The text of a file of a release, empty if it has none of that name."""
    path = pathlib.Path(go).resolve().parent.parent / "src" / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def block(text, first):
    """The lines of the const block that has a line beginning with `first`, from there on."""
    return re.search(rf"^\t{first}\b.*?^\)", text, re.MULTILINE | re.DOTALL).group(0).splitlines()[:-1]


def wait_reasons(go):
    names = [re.match(r"\t(waitReason\w+)", line) for line in block(source(go, "runtime/runtime2.go"), "waitReasonZero")]
    names = [name.group(1) for name in names if name]
    texts = dict(re.findall(r'^\t(waitReason\w+):\s+"(.*)",', source(go, "runtime/runtime2.go"), re.MULTILINE))
    return {("wait_reason", number): texts[name].replace("(synctest)", "(durable)")
            for number, name in enumerate(names) if texts[name]}


def func_ids(go):
    lines = block(source(go, "internal/abi/symtab.go") + source(go, "runtime/symtab.go"), "(?:FuncIDNormal|funcID_normal)")
    names = [re.match(r"\t(?:funcID_|FuncID_|FuncID)(\w+)", line) for line in lines]
    names = [name.group(1) for name in names if name]
    return {("func_id", number): name for number, name in enumerate(names) if number}


def check_numbers(numbers, go):
    truth = {**wait_reasons(go), **func_ids(go)}
    wrong = []
    for key in sorted({**truth, **numbers}):
        ours, theirs = numbers.get(key, "nothing"), truth.get(key, "nothing")
        same = plain(ours) == plain(theirs) if key[0] == "func_id" else ours == theirs
        if not same:
            wrong.append(f"{key[0]} {key[1]}: goknot {ours}, Go {theirs}")
    return wrong


def tables_of_functions(go):
    """{(pcdata or funcdata or special_kind, plain name): number} as the sources say."""
    text = source(go, "internal/abi/symtab.go") + source(go, "runtime/symtab.go") + source(go, "runtime/mheap.go")
    truth = {}
    for kind, name, number in re.findall(r"^\t_?(PCDATA|FUNCDATA|KindSpecial)_?(\w+)\s*=\s*(\d+)(?!.*!go115)", text, re.MULTILINE):
        kind = "special_kind" if kind == "KindSpecial" else kind.lower()
        if kind == "pcdata":
            name = re.sub("Index$", "", name)
        truth[kind, plain(name)] = int(number)
    return truth


def check_tables(offsets, go):
    truth = tables_of_functions(go)
    wrong = []
    for (structure, field), number in offsets.items():
        theirs = truth.get((structure, plain(field)), -1)
        if structure in NUMBERED and theirs != number:
            wrong.append(f"{structure}.{field}: goknot {number}, Go {theirs}")
    return wrong


def check(arguments, reader, version, go, arch, program):
    build(go, "subject", program, GOARCH=arch)
    offsets, numbers = believed(arguments.print_layout, version, arch)
    wrong, compared = check_offsets(offsets, in_debugging_information(reader, program))
    wrong += check_numbers(numbers, go) + check_tables(offsets, go)
    print(f"{version} {arch}: {compared} fields, {len(numbers)} numbers", *wrong, sep="\n  ", flush=True)
    return not wrong


def main():
    arguments = parse_arguments()
    found = toolchains(arguments.go)
    if not found:
        print("no Go toolchain here")
        return SKIP
    with tempfile.TemporaryDirectory() as folder:
        reader = os.path.join(folder, "dwarf_offsets")
        build(toolchains([])[-1][1], "dwarf_offsets", reader)
        good = [check(arguments, reader, version, go, arch, os.path.join(folder, "subject"))
                for version, go in found for arch in arguments.arch or ["amd64", "arm64"]]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
