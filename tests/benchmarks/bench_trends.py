"""How long control charts and tests of trend take for 1,000 series of 110 months, beside a plain loop in the same run.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest -o addopts=-q tests/benchmarks/bench_trends.py --benchmark-only

The plain loops do what one would write down first: one series after the other, points in a Python loop, one fit of
statsmodels a series. They are given 100 series, as their names say. R is not part of the run; no reference time for
it is on record.
"""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.scoring import trends

MONTHS = 110


def series(n: int) -> pd.DataFrame:
    """Counts of ``n`` areas by month, falling by 2 % a year."""
    random = np.random.default_rng(1)
    dates = pd.date_range("2016-07-01", periods=MONTHS, freq="MS")
    years = np.tile(dates.year + (dates.month - 0.5) / 12, n)
    population = np.repeat(random.uniform(20_000, 90_000, n), MONTHS)
    events = random.poisson(population * 0.01 * np.exp(-0.02 * (years - 2020)))
    return pd.DataFrame(
        {"area": np.repeat([f"area-{k:04}" for k in range(n)], MONTHS), "date": np.tile(dates, n), "year": years,
         "events": events, "population": population}
    )  # fmt: skip


def loop_charts(table: pd.DataFrame) -> list[list[str]]:
    return [plain_chart(list(group["events"])) for _, group in table.groupby("area")]


def plain_chart(values: list[float]) -> list[str]:
    mean = sum(values) / len(values)
    ranges = [abs(b - a) for a, b in itertools.pairwise(values)]
    usual = sum(ranges) / len(ranges)
    kept = [moved for moved in ranges if moved <= 3.267 * usual]
    half = 2.66 * sum(kept) / len(kept)
    return [plain_cause(values, place, mean, half) for place in range(len(values))]


def plain_cause(values: list[float], place: int, mean: float, half: float) -> str:
    if abs(values[place] - mean) > half:
        return "outside limits"
    for start in range(max(0, place - 6), place + 1):
        part = values[start : start + 7]
        if len(part) == 7 and (all(v > mean for v in part) or all(v < mean for v in part)):
            return "shift"
    for start in range(max(0, place - 5), place + 1):
        steps = np.diff(values[start : start + 6])
        if len(steps) == 5 and ((steps > 0).all() or (steps < 0).all()):
            return "trend"
    for start in range(max(0, place - 2), place + 1):
        for side in (-1, 1):
            near = [side * (v - mean) > 2 / 3 * half for v in values[start : start + 3]]
            if len(near) == 3 and sum(near) > 1 and near[place - start]:
                return "two of three near a limit"
    return ""


def loop_slopes(table: pd.DataFrame) -> list[tuple[float, float]]:
    return [plain_slope(group) for _, group in table.groupby("area")]


def plain_slope(group: pd.DataFrame) -> tuple[float, float]:
    design = sm.add_constant(group["year"] - 2020)
    model = sm.GLM(group["events"], design, family=sm.families.Poisson(), offset=np.log(group["population"]))
    fit = model.fit(scale="X2")
    return fit.params["year"], fit.pvalues["year"]


def charts(table: pd.DataFrame) -> pd.DataFrame:
    return trends.xmr(table, date="date", value="events", by="area", improvement="decrease")


def slopes(table: pd.DataFrame) -> pd.DataFrame:
    counts = {"numerator": "events", "denominator": "population"}
    return trends.slopes(table, by="area", time="year", scale="log", **counts)


@pytest.mark.benchmark(group="control charts")
def test_1000_charts(benchmark):
    found = benchmark.pedantic(charts, (series(1000),), rounds=5, warmup_rounds=1)
    assert len(found) == 1000 * MONTHS


@pytest.mark.benchmark(group="control charts")
def test_100_charts_plain_loop(benchmark):
    table = series(100)
    found = benchmark.pedantic(loop_charts, (table,), rounds=2)
    assert list(itertools.chain(*found)) == charts(table)["special_cause"].fillna("").tolist()


@pytest.mark.benchmark(group="tests of trend")
def test_1000_slopes_with_their_test_of_linearity(benchmark):
    found = benchmark.pedantic(slopes, (series(1000),), rounds=5, warmup_rounds=1)
    assert len(found) == 1000


@pytest.mark.benchmark(group="tests of trend")
def test_100_slopes_plain_loop_without_it(benchmark):
    table = series(100)
    found = benchmark.pedantic(loop_slopes, (table,), rounds=2)
    np.testing.assert_allclose([slope for slope, _ in found], slopes(table)["slope"], rtol=1e-6)
