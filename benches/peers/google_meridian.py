#!/usr/bin/env python3
"""The geo posterior beside Meridian on the CPU, on Meridian's own example, in one go: 20 geos x 156 weeks x 4 channels.

    VENV/bin/python benches/peers/google_meridian.py --tandem target/release/tandem --csv ../shared/data/meridian_geo_media.csv

`VENV`: pip install google-meridian==2.1.0. Ours: 4 chains x (500 + 500), the whole command `tandem fit`, with diagnostics,
verdicts and holdout. The peer: 2 chains x (500 adaptation + 500 burn-in + 500 kept), 16 knots, the same ROI prior
log-normal(0.2, 0.9); its process, and its sampling call alone, which compiles. Smallest bulk ESS over sampled parameters.
"""
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ours  # noqa: E402

SPEC = """seed = 1
media = "exposure"
[baseline]
knots = 16
[priors]
effect = { on = "roi", dist = "log_normal", mu = 0.2, sigma = 0.9 }
[sampler]
chains = 4
tune = 500
draws = 500
"""
# The peer's curve, Hill with slope 1, and its carry-over; ours by default has a free slope and half a year, told beside it.
CURVE = """[saturation]
kind = "michaelis_menten"
[adstock]
max_lag = 8
[priors.alpha]
dist = "beta"
a = 1.0
b = 1.0
"""


def peer(path):
    """Runs in its own process; JSON on the last line."""
    import arviz as az
    from meridian.data import load
    from meridian.model import model, spec

    names = [f"Channel{c}" for c in range(4)]
    columns = load.CoordToColumns(
        time="time", geo="geo", population="population", kpi="conversions", revenue_per_kpi="revenue_per_conversion",
        controls=["competitor_activity_score_control", "sentiment_score_control"],
        media=[f"{n}_impression" for n in names], media_spend=[f"{n}_spend" for n in names])
    data = load.CsvDataLoader(
        csv_path=path, kpi_type="non_revenue", coord_to_columns=columns,
        media_to_channel={f"{n}_impression": n for n in names},
        media_spend_to_channel={f"{n}_spend": n for n in names}).load()
    mmm = model.Meridian(input_data=data, model_spec=spec.ModelSpec(knots=16))
    start = time.perf_counter()
    mmm.sample_posterior(n_chains=2, n_adapt=500, n_burnin=500, n_keep=500, seed=1)
    sampling = time.perf_counter() - start
    posterior = mmm.inference_data.posterior
    ess = {v: float(az.ess(posterior[v]).to_array().min()) for v in posterior.data_vars}
    rhat = {v: float(az.rhat(posterior[v]).to_array().max()) for v in posterior.data_vars}
    ess = {v: e for v, e in ess.items() if e == e}
    worst = min(ess, key=ess.get)
    ours.told_by_peer(sampling=sampling, ess=ess[worst], worst=worst, roi_ess=ess.get("roi_m"),
                      rhat=max(r for r in rhat.values() if r == r))


def main():
    args = ours.arguments(__doc__)
    args.add_argument("--csv", default="../shared/data/meridian_geo_media.csv")
    args = args.parse_args()
    if args.peer:
        return peer(args.peer)
    path = os.path.abspath(args.csv)
    print(f"load {os.getloadavg()[0]:.1f}\n{ours.HEADING}", flush=True)
    us = ours.fit(args.tandem, path, None, "conversions", SPEC + CURVE)
    print(ours.row("tandem fit, whole command, the peer's curve", us), flush=True)
    print(ours.row("the same, our default curve", ours.fit(args.tandem, path, None, "conversions", SPEC)), flush=True)
    if not args.ours_only:
        ours.compare(us, __file__, path, lambda them: f"Meridian, whole process (worst: {them['worst']})",
                     "its sampling call alone")
    return None


if __name__ == "__main__":
    main()
