#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what goknot says of who holds which lock with what the program itself has written down.

Only what was the same before and after a look is judged: a goroutine that took or released a lock meanwhile is left out.
Fails if a goroutine is said to hold, beyond doubt, what it does not, or if more than one in a hundred of the others is
wrong, or if fewer are named than --coverage asks for."""

import collections
import json
import mmap
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

from toolchains import SKIP, build, builds, parser, toolchains

MAGIC = 0x676F6B6E6F74
HELD = 2
SHAPES = ["plain", "early return", "in a loop", "in a closure", "lending", "lending below", "wrapper", "TryLock",
          "functions", "wrapper of wrapper", "called back", "release returned", "unlocked below", "by another",
          "on condition"]
DEFERRED = {16: "defer", 17: "defer closure", 18: "defer Locker", 19: "defer, lending", 20: "defer method",
            21: "defer release", 22: "defer around"}
QUERY = """select h.goroutine g, o.address a, h.mode m, h.evidence e, h.exact x,
 (select count(*) from waits w where w.goroutine = h.goroutine and w.object = h.object) w
 from holds h join objects o on o.id = h.object"""


def parse_arguments():
    options = parser(__doc__)
    options.add_argument("--looks", type=int, default=20)
    options.add_argument("--locks", type=int, default=200)
    options.add_argument("--coverage", type=float, default=70, help="percent of the holders of contended locks")
    options.add_argument("-v", "--verbose", action="store_true")
    return options.parse_args()


class Book:
    """What the program writes down."""

    def __init__(self, path):
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        magic, self.locks, self.count, at, self.records, self.slots = struct.unpack_from("<6Q", self.memory)
        assert magic == MAGIC
        addresses = struct.unpack_from("<%dQ" % self.locks, self.memory, at * 8)
        self.lock_at = {address: i for i, address in enumerate(addresses)}

    def read(self):
        """{goroutine: its words}"""
        size = 1 + self.slots
        words = struct.unpack_from("<%dQ" % (self.count * size), self.memory, self.records * 8)
        return {words[i]: words[i + 1:i + size] for i in range(0, len(words), size)}


def held(words):
    """{lock: (mode, shape)} and the locks about which this goroutine is changing its mind"""
    holds, wants = {}, set()
    for word in words:
        lock, shape, mode, state = (word >> 16 & 0xFFFF) - 1, word >> 8 & 0xFF, word >> 4 & 0xF, word & 0xF
        if state == HELD:
            holds[lock] = ("lock" if mode == 1 else "rlock", shape)
        elif state == 1:
            wants.add(lock)
    return holds, wants


def shape_name(shape):
    return DEFERRED.get(shape) or (SHAPES[shape] if shape < len(SHAPES) else str(shape))


class Score:
    def __init__(self):
        self.right, self.wrong = collections.Counter(), collections.Counter()
        self.named, self.there = collections.Counter(), collections.Counter()
        self.by_evidence = collections.Counter()  # of the holders of contended locks
        self.examples = []

    def judge(self, book, before, after, said):
        still = {g: held(words) for g, words in before.items() if after.get(g) == words}
        wanted = set().union(*(wants for _, wants in still.values())) if still else set()
        named = set()
        for row in said:
            lock = book.lock_at.get(int(row["a"], 16) if isinstance(row["a"], str) else row["a"])
            if row["g"] not in still or lock is None:
                continue
            holds, wants = still[row["g"]]
            key = (row["e"], "exact" if row["x"] else "likely")
            if holds.get(lock, ("", 0))[0] == row["m"]:
                self.right[key] += 1
                named.add((row["g"], lock))
                self.by_evidence[row["e"]] += lock in wanted
            elif lock not in wants or row["w"]:
                self.wrong[key] += 1
                self.examples.append((row, holds, wants, [hex(w) for w in before[row["g"]]]))
        for goroutine, (holds, _) in still.items():
            for lock, (mode, shape) in holds.items():
                if lock in wanted:
                    self.there[shape] += 1
                    self.named[shape] += (goroutine, lock) in named

    def report(self, name, options):
        plain = [s for s in self.there if s not in DEFERRED]
        there, named = sum(self.there[s] for s in plain), sum(self.named[s] for s in plain)
        all_there, all_named = sum(self.there.values()), sum(self.named.values())
        share = 100 * named / max(1, there)
        print("%-28s without defer %5.1f %% of %d, all %5.1f %% of %d;  " % (
            name, share, there, 100 * all_named / max(1, all_there), all_there) + ", ".join(
                "%s %s: %d right, %d wrong" % (*key, self.right[key], self.wrong[key])
                for key in sorted(set(self.right) | set(self.wrong))))
        print("    by evidence: " + ", ".join("%s %.1f %%" % (kind, 100 * count / max(1, all_there))
                                              for kind, count in sorted(self.by_evidence.items())))
        if options.verbose:
            for shape in sorted(self.there):
                print("    %-16s %5.1f %% of %d" % (shape_name(shape), 100 * self.named[shape] / self.there[shape],
                                                    self.there[shape]))
            for example in self.examples[:10]:
                print("    wrong:", *example)
        exact_wrong = sum(n for (_, grade), n in self.wrong.items() if grade == "exact")
        likely = sum(n for (_, grade), n in self.right.items() if grade == "likely")
        likely_wrong = sum(n for (_, grade), n in self.wrong.items() if grade == "likely")
        return exact_wrong == 0 and likely_wrong * 100 <= likely + likely_wrong and share >= options.coverage


def look(goknot, program, options, flags):
    score = Score()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "book"
        command = [program, path, "-locks", str(options.locks), "-goroutines", str(options.locks * 5 // 2), *flags]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            process.stdout.readline()
            book = Book(path)
            time.sleep(1)
            for _ in range(options.looks):
                before = book.read()
                done = subprocess.run([goknot, "sql", "--json", str(process.pid), QUERY], stdout=subprocess.PIPE, text=True)
                after = book.read()
                answer = json.loads(done.stdout)
                rows = answer["rows"]
                if rows and isinstance(rows[0], list):
                    rows = [dict(zip("gamexw", row)) for row in rows]
                score.judge(book, before, after, rows)
        finally:
            process.kill()
            process.wait()
    return score


def main():
    options = parse_arguments()
    found = toolchains(options)
    if not found:
        print("no Go here")
        return SKIP
    good = True
    for version, form, go, flags in builds(options, found):
        with tempfile.TemporaryDirectory() as folder:
            program = build(go, "truth", pathlib.Path(folder), flags)
            for name, more in (("", []), (", no defer", ["-without-defer"])):
                score = look(options.goknot, program, options, more)
                good = score.report(version + form + name, options) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
