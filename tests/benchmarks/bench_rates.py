"""How long rates take, beside a plain loop over areas in the same run.

    .venv/bin/python -m pytest -o addopts=-q tests/benchmarks/bench_rates.py --benchmark-columns=min,median

Recorded elsewhere (R 4.5.0 with PHEindicatormethods 2.1.0; the official Python package PHStatsMethods 0.1.16), seconds:

| task | R | PHStatsMethods |
| --- | --- | --- |
| directly standardised, 1,000 areas x 19 ages | 1.41 (phe_dsr), 0.67 (calculate_dsr) | 0.57 |
| proportions, 100,000 rows | 0.023 | 15.5 |
| rates, 100,000 rows | 0.32 | 31.0 |
| ratios / rates, indirect, 1,000 x 19 | 1.13 / 1.39 | - |
| means 1,000 x 100; quantiles 100,000 | 0.33; 0.10 | 0.08; 0.04 |
| funnel significance of 1,000 | 1.23 | - |

Wanted: 1,000 areas x 19 ages standardised in under 0.03 s; 100,000 rates with Byar and exact limits in under 0.3 s. The
plain loops do what one would write down first, area by area with pandas; their names say how many they are given.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.reference.standard_populations import standard_population
from helpers.scoring import contrasts, funnels, rates
from helpers.scoring.pooling import pooled_years

AREAS, ROWS = 1000, 100_000
STANDARD = standard_population("esp2013")
CALL = {"numerator": "count", "denominator": "pop"}
BOTH = (0.95, 0.998)


@pytest.fixture(scope="module")
def ages() -> pd.DataFrame:
    random = np.random.default_rng(1)
    bands = len(STANDARD)
    pop = random.integers(200, 9000, AREAS * bands)
    return pd.DataFrame({
        "area": np.repeat([f"E{number:05d}" for number in range(AREAS)], bands),
        "age": np.tile(STANDARD["age_group"], AREAS), "pop": pop, "count": random.poisson(pop / 100),
        "std": np.tile(STANDARD["standard_population"], AREAS), "refcount": 50, "refpop": 5000,
    })  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    random = np.random.default_rng(2)
    pop = random.integers(50, 3000, ROWS)
    return pd.DataFrame({"count": random.binomial(pop, 0.01), "pop": pop, "group": np.arange(ROWS) % 100})


def direct(t: pd.DataFrame) -> pd.DataFrame:
    return rates.directly_standardised_rates(t, by="area", standard_population="std", confidence=BOTH, **CALL)


def plain_direct(t: pd.DataFrame) -> list[tuple[float, float, float]]:
    found = []
    for _, area in t.groupby("area"):
        total, whole = area["count"].sum(), area["std"].sum()
        value = (area["std"] * area["count"] / area["pop"]).sum() / whole
        variance = (area["std"] ** 2 * area["count"] / area["pop"] ** 2).sum() / whole**2
        ends = stats.chi2.ppf([0.025, 0.975], [2 * total, 2 * total + 2]) / 2
        found.append((value, *(value + np.sqrt(variance / total) * (end - total) for end in ends)))
    return found


def plain_rates(t: pd.DataFrame) -> list[tuple[float, float, float]]:
    found = []
    for count, pop in zip(t["count"], t["pop"], strict=True):
        low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
        found.append((count / pop, low / pop, stats.chi2.ppf(0.975, 2 * count + 2) / 2 / pop))
    return found


def test_directly_standardised_1000_areas_19_ages(benchmark, ages):
    found = benchmark(direct, ages)
    np.testing.assert_allclose(found["value"] / 100_000, [row[0] for row in plain_direct(ages)])


def test_directly_standardised_plain_loop_1000_areas_19_ages(benchmark, ages):
    benchmark.pedantic(plain_direct, (ages,), rounds=2)


def test_crude_rates_100000(benchmark, rows):
    benchmark(rates.crude_rates, rows, confidence=BOTH, **CALL)


def test_crude_rates_plain_loop_1000(benchmark, rows):
    benchmark.pedantic(plain_rates, (rows.head(1000),), rounds=2)


def test_proportions_100000(benchmark, rows):
    benchmark(rates.proportions, rows, confidence=BOTH, **CALL)


def test_indirect_ratios_1000_areas_19_ages(benchmark, ages):
    call = {"reference_numerator": "refcount", "reference_denominator": "refpop", **CALL}
    benchmark(rates.indirectly_standardised_ratios, ages, by="area", confidence=BOTH, **call)


def test_means_1000_groups_of_100(benchmark, rows):
    t = rows.assign(group=np.arange(ROWS) % 1000)
    benchmark(rates.means, t, by="group", value="pop", confidence=BOTH)


def test_quantiles_100000(benchmark, rows):
    benchmark(rates.quantiles, rows, value="pop", by="group", n=10, invert=True)


def test_funnel_significance_1000(benchmark, rows):
    benchmark(funnels.funnel_crude_rates, rows.head(1000), **CALL)


def test_funnel_standardised_1000(benchmark, rows):
    t = rows.head(1000).assign(rate=lambda t: t["count"] / t["pop"] * 100_000)
    benchmark(funnels.funnel_standardised_rates, t, numerator="count", value="rate")


def test_compared_rates_100000(benchmark, rows):
    call = {"comparator_numerator": 500_000, "comparator_denominator": 50_000_000, "is_part": True, **CALL}
    benchmark(contrasts.compare_rates, rows, **call)


def test_pooled_years_100000(benchmark, rows):
    t = rows.assign(area=np.arange(ROWS) // 20, year=2000 + np.arange(ROWS) % 20)
    call = {"period_start": "year", "period_end": "year", "years": 3, "overlapping": True, **CALL}
    benchmark(pooled_years, t, by="area", **call)
