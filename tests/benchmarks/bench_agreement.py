"""How long agreement takes, beside a plain loop of draws in the same run.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest tests/benchmarks/bench_agreement.py --benchmark-columns=min,median

The plain loop does what one would write down first: draw stakeholders, compute every coefficient anew. Its names say
how many draws it is given, since with 2,000 of them it would take minutes; it leaves ordinal alpha out.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.reference.models import load_model
from helpers.scoring import agreement, certainty, departures, groups, maturity

MODEL = load_model("scirocco-exchange")
LEVELS = np.array(MODEL.levels)


def scores(n: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    middle = np.linspace(1, 4, len(MODEL.codes)) + random.normal(0, 0.6, (n, 1))
    return np.clip(np.round(random.normal(middle, 1.0)), LEVELS[0], LEVELS[-1])


def ratings(regions: int, n: int) -> pd.DataFrame:
    """One row a rating, as `ingest` gives it, with waves, so that only agreement is timed."""
    m = len(MODEL.codes)
    values = np.concatenate([scores(n, seed).ravel() for seed in range(regions)])
    table = pd.DataFrame(
        {
            "region": np.repeat([f"region-{number:04}" for number in range(regions)], n * m),
            "stakeholder": np.tile(np.repeat([f"P{number:04}" for number in range(n)], m), regions),
            "dimension": np.tile(MODEL.codes, regions * n),
            "rating": values,
            "kind": "individual", "round": 1, "date": pd.Timestamp("2025-03-14"), "wave": "2025-03", "wave_order": 1,
        }
    )  # fmt: skip
    return table.astype({"rating": "Int64", "wave_order": "Int64"})


def plain_loop(values: np.ndarray, draws: int) -> np.ndarray:
    random = np.random.default_rng(1)
    drawn = (values[random.integers(0, len(values), len(values))] for _ in range(draws))
    return np.nanquantile([plain_coefficients(panel) for panel in drawn], [0.025, 0.975], axis=0)


def plain_coefficients(panel: np.ndarray) -> list[float]:
    n, m = panel.shape
    w = stats.friedmanchisquare(*panel.T).statistic / (n * (m - 1))
    of_dimensions, of_people = panel.mean(axis=0), panel.mean(axis=1)
    rest = panel - of_dimensions - of_people[:, None] + panel.mean()
    error = (rest**2).sum() / ((n - 1) * (m - 1))
    between, judges = n * of_dimensions.var(ddof=1), m * of_people.var(ddof=1)
    icc = (between - error) / (between + (n - 1) * error + n * (judges - error) / m)
    cronbach = m / (m - 1) * (1 - panel.var(axis=0, ddof=1).sum() / panel.sum(axis=1).var(ddof=1))
    return [plain_alpha(panel), w, icc, cronbach, *(plain_spread(ratings) for ratings in panel.T)]


def plain_alpha(panel: np.ndarray) -> float:
    n, m = panel.shape
    counts = (panel[:, :, None] == LEVELS).sum(axis=0)
    together = np.einsum("uc,uk->ck", counts, counts) - np.diag(counts.sum(axis=0))
    margins = counts.sum(axis=0)
    expected = (np.outer(margins, margins) - np.diag(margins)) / (n * m - 1)
    ranks = np.cumsum(margins) - margins / 2
    distance = np.subtract.outer(ranks, ranks) ** 2
    return 1 - (together / (n - 1) * distance).sum() / (expected * distance).sum()


def plain_spread(ratings: np.ndarray) -> float:
    """van der Eijk's A, layer by layer."""
    counts, total = (ratings[:, None] == LEVELS).sum(axis=0), 0.0
    while counts.any():
        layer, height = (counts > 0).astype(int), counts[counts > 0].min()
        total += height * layer.sum() * plain_layer(layer)
        counts = counts - height * layer
    return total / len(ratings)


def plain_layer(layer: np.ndarray) -> float:
    k, size = len(layer), layer.sum()
    if size in (1, k):
        return 1 - (size - 1) / (k - 1)
    triples = [tuple(layer[[a, b, c]]) for a in range(k) for b in range(a + 1, k) for c in range(b + 1, k)]
    beside, gaps = triples.count((1, 1, 0)) + triples.count((0, 1, 1)), triples.count((1, 0, 1))
    return ((k - 2) * beside - (k - 1) * gaps) / ((k - 2) * (beside + gaps)) * (1 - (size - 1) / (k - 1))


def both(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return agreement.by_dimension(table, MODEL), agreement.coefficients(table, MODEL)


@pytest.mark.benchmark(group="panel of 12")
def test_12_stakeholders_2000_draws(benchmark):
    benchmark.pedantic(both, (ratings(1, 12),), rounds=5, warmup_rounds=1)


def everything(table: pd.DataFrame) -> None:
    """All that chapter 01 computes of one panel but the movement between waves."""
    counts = maturity.distribution(table, MODEL)
    certainty.with_certainty(maturity.profile(table, MODEL), counts, MODEL)
    both(table)
    departures.consensus_beside_ratings(table, MODEL)
    groups.differences(table, MODEL, by="sector")


@pytest.mark.benchmark(group="panel of 12")
def test_12_stakeholders_everything_with_9999_permutations(benchmark):
    table = ratings(1, 12)
    people = table["stakeholder"].unique()
    sectors = dict(zip(people, ["Health", "Care", "Citizens"] * 4, strict=True))
    benchmark.pedantic(everything, (table.assign(sector=table["stakeholder"].map(sectors)),), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="panel of 12")
def test_12_stakeholders_plain_loop_100_draws(benchmark):
    benchmark.pedantic(plain_loop, (scores(12, 0), 100), rounds=2)


@pytest.mark.benchmark(group="642 stakeholders")
def test_642_stakeholders_2000_draws_with_ordinal_alpha(benchmark):
    benchmark.pedantic(both, (ratings(1, 642),), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="642 stakeholders")
def test_642_stakeholders_plain_loop_100_draws(benchmark):
    benchmark.pedantic(plain_loop, (scores(642, 0), 100), rounds=2)


@pytest.mark.benchmark(group="1,000 regions of 12")
def test_1000_regions_2000_draws(benchmark):
    benchmark.pedantic(agreement.by_region, (ratings(1000, 12), MODEL), rounds=1)


@pytest.mark.benchmark(group="1,000 regions of 12")
def test_1_region_plain_loop_100_draws(benchmark):
    benchmark.pedantic(plain_loop, (scores(12, 1), 100), rounds=2)
