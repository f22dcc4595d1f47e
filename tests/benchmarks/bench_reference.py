"""The reference implementations in the same run, where they are installed: PHEindicatormethods, PHStatsMethods.

    .venv/bin/python -m pytest -o addopts=-q -s tests/benchmarks/bench_reference.py --benchmark-columns=min,median

The first is for R, the second for Python. Neither is a dependency (both are under the GPL; called here, not copied).
Where they are not installed their part is skipped and the tables in the other benchmarks' docstrings stand in, recorded
with R 4.5.0, PHEindicatormethods 2.1.0 and PHStatsMethods 0.1.16.
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.reference.standard_populations import standard_population
from helpers.scoring import rates

SCRIPT = Path(__file__).with_name("reference.R")
AREAS, FEW = 1000, 2000
CALL = {"numerator": "count", "denominator": "pop"}


def r_has(package: str) -> bool:
    command = shutil.which("Rscript")
    return bool(command) and not subprocess.run([command, "-e", f"library({package})"], capture_output=True).returncode


@pytest.fixture(scope="module")
def ages() -> pd.DataFrame:
    random = np.random.default_rng(1)
    standard = standard_population("esp2013", age_starts=tuple(range(0, 95, 5)))
    pop = random.integers(200, 9000, AREAS * len(standard))
    return pd.DataFrame({
        "area": np.repeat([f"E{number:05d}" for number in range(AREAS)], len(standard)), "pop": pop,
        "count": random.poisson(pop / 100), "std": np.tile(standard["standard_population"], AREAS),
    })  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    random = np.random.default_rng(2)
    pop = random.integers(50, 3000, FEW)
    return pd.DataFrame({"count": random.binomial(pop, 0.01).clip(1), "pop": pop})  # it refuses a count of 0


@pytest.fixture(scope="module")
def phs():
    return pytest.importorskip("PHStatsMethods", reason="PHStatsMethods is not installed")


@pytest.mark.skipif(not r_has("PHEindicatormethods"), reason="R with PHEindicatormethods is not installed")
def test_r_says_its_seconds():
    done = subprocess.run(["Rscript", str(SCRIPT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    print("\n" + done.stdout)


@pytest.mark.benchmark(group="directly standardised, 1,000 areas x 19 ages")
def test_ours_standardised(benchmark, ages):
    benchmark(rates.directly_standardised_rates, ages, by="area", standard_population="std", **CALL)


@pytest.mark.benchmark(group="directly standardised, 1,000 areas x 19 ages")
def test_phs_standardised(benchmark, ages, phs):
    columns = ("count", "pop", "std", "area")
    found = benchmark.pedantic(phs.ph_dsr, (ages, *columns), {"euro_standard_pops": False}, rounds=1)
    ours = rates.directly_standardised_rates(ages, by="area", standard_population="std", **CALL)
    theirs = found.sort_values("area")
    value = next(column for column in theirs if str(column).casefold() in ("value", "dsr"))
    np.testing.assert_allclose(theirs[value].astype(float), ours.sort_values("area")["value"], rtol=1e-9)


@pytest.mark.benchmark(group="rates, 2,000 rows")
def test_ours_rates(benchmark, rows):
    benchmark(rates.crude_rates, rows, **CALL)


@pytest.mark.benchmark(group="rates, 2,000 rows")
def test_phs_rates(benchmark, rows, phs):
    benchmark.pedantic(phs.ph_rate, (rows, "count", "pop"), rounds=1)
