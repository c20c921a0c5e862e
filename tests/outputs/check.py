#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py GOKNOT: what goknot writes of a real dump is opened by those it is written for.

The dump of the demo's program, and the same with paths and labels made to break out of every format, go through each
output; then jsonschema, dot, go tool pprof and chromium say whether they can read it. One that is not here is left out,
with a line that says so. A second reading of the saved profile must give the same report.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DUMP = ROOT / "tests/data/dumps/go1.26.8-hub.aged.txt"
ALARM = "ALARM"
HOSTILE = f"/src/</script><script>document.title='{ALARM}'</script>&\"'`;$(x)\\\\|%s{{}}<!--]]>/hub.go:"
SKIPPED = 77  # what ctest takes for "skipped"

failures = []
left_out = []


def run(*words, **options):
    return subprocess.run([str(w) for w in words], capture_output=True, timeout=300, **options)


def expect(holds, what, shown=b""):
    if not holds:
        failures.append(what)
        print("FAILED:", what, shown[-2000:].decode("utf-8", "replace"))


def has(program):
    if not shutil.which(program):
        left_out.append(program)
    return shutil.which(program) is not None


def hostile(text):
    """The dump with other paths, and labels on every goroutine."""
    text = text.replace("/node/hub.go:", HOSTILE)
    label = "{k: \"</script><script>document.title='%s'</script>\\\"\"}" % ALARM
    return text.replace("]:\n", "] " + label + ":\n")


def written(goknot, dump, form):
    done = run(goknot, "--format", form, dump)
    expect(done.returncode in (0, 1) and done.stdout, f"{dump.name} as {form}: status {done.returncode}", done.stderr)
    return done.stdout


def check_json(goknot, dump):
    try:
        import jsonschema
    except ImportError:
        left_out.append("python3-jsonschema")
        return
    report = json.loads(written(goknot, dump, "json"))
    schema = json.loads(run(goknot, "schema").stdout)
    errors = [e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(report)]
    expect(not errors, f"{dump.name}: the JSON report holds its schema: {errors[:3]}")
    expect(report["findings"][0]["rule"] == "mixed-cycle", f"{dump.name}: the knot is found")
    sarif = json.loads(written(goknot, dump, "sarif"))
    result = sarif["runs"][0]["results"][0]
    expect(result["ruleId"] == "mixed-cycle" and result["level"] == "error", f"{dump.name}: SARIF names the knot")
    report["findings"][0]["grade"] = "certain"
    expect(any(jsonschema.Draft202012Validator(schema).iter_errors(report)), "the schema refuses a grade it does not know")


def check_dot(goknot, dump):
    if not has("dot"):
        return
    drawn = run("dot", "-Tsvg", input=written(goknot, dump, "dot"))
    expect(drawn.returncode == 0 and not drawn.stderr, f"{dump.name}: dot draws the graph", drawn.stderr)
    expect(drawn.stdout.count(b'class="node"') >= 2, f"{dump.name}: the picture has nodes", drawn.stdout)
    expect(run("dot", "-Tsvg", input=b"digraph { a -> }").returncode != 0, "dot refuses what is no graph")


def check_profile(goknot, dump, folder):
    saved = folder / (dump.name + ".pb.gz")
    done = run(goknot, "save", dump, "-o", saved)
    expect(done.returncode == 0, f"{dump.name}: saved", done.stderr)
    first, again = (json.loads(run(goknot, "--json", path).stdout) for path in (dump, saved))
    for key in ("counts", "verdict"):
        expect(first[key] == again[key], f"{dump.name}: {key} of the saved profile")
    if has("go"):
        top = run("go", "tool", "pprof", "-top", saved)
        expect(top.returncode == 0 and b"Subscribe" in top.stdout, f"{dump.name}: go tool pprof reads it", top.stderr)


def check_page(goknot, dump, folder):
    if not has("chromium"):
        return
    page = folder / "report.html"
    expect(run(goknot, "report", dump, "-o", page).returncode in (0, 1), f"{dump.name}: a page")
    shown = run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                f"--user-data-dir={folder}/profile", "--virtual-time-budget=3000", "--dump-dom", page.as_uri())
    dom = shown.stdout.decode("utf-8", "replace")
    expect("DEADLOCK" in dom and "<svg" in dom, f"{dump.name}: verdict and picture are shown", shown.stderr)
    expect(f"<title>{ALARM}</title>" not in dom, f"{dump.name}: nothing of the dump runs in the page")
    expect("26 goroutines" in dom, f"{dump.name}: every goroutine can be reached")


def main():
    goknot = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind, text in (("hub", DUMP.read_text()), ("hostile", hostile(DUMP.read_text()))):
            dump = folder / f"{kind}.txt"
            dump.write_text(text)
            check_json(goknot, dump)
            check_dot(goknot, dump)
            check_profile(goknot, dump, folder)
            check_page(goknot, dump, folder)
    for program in sorted(set(left_out)):
        print("left out:", program, "is not installed")
    sys.exit(1 if failures else SKIPPED if len(set(left_out)) >= 4 else 0)


main()
