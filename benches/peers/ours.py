"""What the comparisons share: timing `tandem` and a peer as whole processes, and telling of both in one form."""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time


def fit(tandem, csv, mapping, kpi, spec, threads=2):
    """Imports `csv` into a fresh store (not timed) and times the whole `fit` command, process start to saved run."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        mapped = []
        if mapping:
            (folder / "mapping.toml").write_text(mapping)
            mapped = ["--mapping", str(folder / "mapping.toml")]
        (folder / "spec.toml").write_text(spec)
        data = str(folder / "data")
        subprocess.run([tandem, "--data", data, "import", str(csv), *mapped, "--yes"],
                       check=True, capture_output=True)
        command = [tandem, "--data", data, "fit", "--kpi", kpi, "--estimator", "bayes", "--spec", str(folder / "spec.toml"),
                   "--json"]
        start = time.perf_counter()
        before = os.times()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**os.environ, "RAYON_NUM_THREADS": str(threads)})
        out, err = process.communicate()
        wall = time.perf_counter() - start
        after = os.times()
        if process.returncode != 0:
            raise SystemExit(err.decode())
        peak = peak_memory(command)
    told = json.loads(out)
    chains = told["diagnostics"]["chains"]
    return {
        "wall": wall,
        "cpu": after.children_user + after.children_system - before.children_user - before.children_system,
        "mib": peak,
        "ess": chains["ess_bulk"],
        "rhat": chains["rhat"],
        "divergences": chains["divergences"],
        "health": told["health"]["status"],
    }


def peer(script, path):
    """Runs `script --peer path` as a process of its own and times it whole; the JSON of its last line with wall and CPU seconds."""
    before, start = os.times(), time.perf_counter()
    out = subprocess.run([sys.executable, script, "--peer", path], check=True, capture_output=True).stdout.decode()
    wall, after = time.perf_counter() - start, os.times()
    return {
        **json.loads(out.strip().splitlines()[-1]),
        "wall": wall,
        "cpu": after.children_user + after.children_system - before.children_user - before.children_system,
    }


def told_by_peer(**figures):
    """What a peer's own process ends with: `figures` and its peak memory, for `peer` to read."""
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("\n" + json.dumps({**figures, "mib": mib}))


def compare(us, script, path, process, call):
    """Times the peer and prints its two lines, `process(peer)` and `call`, and how much faster ours is."""
    them = peer(script, path)
    print(row(process(them), them))
    print(row(call, {**them, "wall": them["sampling"]}))
    rate = us["ess"] / us["wall"]
    print(f"\nload {os.getloadavg()[0]:.1f}; ours per second: {rate / (them['ess'] / them['wall']):.0f} times the whole process, "
          f"{rate / (them['ess'] / them['sampling']):.0f} times {call}")


def arguments(doc):
    """The command line of both comparisons."""
    args = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--tandem", default="target/release/tandem")
    args.add_argument("--ours-only", action="store_true")
    args.add_argument("--peer", help=argparse.SUPPRESS)
    return args


def peak_memory(command):
    """Peak resident memory of one more run, MiB."""
    code = ("import resource,subprocess,sys; subprocess.run(sys.argv[1:], capture_output=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)")
    return float(subprocess.run(["python3", "-c", code, *command], check=True, capture_output=True).stdout)


def row(name, r):
    """A line of Markdown."""
    return (f"| {name} | {r['wall']:.1f} | {r['cpu']:.1f} | {r['ess']:.0f} | {r['ess'] / r['wall']:.1f} | {r['rhat']:.3f} | "
            f"{r['mib']:.0f} |")


HEADING = "| | wall s | CPU s | min bulk ESS | ESS/s of wall | R-hat | peak MiB |\n|---|---|---|---|---|---|---|"
