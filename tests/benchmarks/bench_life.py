"""How long life expectancy takes for many areas, beside a plain loop over areas in the same run.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest tests/benchmarks/bench_life.py

Recorded elsewhere on the same task, 1,000 areas x 20 age bands, two levels of confidence: PHEindicatormethods 2.1.0
under R 4.5.0 13.1 s (10.4 to 14.5, heap 104 MB); PHStatsMethods 0.1.16 does not offer it; numpy alone without any table
0.005 s. Wanted here: under 0.02 s.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.scoring.life_expectancy import healthy_life_expectancy, life_expectancy

STARTS = [0, 1, *range(5, 95, 5)]
LEVELS = (0.95, 0.998)


def areas(n: int) -> pd.DataFrame:
    random = np.random.default_rng(1)
    people = random.integers(2_000, 60_000, (n, len(STARTS)))
    deaths = random.binomial(people, np.geomspace(0.0003, 0.2, len(STARTS))) + 1
    return pd.DataFrame(
        {
            "area": np.repeat([f"A{k:04}" for k in range(n)], len(STARTS)), "startage": np.tile(STARTS, n),
            "pops": people.ravel(), "deaths": deaths.ravel(), "healthy": 0.8, "healthy_se": 0.02,
        }
    )  # fmt: skip


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """What one would write down first: one area after the other, one table each."""
    parts = []
    for name, area in table.groupby("area"):
        area = area.sort_values("startage")
        n = area["startage"].diff().shift(-1)
        a = np.where(area["startage"] == 0, 0.1, 0.5)
        m = area["deaths"] / area["pops"]
        q = (n * m / (1 + n * (1 - a) * m)).fillna(1)
        alive = (1 - q).cumprod().shift(fill_value=1)
        years = (n * alive * (1 - (1 - a) * q)).fillna(alive / m)
        left = years[::-1].cumsum()[::-1] / alive
        part = (alive * ((1 - a) * n + left.shift(-1))) ** 2 * q**2 * (1 - q) / area["deaths"]
        part = part.fillna(alive**2 * area["pops"] ** 2 / area["deaths"] ** 3)
        error = np.sqrt(part[::-1].cumsum()[::-1] / alive**2)
        ends = {f"{sign}{level}": left + sign * stats.norm.ppf((1 + level) / 2) * error
                for level in LEVELS for sign in (-1, 1)}  # fmt: skip
        parts.append(area.assign(area=name, value=left, **ends))
    return pd.concat(parts)


@pytest.mark.benchmark(group="life expectancy, 1,000 areas x 20 bands, two levels")
def test_life_expectancy_1000_areas(benchmark):
    table = areas(1_000)
    found = benchmark.pedantic(life_expectancy, (table,), {"confidence": LEVELS}, rounds=20, warmup_rounds=2)
    np.testing.assert_allclose(found["value"], plain(table)["value"])


@pytest.mark.benchmark(group="life expectancy, 1,000 areas x 20 bands, two levels")
def test_life_expectancy_1000_areas_plain_loop(benchmark):
    benchmark.pedantic(plain, (areas(1_000),), rounds=2)


@pytest.mark.benchmark(group="healthy life expectancy, 1,000 areas x 20 bands")
def test_healthy_life_expectancy_1000_areas(benchmark):
    benchmark.pedantic(healthy_life_expectancy, (areas(1_000),), rounds=10, warmup_rounds=1)
