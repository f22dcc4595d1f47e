"""How long the tests by permutation take, beside a plain loop with scipy in the same run.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest tests/benchmarks/bench_differences.py

The plain loop does what one would write down first: dimension by dimension, one arrangement at a time. Its names say
how many arrangements it is given, since with 9,999 of them it would take minutes.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.reference.models import load_model
from helpers.scoring import changes, groups

MODEL = load_model("scirocco-exchange")
SECTORS = ("Health", "Social care", "Third sector")


def levels(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).binomial(5, 0.5, (n, len(MODEL.codes)))


def wave(names: list[str], seed: int, date: str) -> pd.DataFrame:
    """One row a rating, as `ingest` gives it; the sector follows from the place among the names."""
    m, values = len(MODEL.codes), levels(len(names), seed)
    sectors = [SECTORS[place % len(SECTORS)] for place in range(len(names))]
    table = pd.DataFrame(
        {
            "stakeholder": np.repeat(names, m), "dimension": np.tile(MODEL.codes, len(names)), "kind": "individual",
            "sector": np.repeat(sectors, m), "role": "", "date": pd.Timestamp(date), "rating": values.ravel(),
        }
    )  # fmt: skip
    return table.astype({"rating": "Int64"}).assign(round=1, wave=date[:7], wave_order=int(date[:4]) - 2022)


def panel(n: int) -> pd.DataFrame:
    return wave([f"P{number:04}" for number in range(n)], 1, "2025-03-14")


def two_waves(n: int) -> pd.DataFrame:
    """Two thirds of the people sit in both waves."""
    kept, left = [f"P{number:04}" for number in range(2 * n // 3)], n - 2 * n // 3
    old, new = ([f"{letter}{number:04}" for number in range(left)] for letter in "EL")
    both = [wave(kept + old, 1, "2023-03-14"), wave(kept + new, 2, "2025-03-14")]
    return pd.concat([table.assign(sector="") for table in both], ignore_index=True)


def plain_groups(n: int, resamples: int) -> list[float]:
    return [
        stats.permutation_test(
            [ratings[group :: len(SECTORS)] for group in range(len(SECTORS))],
            lambda *parts: stats.kruskal(*parts).statistic, alternative="greater", n_resamples=resamples,
        ).pvalue
        for ratings in levels(n, 1).T
    ]  # fmt: skip


def plain_changes(n: int, resamples: int) -> list[float]:
    random, kept = np.random.default_rng(1), 2 * n // 3
    return [plain_change(*ends, kept, resamples, random) for ends in zip(levels(n, 1).T, levels(n, 2).T, strict=True)]


def plain_change(old, new, kept: int, resamples: int, random: np.random.Generator) -> float:
    steps, alone = np.sign(new - old)[:kept], np.concatenate([old[kept:], new[kept:]])
    size = len(old) - kept
    observed = plain_effect(steps, alone, size)
    drawn = [
        plain_effect(steps * random.choice([-1, 1], len(steps)), random.permutation(alone), size)
        for _ in range(resamples)
    ]
    return (1 + (np.abs(drawn) >= abs(observed) - 1e-9).sum()) / (1 + resamples)


def plain_effect(steps: np.ndarray, alone: np.ndarray, size: int) -> float:
    delta = 2 * stats.mannwhitneyu(alone[size:], alone[:size]).statistic / size**2 - 1
    return (steps.sum() + size * delta) / (len(steps) + size)


@pytest.mark.benchmark(group="groups, panel of 12")
def test_groups_12_stakeholders_9999_permutations(benchmark):
    benchmark.pedantic(groups.differences, (panel(12), MODEL), {"by": "sector"}, rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="groups, panel of 12")
def test_groups_12_stakeholders_plain_loop_100_permutations(benchmark):
    benchmark.pedantic(plain_groups, (12, 100), rounds=2)


@pytest.mark.benchmark(group="groups, 642 stakeholders")
def test_groups_642_stakeholders_9999_permutations(benchmark):
    benchmark.pedantic(groups.differences, (panel(642), MODEL), {"by": "sector"}, rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="groups, 642 stakeholders")
def test_groups_642_stakeholders_plain_loop_100_permutations(benchmark):
    benchmark.pedantic(plain_groups, (642, 100), rounds=2)


@pytest.mark.benchmark(group="waves, panel of 12")
def test_waves_12_stakeholders_9999_permutations(benchmark):
    benchmark.pedantic(changes.between_waves, (two_waves(12), MODEL), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="waves, panel of 12")
def test_waves_12_stakeholders_plain_loop_100_permutations(benchmark):
    benchmark.pedantic(plain_changes, (12, 100), rounds=2)


@pytest.mark.benchmark(group="waves, 642 stakeholders")
def test_waves_642_stakeholders_9999_permutations(benchmark):
    benchmark.pedantic(changes.between_waves, (two_waves(642), MODEL), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="waves, 642 stakeholders")
def test_waves_642_stakeholders_plain_loop_100_permutations(benchmark):
    benchmark.pedantic(plain_changes, (642, 100), rounds=2)
