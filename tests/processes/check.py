#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at processes that are special: Go in libraries, plugins and programs in programs, packed, deleted, stopped, and such
that are no Go at all or end meanwhile. Each must be read as its own runtime.Stack says, or refused in one sentence."""

import argparse
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "programs"))
import tracebacks  # noqa: E402

SKIP = 77  # what ctest takes for "skipped"
READY_SECONDS = 60
READ_SECONDS = 60
MOST_MEMORY = 400 << 20  # of goknot, whatever it looks at
REFUSED = (3, 4)
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
CHECKS = []


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--goknot", type=pathlib.Path, default=ROOT / "build" / "release" / "goknot")
    parser.add_argument("name", nargs="*", help="only these checks")
    return parser.parse_args()


class Skipped(Exception):
    """Why something cannot be tried here."""


class Failed(Exception):
    """What was wrong."""


def check(function):
    """Registers a check: a function of a Bench."""
    CHECKS.append(function)
    return function


class Bench:
    """What a check works with: a folder of its own, processes that end with it, goknot."""

    def __init__(self, goknot):
        self.goknot = goknot

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="goknot-processes-")
        self.folder, self.processes = pathlib.Path(self.temporary.name), []
        self.truth = self.folder / "truth"
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):  # a debugger before what it holds
            process.kill()
            process.wait()
        self.temporary.cleanup()

    def go_build(self, source, target, *flags, cgo=False, arch=None, go=None):
        go = go or shutil.which("go")
        if not go:
            raise Skipped("no Go here")
        env = dict(os.environ, GOFLAGS="", GOENV="off", GOTOOLCHAIN="local", GO111MODULE="off", CGO_ENABLED=str(int(cgo)),
                   **({"GOARCH": arch} if arch else {}))
        env.pop("GOROOT", None)
        done = subprocess.run([go, "build", *flags, "-o", self.folder / target, "."], cwd=source, env=env,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Skipped(f"does not build: {done.stderr[-200:]}")
        return self.folder / target

    def start(self, *command, ready=True, **extra):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **extra)
        self.processes.append(process)
        if ready and not (select.select([process.stdout], [], [], READY_SECONDS)[0] and
                          process.stdout.readline().startswith(b"ready")):
            raise Skipped("does not get ready")
        return process

    def run(self, *arguments, **extra):
        """(status, output, errors) of goknot; fails if it takes too long, too much, or dies."""
        with open(self.folder / "out", "w+b") as out, open(self.folder / "errors", "w+b") as errors:
            process = subprocess.Popen([self.goknot, *arguments], stdout=out, stderr=errors, **extra)
            killer = time.monotonic() + READ_SECONDS
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                if time.monotonic() > killer:
                    process.kill()
                    process.wait()
                    raise Failed(f"still reads after {READ_SECONDS} s")
                time.sleep(0.005)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            errors.seek(0)
            texts = out.read().decode(errors="replace"), errors.read().decode(errors="replace")
        if process.returncode < 0:
            raise Failed(f"died of signal {-process.returncode}")
        if usage.ru_maxrss * 1024 > MOST_MEMORY:
            raise Failed(f"took {usage.ru_maxrss >> 10} MiB")
        return process.returncode, *texts

    def compare(self, process):
        """The goroutines of a process are those it wrote down itself."""
        status, text, errors = self.run("dump", str(process.pid))
        if status != 0:
            raise Failed(f"exit status {status}: {errors.strip()}")
        truth, seen = tracebacks.parse(self.truth.read_text()), tracebacks.parse(text)
        author = next(iter(truth))
        if len(truth) < 20:
            raise Failed(f"only {len(truth)} goroutines in the truth")
        for number, goroutine in truth.items():
            if number == author:
                continue
            wrong = tracebacks.differences(goroutine, seen[number]) if number in seen else ["missing"]
            if wrong:
                raise Failed(f"goroutine {number}: {wrong[0]}")

    def report(self, pid, *options):
        """What is found in a process, as JSON."""
        status, text, errors = self.run("--json", *options, str(pid))
        if status not in (0, 1):
            raise Failed(f"exit status {status}: {errors.strip()}")
        return json.loads(text)

    def expect_convoy(self, report, words):
        """Contention, not worse, and how the queue got on."""
        # Who was seen to run is remarked on, or not.
        found = [(f["shape"], f["severity"]) for f in report["findings"] if f["severity"] != "info"]
        if found != [("convoy", "warning")]:
            raise Failed(f"finds {found}")
        if words not in report["findings"][0]["explanation"]:
            raise Failed(f"says {report['findings'][0]['explanation']!r}")

    def convoy(self, process, words, *options, holders=None):
        """The report that shows it. Where others use the CPUs, standing still shows nothing, and who computes may have
        to wait for its turn: then look again."""
        for tries_left in reversed(range(12)):
            report = self.report(process.pid, *options)
            try:
                self.expect_convoy(report, words)
                found = [c["function"] for c in report["findings"][0]["culprits"] if c["role"] == "holds"]
                if holders is not None and found != holders:
                    raise Failed(f"names {found}")
                return report
            except Failed:
                if tries_left == 0:
                    raise
                time.sleep(0.5)

    def refuse_as_nobody(self, pid, *words):
        """The same for a user who may not read it."""
        if os.getuid() != 0 or not shutil.which("setpriv"):
            raise Skipped("only root can be somebody else")
        with tempfile.TemporaryDirectory(prefix="goknot-nobody-") as folder:
            os.chmod(folder, 0o755)
            goknot = shutil.copy(self.goknot, folder)
            done = subprocess.run([*NOBODY, goknot, str(pid)], capture_output=True, text=True, timeout=READ_SECONDS)
        if done.returncode != 4 or not any(word in done.stderr for word in words):
            raise Failed(f"exit status {done.returncode}: {done.stderr}")

    def refuse(self, pid, *words, **extra):
        """One sentence, the right exit status, and one of the words."""
        status, text, errors = self.run(str(pid), **extra)
        if status not in REFUSED:
            raise Failed(f"exit status {status}: {(text + errors)[:200]}")
        if not any(word in errors for word in words):
            raise Failed(f"says {errors.strip()!r}, none of {words}")


@check
def c_shared_in_python(bench):
    library = bench.go_build(HERE / "shared", "lib.so", "-buildmode=c-shared", cgo=True)
    bench.compare(bench.start(sys.executable, HERE / "shared" / "host.py", library, bench.truth))


def c_build(bench, source, *flags):
    compiler = shutil.which("cc")
    if not compiler:
        raise Skipped("no C compiler here")
    program = bench.folder / f"{source.parent.name}_{source.stem}"
    subprocess.run([compiler, "-o", program, source, *flags], check=True)
    return program


@check
def c_shared_stripped_in_c(bench):
    library = bench.go_build(HERE / "shared", "lib.so", "-buildmode=c-shared", "-ldflags=-s -w", cgo=True)
    host = c_build(bench, HERE / "shared" / "host.c", "-ldl")
    bench.compare(bench.start(host, library, bench.truth))


@check
def c_shared_in_go(bench):
    """The program is read; that a library has goroutines of its own is said."""
    library = bench.go_build(HERE / "shared", "lib.so", "-buildmode=c-shared", cgo=True)
    host = bench.go_build(HERE / "beside", "host", cgo=True)
    report = bench.report(bench.start(host, library).pid)
    if report["counts"]["goroutines"] - report["counts"]["system"] != 1:
        raise Failed(f"counts {report['counts']}")
    # Its main is one more than those that were started.
    gaps = [(pathlib.Path(gap["where"]).name, gap["hides"]) for gap in report["gaps"]]
    if gaps != [("lib.so", "6 goroutines")]:
        raise Failed(f"gaps {gaps}")


@check
def plugin(bench):
    inside = bench.go_build(HERE / "plugin" / "inside", "inside.so", "-buildmode=plugin", cgo=True)
    main = bench.go_build(HERE / "plugin", "main", cgo=True)
    bench.compare(bench.start(main, inside, bench.truth))


def embeds(bench, *flags):
    source = bench.folder / "source"
    shutil.copytree(HERE / "embeds", source)
    bench.go_build(HERE / "plugin", source / "other", cgo=True)
    return bench.go_build(source, "embeds", *flags)


@check
def program_in_a_program(bench):
    bench.compare(bench.start(embeds(bench), bench.truth))


@check
def deleted(bench):
    program = embeds(bench, "-ldflags=-s -w")
    process = bench.start(program, bench.truth)
    program.unlink()
    bench.compare(process)


@check
def replaced(bench):
    program = embeds(bench)
    process = bench.start(program, bench.truth)
    program.rename(bench.folder / "old")
    shutil.copy("/bin/true", program)
    bench.compare(process)


@check
def packed(bench):
    upx = shutil.which("upx")
    if not upx:
        raise Skipped("no upx here")
    program = embeds(bench, "-ldflags=-s -w")
    subprocess.run([upx, "-q", "-1", program], check=True, stdout=subprocess.DEVNULL)
    bench.compare(bench.start(program, bench.truth))


@check
def unpacked(bench):
    """What a packed program becomes, however it was packed: its file tells nothing of what runs."""
    program = embeds(bench, "-ldflags=-s -w")
    bench.compare(bench.start(c_build(bench, HERE / "unpacks" / "main.c"), program, bench.truth))


@check
def stopped_by_a_signal(bench):
    process = bench.start(embeds(bench), bench.truth)
    process.send_signal(signal.SIGSTOP)
    bench.compare(process)
    text = bench.run(str(process.pid))[1]
    if "stopped" not in text.replace("not stopped", ""):
        raise Failed("does not say that the process is stopped")


@check
def short_queues_that_move(bench):
    process = bench.start(bench.go_build(HERE / "motion", "motion"), "busy")
    for _ in range(20):
        report = bench.report(process.pid)
        if report["findings"]:
            raise Failed(f"accuses: {report['findings'][0]['title']}")


@check
def long_queue_that_moves(bench):
    process = bench.start(bench.go_build(HERE / "motion", "motion"), "crowd")
    bench.convoy(process, "queue moving")


@check
def queue_behind_one_that_computes(bench):
    process = bench.start(bench.go_build(HERE / "motion", "motion"), "spin")
    bench.convoy(process, "same queue")
    if "same queue" in json.dumps(bench.report(process.pid, "--confirm", "0")):
        raise Failed("looks twice although it must not")


@check
def holder_that_computes_is_seen_when_held(bench):
    process = bench.start(bench.go_build(HERE / "motion", "motion"), "spin")
    if bench.report(process.pid)["origin"]["stopped_seconds"] != 0:
        raise Failed("stops the program without being asked to")
    report = bench.convoy(process, "same queue", "--pause-running", holders=["main.(*Table).rebuild"])
    if not report["origin"]["stopped_seconds"] > 0:
        raise Failed("does not say for how long it stopped a thread")
    for status in pathlib.Path(f"/proc/{process.pid}/task").glob("*/status"):
        if "TracerPid:\t0\n" not in status.read_text():
            raise Failed("a thread is still held")


@check
def queue_of_a_stopped_program(bench):
    process = bench.start(bench.go_build(HERE / "motion", "motion"), "spin")
    process.send_signal(signal.SIGSTOP)
    report = bench.report(process.pid)
    if any("same queue" in finding["explanation"] for finding in report["findings"]):
        raise Failed("takes standing still for proof in a program that is stopped")


@check
def named_by_its_file(bench):
    program = bench.go_build(HERE / "motion", "motion")
    if bench.run(str(program))[0] != 3:
        raise Failed("reads a program that does not run")
    process = bench.start(program, "spin")
    if bench.report(program)["origin"]["pid"] != process.pid:
        raise Failed("reads another process")


@check
def ends_in_the_middle(bench):
    program = bench.go_build(HERE.parent / "churn", "churn")
    for i in range(12):
        process = bench.start(program, "-lifetime", "10s")
        reader = subprocess.Popen([bench.goknot, "dump", str(process.pid)], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE)
        time.sleep(0.004 * i)
        process.kill()
        process.wait()
        try:
            errors = reader.communicate(timeout=READ_SECONDS)[1]
        except subprocess.TimeoutExpired:
            reader.kill()
            raise Failed(f"still reads after {READ_SECONDS} s") from None
        if reader.returncode not in (0, 1, *REFUSED):
            raise Failed(f"exit status {reader.returncode}: {errors[-200:]!r}")


@check
def no_go(bench):
    bench.refuse(bench.start("sleep", "600", ready=False).pid, "Go")


@check
def itself(bench):
    shell = 'exec "$0" $$'
    done = subprocess.run(["sh", "-c", shell, bench.goknot], capture_output=True, text=True, timeout=READ_SECONDS)
    if done.returncode not in REFUSED or not done.stderr:
        raise Failed(f"exit status {done.returncode}: {done.stderr}")


@check
def kernel_thread(bench):
    stat = pathlib.Path("/proc/2/stat")
    if not stat.exists() or "kthreadd" not in stat.read_text():
        raise Skipped("no kernel threads in sight")
    bench.refuse(2, "kernel", "Go")


@check
def zombie(bench):
    process = bench.start("true", ready=False)
    time.sleep(0.3)
    bench.refuse(process.pid, "ended", "zombie", "exited")


@check
def vanished(bench):
    process = subprocess.Popen(["true"])
    process.wait()
    bench.refuse(process.pid, "no such process")


@check
def of_another_user(bench):
    bench.refuse_as_nobody(bench.start("sleep", "600", ready=False).pid, "sudo goknot")


@check
def not_dumpable(bench):
    closed = "import ctypes, signal; ctypes.CDLL(None).prctl(4, 0); print('ready', flush=True); signal.pause()"
    bench.refuse_as_nobody(bench.start(*NOBODY, "/usr/bin/python3", "-c", closed).pid,
                           "PR_SET_DUMPABLE", "container lacks")


@check
def of_32_bit(bench):
    program = bench.go_build(HERE / "motion", "motion", arch="386")
    try:
        process = bench.start(program, "spin")
    except OSError:
        raise Skipped("no 32-bit programs here") from None
    bench.refuse(process.pid, "32 bit")


@check
def of_another_machine(bench):
    emulator = shutil.which("qemu-aarch64")
    if not emulator:
        raise Skipped("no qemu-user here")
    program = bench.go_build(HERE / "motion", "motion", arch="arm64")
    bench.refuse(bench.start(emulator, program, "crowd").pid, "another machine")


@check
def ancient(bench):
    """Go 1.12 comes with `go mod download golang.org/toolchain@v0.0.1-go1.12.17.linux-amd64`."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    found = sorted((cache / "goknot" / "toolchains").glob("go1.12*/bin/go"))
    if not found:
        raise Skipped("no Go 1.12 here")
    program = bench.go_build(HERE / "motion", "motion", go=found[-1])
    bench.refuse(bench.start(program, "crowd").pid, "go1.12")


@check
def in_another_mount_namespace(bench):
    program, hidden = embeds(bench, "-ldflags=-s -w"), bench.folder / "hidden"
    hidden.mkdir()
    script = f"mount -t tmpfs none {hidden} && cp {program} {hidden}/app && exec {hidden}/app {bench.truth}"
    process = bench.start("unshare", "-m", "sh", "-c", script)
    if (hidden / "app").exists():
        raise Failed("the program can be seen from here: nothing was tried")
    bench.compare(process)


@check
def held_by_a_debugger(bench):
    process = bench.start(embeds(bench), bench.truth)
    seize = ("import ctypes, os, signal, sys; c = ctypes.CDLL(None, use_errno=True); pid = int(sys.argv[1]);"
             "sys.exit(1) if c.ptrace(0x4206, pid, None, None) or c.ptrace(0x4207, pid, None, None) else None;"
             "os.waitpid(pid, 0x40000000); print('ready', flush=True); signal.pause()")
    bench.start(sys.executable, "-c", seize, str(process.pid))
    bench.compare(process)
    if "debugger" not in bench.run(str(process.pid))[1]:
        raise Failed("does not say that the process is held by a debugger")
    if bench.run("--pause-running", str(process.pid))[0] not in (0, 1):
        raise Failed("cannot be read with --pause-running")


def freezer(pid):
    """(group, file, words for frozen and not) of a control group of our own with a process in it."""
    root = pathlib.Path("/sys/fs/cgroup")
    old = (root / "freezer").is_dir()
    group = (root / "freezer" if old else root) / f"goknot-{pid}"
    state = group / ("freezer.state" if old else "cgroup.freeze")
    try:
        group.mkdir()
        if not state.exists():
            raise OSError("no freezer")
        (group / "cgroup.procs").write_text(str(pid))
    except OSError as error:
        if group.is_dir():
            group.rmdir()
        raise Skipped(f"groups cannot be made here: {error}") from None
    return group, state, ("FROZEN", "THAWED") if old else ("1", "0")


@check
def frozen(bench):
    process = bench.start(embeds(bench), bench.truth)
    group, state, (on, off) = freezer(process.pid)
    try:
        state.write_text(on)
        bench.compare(process)
        if "frozen" not in bench.run(str(process.pid))[1]:
            raise Failed("does not say that the process is frozen")
    finally:
        state.write_text(off)
        process.kill()
        process.wait()
        time.sleep(0.2)
        group.rmdir()


@check
def resembles_go_in_memory(bench):
    bench.refuse(bench.start(sys.executable, HERE / "resembles.py", "anonymous", "8").pid, "Go")


@check
def resembles_go_in_a_file(bench):
    bench.refuse(bench.start(sys.executable, HERE / "resembles.py", "file", "16").pid, "Go")


def main():
    options = parse_arguments()
    if not options.goknot.exists():
        print(f"skipped: {options.goknot} is not built")
        return SKIP
    failed = 0
    for function in CHECKS:
        if options.name and function.__name__ not in options.name:
            continue
        begin = time.monotonic()
        try:
            with Bench(options.goknot.resolve()) as bench:
                function(bench)
            result = "ok"
        except Skipped as reason:
            result = f"skipped: {reason}"
        except Failed as reason:
            result, failed = f"FAILED: {reason}", failed + 1
        print(f"{function.__name__:26} {time.monotonic() - begin:6.1f} s  {result}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
