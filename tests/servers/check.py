#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads real servers, as Debian packages them, while they work: completely, without a gap, and found healthy. Goroutines
that their own debug=2 shows the same before and after the reading must be read the same, frame by frame."""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "programs"))
import tracebacks  # noqa: E402

SKIP = 77  # what ctest takes for "skipped"
START_SECONDS = 180
READ_SECONDS = 60
TROUBLES = (OSError, urllib.error.URLError, http.client.HTTPException)
ACCUSING = {"deadlock", "leak", "contention", "suspicious"}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--goknot", type=pathlib.Path, default=ROOT / "build" / "release" / "goknot")
    parser.add_argument("--readings", type=int, default=5, help="of each server")
    parser.add_argument("name", nargs="*", help="only these servers")
    return parser.parse_args()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """How to start a server, what to ask it, and where it shows its goroutines."""

    def __init__(self, name, command, asked, stacks, env=None):
        self.name, self.command, self.asked, self.stacks, self.env = name, command, asked, stacks, env or {}


def servers(folder):
    """All that are known, with ports of their own and their data in a folder."""
    ports = [free_port() for _ in range(9)]
    url = [f"http://127.0.0.1:{port}" for port in ports]
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: self\n  static_configs:\n"
        f"  - targets: ['127.0.0.1:{ports[4]}']\n")
    (folder / "caddy.json").write_text(json.dumps({
        "admin": {"listen": f"127.0.0.1:{ports[5]}"},
        "apps": {"http": {"servers": {"all": {"listen": [f"127.0.0.1:{ports[6]}"], "routes": [
            {"handle": [{"handler": "static_response", "body": "yes"}]}]}}}}}))
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return [
        Server("nats-server", ["-a", "127.0.0.1", "-p", ports[7], "-m", ports[0], "-profile", ports[1]],
               [f"{url[0]}/varz", f"{url[0]}/connz"], f"{url[1]}/debug/pprof/goroutine?debug=2"),
        Server("etcd", ["--data-dir", folder / "etcd", "--enable-pprof", "--listen-client-urls", url[2],
                        "--advertise-client-urls", url[2], "--listen-peer-urls", url[3],
                        "--initial-advertise-peer-urls", url[3], "--initial-cluster", f"default={url[3]}"],
               [f"{url[2]}/health", f"{url[2]}/metrics"], f"{url[2]}/debug/pprof/goroutine?debug=2"),
        Server("prometheus", [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/prometheus",
                              f"--web.listen-address=127.0.0.1:{ports[4]}"],
               [f"{url[4]}/metrics", f"{url[4]}/api/v1/query?query=up"], f"{url[4]}/debug/pprof/goroutine?debug=2"),
        Server("caddy", ["run", "--config", folder / "caddy.json"],
               [f"{url[6]}/", f"{url[5]}/config/"], f"{url[5]}/debug/pprof/goroutine?debug=2", home),
        Server("syncthing", ["serve", "--no-browser", "--no-restart", "--no-upgrade", f"--home={folder}/syncthing",
                             f"--gui-address=127.0.0.1:{ports[8]}"],
               [f"{url[8]}/rest/noauth/health", f"{url[8]}/"], None, {**home, "STNODEFAULTFOLDER": "1"}),
    ]


def get(url):
    """The body of an answer, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.read()


class Load(threading.Thread):
    """Asks a server again and again until told to end."""

    def __init__(self, urls):
        super().__init__(daemon=True)
        self.urls, self.ending, self.answers = urls, threading.Event(), 0

    def run(self):
        while not self.ending.is_set():
            for url in self.urls:
                try:
                    get(url)
                    self.answers += 1
                except TROUBLES:
                    time.sleep(0.05)


def wait_until_up(server, process):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return f"ended with status {process.returncode}"
        try:
            get(server.asked[0])
            return None
        except TROUBLES:
            time.sleep(0.2)
    return f"does not answer within {START_SECONDS} s"


def read_once(goknot, server, pid, complaints):
    """One diagnosis and one dump; gives how many goroutines there were and how many could be compared."""
    done = subprocess.run([goknot, "--json", str(pid)], capture_output=True, timeout=READ_SECONDS)
    report = json.loads(done.stdout)
    if "error" in report:
        complaints.append(str(report["error"]))
        return 0, 0
    complaints += [f"gap: {gap['where']}: {gap['what']}" for gap in report["gaps"]]
    if report["verdict"]["outcome"] in ACCUSING:
        blamed = [f"{f['rule']}/{f['grade']} {f['culprits'][0]['function'] if f['culprits'] else ''}"
                  for f in report["findings"]]
        complaints.append(f"accused of {report['verdict']['outcome']}: {blamed}")
    return report["counts"]["goroutines"], compare(goknot, server, pid, complaints) if server.stacks else 0


def compare(goknot, server, pid, complaints):
    before = tracebacks.parse(get(server.stacks).decode(errors="replace"))
    done = subprocess.run([goknot, "dump", str(pid)], capture_output=True, timeout=READ_SECONDS)
    after = tracebacks.parse(get(server.stacks).decode(errors="replace"))
    seen = tracebacks.parse(done.stdout.decode(errors="replace"))
    still = [n for n, g in before.items() if n in after and (g.state, g.lines) == (after[n].state, after[n].lines)]
    for number in still:
        wrong = tracebacks.differences(before[number], seen[number]) if number in seen else ["missing"]
        # One that runs and comes back to the same place between two looks can be anywhere in the third.
        if wrong and not wrong[0].startswith("state:") and wrong != ["missing"]:
            complaints.append(f"goroutine {number} [{before[number].state}]: {wrong[0]}")
    return len(still)


def check(options, server, folder):
    """A line about a server, and whether it is fine."""
    program = shutil.which(server.name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")
    if not program:
        return f"skipped: {server.name} is not installed", True
    with open(folder / f"{server.name}.log", "wb") as log:
        process = subprocess.Popen([program, *map(str, server.command)], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                   cwd=folder, env={**os.environ, **server.env})
    loads, complaints, goroutines, compared = [], [], 0, 0
    try:
        trouble = wait_until_up(server, process)
        if trouble:
            return f"skipped: {server.name} {trouble}", True
        loads = [Load(server.asked) for _ in range(4)]
        for load in loads:
            load.start()
        time.sleep(2)
        for _ in range(options.readings):
            seen, same = read_once(options.goknot, server, process.pid, complaints)
            goroutines, compared = goroutines + seen, compared + same
            time.sleep(0.3)
    finally:
        for load in loads:
            load.ending.set()
        process.kill()
        process.wait()
    answers = sum(load.answers for load in loads)
    line = (f"{server.name}: {options.readings} readings, {goroutines} goroutines, {compared} compared with its own word, "
            f"{answers} requests answered meanwhile")
    if goroutines < 5 * options.readings:
        complaints.append("too few goroutines")
    return "\n  ".join([line, *dict.fromkeys(complaints)]), not complaints


def main():
    options = parse_arguments()
    if not options.goknot.exists():
        print(f"skipped: {options.goknot} is not built")
        return SKIP
    fine = True
    with tempfile.TemporaryDirectory(prefix="goknot-servers-", ignore_cleanup_errors=True) as folder:
        for server in servers(pathlib.Path(folder)):
            if options.name and server.name not in options.name:
                continue
            line, is_fine = check(options, server, pathlib.Path(folder))
            print(line, flush=True)
            fine = fine and is_fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
