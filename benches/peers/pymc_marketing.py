#!/usr/bin/env python3
"""The national posterior beside PyMC-Marketing with nutpie, on one file, in one go: 156 weeks x 10 channels, 4 x (1000 + 1000).

    VENV/bin/python benches/peers/pymc_marketing.py --tandem target/release/tandem [--ours-only]

`VENV`: pip install pymc-marketing==0.19.2 nutpie numpyro. Ours is timed as the whole command `tandem fit`, from process start
to the saved run, with diagnostics, verdicts and holdout; the peer as a whole process too (imports, compilation, sampling, no
diagnostics), and its sampling call alone. Ratio: smallest bulk ESS over all sampled parameters per second of wall time.
"""
import os
import pathlib
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours  # noqa: E402

WEEKS, CHANNELS = 156, 10
SPEC = """seed = 1
[sampler]
chains = 4
tune = 1000
draws = 1000
"""
# The peer's curve and carry-over; ours by default is Hill with a free slope over half a year, told beside it.
CURVE = """[saturation]
kind = "logistic"
[adstock]
max_lag = 13
[priors.alpha]
dist = "beta"
a = 1.0
b = 3.0
"""


def write(path):
    """Spend in flights, carry-over, saturation at the median, season, trend and normal noise."""
    rng = np.random.default_rng(20261123)
    weeks = np.arange(WEEKS)
    y = 1000 + 0.5 * weeks + 60 * np.sin(2 * np.pi * weeks / 52.18) + 30 * rng.standard_normal(WEEKS)
    spend = np.zeros((CHANNELS, WEEKS))
    for c in range(CHANNELS):
        level, carried = 100.0, 0.0
        for t in weeks:
            if t % (5 + c) == 0:
                level = 100 * np.exp(0.8 * rng.standard_normal())
            spend[c, t] = 0.0 if rng.random() < 0.2 else round(level * rng.uniform(0.7, 1.3), 2)
            carried = 0.4 * carried + 0.6 * spend[c, t]
            y[t] += (40 + 12 * c) * carried / (carried + 100)
    dates = np.datetime64("2023-01-02") + 7 * weeks
    with open(path, "w", encoding="utf-8") as out:
        out.write("date," + ",".join(f"c{c}" for c in range(CHANNELS)) + ",y\n")
        for t in weeks:
            out.write(f"{dates[t]}," + ",".join(f"{spend[c, t]:.2f}" for c in range(CHANNELS)) + f",{y[t]:.2f}\n")


def mapping():
    """What the columns are, for our import."""
    channels = "".join(f'[[channel]]\nname = "c{c}"\nspend = "c{c}"\n\n' for c in range(CHANNELS))
    return f'kind = "wide"\ndate = "date"\ncurrency = "EUR"\n\n[kpi]\nname = "revenue"\ncolumn = "y"\n\n{channels}'


def peer(path):
    """Runs in its own process: the peer's additive model on the same file; JSON on the last line."""
    # this file has the peer's name: its own folder must not be searched
    sys.path[:] = [p for p in sys.path if pathlib.Path(p or ".").resolve() != pathlib.Path(__file__).resolve().parent]
    sys.modules.pop("pymc_marketing", None)
    import arviz as az
    import pandas as pd
    from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation

    data = pd.read_csv(path, parse_dates=["date"])
    names = [f"c{c}" for c in range(CHANNELS)]
    data["trend"] = np.linspace(0, 1, len(data))
    model = MMM(date_column="date", channel_columns=names, control_columns=["trend"], adstock=GeometricAdstock(l_max=13),
                saturation=LogisticSaturation(), yearly_seasonality=2)
    start = time.perf_counter()
    model.fit(data.drop(columns="y"), data["y"], chains=4, tune=1000, draws=1000, nuts_sampler="nutpie", random_seed=1,
              progressbar=False)
    sampling = time.perf_counter() - start
    sampled = [v.name for v in model.model.free_RVs]
    posterior = model.idata.posterior[sampled]
    least = lambda d: float(min(d[v].min() for v in d.data_vars))
    ours.told_by_peer(
        sampling=sampling,
        ess=least(az.ess(posterior)),
        rhat=float(max(v.max() for v in az.rhat(posterior).data_vars.values())),
    )


def main():
    args = ours.arguments(__doc__).parse_args()
    if args.peer:
        return peer(args.peer)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weekly.csv")
        write(path)
        print(f"load {os.getloadavg()[0]:.1f}\n{ours.HEADING}", flush=True)
        us = ours.fit(args.tandem, path, mapping(), "revenue", SPEC + CURVE)
        print(ours.row("tandem fit, whole command, the peer's curve", us), flush=True)
        print(ours.row("the same, our default curve", ours.fit(args.tandem, path, mapping(), "revenue", SPEC)), flush=True)
        if not args.ours_only:
            ours.compare(us, __file__, path, lambda _: "PyMC-Marketing + nutpie, whole process", "its fit call alone")
    return None


if __name__ == "__main__":
    main()
