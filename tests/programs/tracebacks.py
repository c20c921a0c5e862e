# SPDX-License-Identifier: Apache-2.0
"""Takes the text of a traceback apart, as plainly as can be, and compares two of them."""

import dataclasses
import re

HEADER = re.compile(r"^goroutine (\d+) (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[(.*)\](.*):$")
LABELS = re.compile(r" labels:\{|\]? \{")  # go1.26: before the bracket is closed; go1.27: after it
AGE = re.compile(r", \d+ minutes(?=$|,)")
ELIDED = re.compile(r"^\.\.\.")
MOST_FRAMES = 101  # with the creator


@dataclasses.dataclass
class Goroutine:
    """One goroutine of a traceback."""

    id: int
    state: str  # as in the header, without age and labels
    lines: list  # two for each frame and the creator; one where frames were left out


def parse(text):
    """The goroutines of a traceback, by id."""
    found, current = {}, None
    for line in text.splitlines():
        header = HEADER.match(line)
        if header:
            state = AGE.sub("", LABELS.split(header.group(2) + header.group(3))[0])
            current = Goroutine(int(header.group(1)), state.replace(" (scan)", ""), [])
            found[current.id] = current
        elif not line:
            current = None
        elif current:
            current.lines.append(line)
    return found


def differences(truth, seen):
    """What is otherwise in `seen` than in `truth`, in words. Frames that the truth leaves out may be there."""
    if truth.state != seen.state:
        return [f"state: {truth.state} is shown as {seen.state}"]
    cut = where_cut(truth, seen)
    if not cut:
        return line_differences(truth.lines, seen.lines)
    begin, end = cut
    behind = len(truth.lines) - end
    return (line_differences(truth.lines[:begin], seen.lines[:begin]) +
            line_differences(truth.lines[end:], seen.lines[len(seen.lines) - behind:]))


def where_cut(truth, seen):
    """The lines of the truth that stand for frames that are left out, as (first, behind the last); None if none are."""
    for i, line in enumerate(truth.lines):
        if ELIDED.match(line):
            return i, i + 1
    # Until go1.20 hidden frames count among the hundred, but then nothing says that more were left out.
    if MOST_FRAMES - 10 <= len(truth.lines) // 2 <= MOST_FRAMES and len(seen.lines) > len(truth.lines):
        creator = len(truth.lines) - 2
        return creator, creator
    return None


def line_differences(truth, seen):
    wrong = [f"{a.strip()} is shown as {b.strip()}" for a, b in zip(truth, seen) if a != b]
    if len(truth) != len(seen):
        wrong.append(f"{len(truth)} lines, shown are {len(seen)}")
    return wrong
