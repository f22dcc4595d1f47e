"""How long the indices of inequality take, beside a plain loop over areas in the same run.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest tests/benchmarks/bench_inequality.py

Recorded elsewhere on the same task, slope and relative index of 100 areas with 10,000 draws: PHEindicatormethods 2.1.0
under R 4.5.0 10.2 s (1 area 0.34 s; with 100,000 draws 1.03 s and 149 MB); PHStatsMethods 0.1.16 does not offer it;
numpy alone without any table 0.41 s, the slope in closed form 0.00007 s. Wanted here: under 0.6 s.
"""

import numpy as np
import pandas as pd
import pytest

from helpers.scoring.attributable import population_attributable_risk
from helpers.scoring.inequality import slope_index

DRAWS = 10_000
NAMES = {"quantile": "decile", "population": "people", "value": "years"}


def areas(n: int, quantiles: int = 10) -> pd.DataFrame:
    random = np.random.default_rng(1)
    numbers = np.tile(np.arange(1, quantiles + 1), n)
    return pd.DataFrame(
        {
            "area": np.repeat([f"A{k:05}" for k in range(n)], quantiles), "decile": numbers,
            "people": random.integers(5_000, 20_000, n * quantiles),
            "years": random.normal(72 + 0.9 * numbers, 0.8), "se": random.uniform(0.5, 1.2, n * quantiles),
        }
    )  # fmt: skip


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """What one would write down first: a weighted line for every draw of every area, by its sums."""
    random, rows = np.random.default_rng(1), []
    for name, area in table.groupby("area"):
        share = (area["people"] / area["people"].sum()).to_numpy()
        rank = share.cumsum() - share / 2
        design = np.column_stack([np.ones(len(area)), rank])
        drawn = random.normal(area["years"], area["se"], (DRAWS, len(area)))
        lines = np.linalg.solve(design.T * share @ design, design.T * share @ drawn.T)
        ends = np.quantile([lines[1], lines.sum(axis=0) / lines[0]], [0.025, 0.975], axis=1)
        rows.append((name, *ends.ravel()))
    return pd.DataFrame(rows)


@pytest.mark.benchmark(group="slope and relative index, 100 areas, 10,000 draws")
def test_slope_index_100_areas_10000_draws(benchmark):
    benchmark.pedantic(slope_index, (areas(100),), {**NAMES, "se": "se", "draws": DRAWS}, rounds=10, warmup_rounds=1)


@pytest.mark.benchmark(group="slope and relative index, 100 areas, 10,000 draws")
def test_slope_index_100_areas_plain_loop(benchmark):
    benchmark.pedantic(plain, (areas(100),), rounds=3)


@pytest.mark.benchmark(group="25,000 areas, ScotPHO convention and attributable risk")
def test_scotpho_convention_25000_areas(benchmark):
    options = {**NAMES, "convention": "scotpho"}
    benchmark.pedantic(slope_index, (areas(25_000, 5),), options, rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="25,000 areas, ScotPHO convention and attributable risk")
def test_attributable_risk_25000_areas(benchmark):
    benchmark.pedantic(population_attributable_risk, (areas(25_000, 5),), {**NAMES, "se": "se"}, rounds=5)
