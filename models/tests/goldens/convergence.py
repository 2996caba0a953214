"""Goldens for R-hat, effective sample sizes and Pareto k, computed by ArviZ 0.23 (pip install "arviz<1").

Run: python convergence.py > convergence.json
"""
import json
import sys

import arviz as az
import numpy as np

rng = np.random.default_rng(20)


def ar(phi, chains=4, n=60):
    x = np.zeros((chains, n))
    for t in range(1, n):
        x[:, t] = phi * x[:, t - 1] + rng.normal(size=chains)
    return x


cases = {
    "independent": rng.normal(size=(4, 60)),
    "sticky": ar(0.85),
    "antithetic": ar(-0.5),
    "odd_length": ar(0.4, 3, 41),
    "one_chain_apart": rng.normal(size=(4, 60)) + np.array([[0], [0], [0], [1.5]]),
    "unequal_spread": rng.normal(size=(4, 60)) * np.array([[1], [1], [1], [4]]),
    "cauchy": rng.standard_cauchy(size=(2, 80)),
}
out = {"chains": [], "ratios": []}
for name, x in cases.items():
    x = np.round(x, 6)
    out["chains"].append(
        {
            "name": name,
            "draws": x.tolist(),
            "rhat": float(az.rhat(x, method="rank")),
            "ess_bulk": float(az.ess(x, method="bulk")),
            "ess_tail": float(az.ess(x, method="tail")),
        }
    )
for name, x in {
    "light": rng.normal(size=400) * 0.3,
    "heavy": rng.exponential(size=400) * 0.9,
    "very_heavy": rng.exponential(size=300) * 1.6,
}.items():
    x = np.round(x, 6)
    weights, k = az.psislw(x.copy())
    out["ratios"].append({"name": name, "log_ratios": x.tolist(), "k": float(k), "log_weights": np.asarray(weights).tolist()})
json.dump(out, sys.stdout)
