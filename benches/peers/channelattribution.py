#!/usr/bin/env python3
"""Markov attribution beside ChannelAttribution (PyPI, GPL: run beside us, never linked), on one file, in one go.

    python3 benches/peers/channelattribution.py --tandem target/release/tandem [--rows 1000000] [--repeat 3]

Writes a path table with a fixed seed, then times our whole command (process start, reading and parsing the file, solving,
printing) against the peer's model call alone (its file already read into a data frame), at orders 1, 2 and 3, each in its own
process, and takes the peak memory of each process. Prints a Markdown table and, with --json FILE, the figures.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PINS = ["ChannelAttribution==2.2.5", "matplotlib"]  # matplotlib is imported by it and not declared
CHANNELS = ["Paid search", "Organic search", "Paid social", "Organic social", "Email", "Webinar", "Display", "Retargeting",
            "Partner", "Referral", "Direct", "Events", "Content syndication", "Podcast", "Direct mail", "SDR outbound",
            "Review sites", "Video", "Affiliate", "Community"]

PEER = r"""
import json, resource, sys, time
import pandas as pd
import ChannelAttribution as ca
data = pd.read_csv(sys.argv[1], sep=";")
start = time.perf_counter()
result = ca.markov_model(data, var_path="path", var_conv="total_conversions", var_value="total_conversion_value",
                         var_null="total_null", order=int(sys.argv[2]), verbose=False)
seconds = time.perf_counter() - start
frame = result["result"] if isinstance(result, dict) else result
name, conv = frame.columns[0], frame.columns[1]
print("\n" + json.dumps({"seconds": seconds, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
      "credit": dict(zip(frame[name].astype(str), frame[conv].astype(float)))}))
"""


def write_paths(path, rows):
    """Distinct paths of 1 to 12 touches over 20 channels of unequal weight, with conversions, value and nulls."""
    rng = random.Random(20261123)
    weights = [1.0 / (1 + i) ** 0.7 for i in range(len(CHANNELS))]
    effect = [rng.uniform(-0.6, 0.9) for _ in CHANNELS]
    seen = set()
    with open(path, "w", encoding="utf-8") as out:
        out.write("path;total_conversions;total_conversion_value;total_null\n")
        while len(seen) < rows:
            length = min(12, 2 + int(rng.expovariate(0.28)))
            touches = rng.choices(range(len(CHANNELS)), weights, k=length)
            key = bytes(touches)
            if key in seen:
                continue
            seen.add(key)
            journeys = 1 + int(rng.expovariate(0.6))
            chance = 1 / (1 + 2.718281828 ** (2.2 - sum(effect[t] for t in touches) / length ** 0.5))
            conversions = sum(rng.random() < chance for _ in range(journeys))
            value = sum(round(rng.lognormvariate(6, 1), 2) for _ in range(conversions))
            names = " > ".join(CHANNELS[t] for t in touches)
            out.write(f"{names};{conversions};{value:.2f};{journeys - conversions}\n")


def peer_python(folder):
    """A virtual environment of the peer's own."""
    python, ready = folder / "venv" / "bin" / "python", folder / "venv" / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINS], check=True)
        ready.touch()
    return python


def ours(tandem, paths, order):
    """Wall seconds of the whole command, its peak memory in MiB, and its credit."""
    command = [tandem, "attribute", "--paths", paths, "--model", "markov", "--order", str(order), "--resamples", "0", "--json"]
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{command} failed with status {status}")
    answer = json.loads(output)["models"][0]
    credit = {c["channel"]: float(c["conversions"]) for c in answer["channels"]}
    return seconds, usage.ru_maxrss / 1024, credit


def theirs(python, paths, order):
    """Seconds of the model call alone, peak memory of its process in MiB, and its credit."""
    run = subprocess.run([python, "-c", PEER, paths, str(order)], check=True, capture_output=True, text=True)
    answer = json.loads(run.stdout.strip().splitlines()[-1])
    return answer["seconds"], answer["mib"], answer["credit"]


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--tandem", required=True, help="the binary to time")
    parse.add_argument("--rows", type=int, default=1_000_000)
    parse.add_argument("--repeat", type=int, default=3)
    parse.add_argument("--orders", default="1,2,3")
    parse.add_argument("--work", default="target/peers/channelattribution", help="where the file and the environment are kept")
    parse.add_argument("--json", help="also write the figures here")
    args = parse.parse_args()
    folder = pathlib.Path(args.work)
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / f"paths-{args.rows}.csv"
    if not paths.exists():
        write_paths(paths.with_suffix(".part"), args.rows)
        paths.with_suffix(".part").rename(paths)
    python = peer_python(folder)
    figures = []
    print(f"{args.rows} distinct rows x {len(CHANNELS)} channels, {paths.stat().st_size / 2**20:.0f} MiB; median of {args.repeat}\n")
    print("| order | tandem, whole command | ChannelAttribution, model call | times faster | memory | its memory | share | largest difference of a channel |")
    print("|---|---|---|---|---|---|---|---|")
    for order in map(int, args.orders.split(",")):
        mine = [ours(args.tandem, paths, order) for _ in range(args.repeat)]
        peer = [theirs(python, paths, order) for _ in range(args.repeat)]
        a, b = (statistics.median(r[0] for r in runs) for runs in (mine, peer))
        m, n = (statistics.median(r[1] for r in runs) for runs in (mine, peer))
        exact, simulated = mine[0][2], peer[0][2]
        worst = max(abs(simulated.get(c, 0.0) / exact[c] - 1) for c in exact if exact[c] > 0)
        figures.append({"order": order, "seconds": a, "peer_seconds": b, "faster": b / a, "mib": m, "peer_mib": n,
                        "largest_relative_difference": worst})
        print(f"| {order} | {a:.3f} s | {b:.2f} s | {b / a:.1f} | {m:.0f} MiB | {n:.0f} MiB | {m / n:.2f} | {worst:.1%} |", flush=True)
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
