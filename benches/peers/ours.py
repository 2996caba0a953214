"""What the comparisons share: running `tandem` on a file, and reading what it says of itself."""
import json
import os
import pathlib
import subprocess
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
