"""How long it takes to read tables of indicators whole, beside plain pandas.read_csv in the same run.

    .venv/bin/python -m pytest -o addopts=-q tests/benchmarks/bench_reading.py --benchmark-only

The limit for the 181,309 rows of inequalities is 1 s on two cores, from the path to the finished table, with the child
process, every check and the counts of rows. Measured on two cores (2026-11-25): 0.79 s packed and 0.78 s plain, where
pandas takes 0.28 s and 0.16 s and checks nothing; row by row it took 19 s packed, and plain it ran out of memory.
The files lie beside the project, not in it; without them nothing is measured.
"""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from helpers.ingest.indicators import read_indicator_folder, read_indicators

SCOTLAND = Path(__file__).resolve().parents[3] / "shared" / "data" / "scotland"
INEQUALITIES = SCOTLAND / "scotpho_inequalities_2023-02.csv.gz"
POPULATION = SCOTLAND / "nrs_mye_1998_2018_council_sex_single_age.csv.gz"
pytestmark = pytest.mark.skipif(not SCOTLAND.exists(), reason="the official files are not beside the project")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("plain") / "inequalities.csv"
    path.write_bytes(gzip.decompress(INEQUALITIES.read_bytes()))
    return path


def rows_read(path: Path) -> int:
    return read_indicators(path)[1].rows.read


@pytest.mark.benchmark(group="inequalities, packed (181,309 rows)")
def test_inequalities_packed(benchmark):
    assert benchmark.pedantic(rows_read, (INEQUALITIES,), rounds=5, warmup_rounds=1) == 181_309


@pytest.mark.benchmark(group="inequalities, packed (181,309 rows)")
def test_inequalities_packed_by_pandas_alone(benchmark):
    benchmark.pedantic(pd.read_csv, (INEQUALITIES,), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="inequalities, plain (181,309 rows)")
def test_inequalities_plain(benchmark, plain):
    assert benchmark.pedantic(rows_read, (plain,), rounds=5, warmup_rounds=1) == 181_309


@pytest.mark.benchmark(group="inequalities, plain (181,309 rows)")
def test_inequalities_plain_by_pandas_alone(benchmark, plain):
    benchmark.pedantic(pd.read_csv, (plain,), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="population by single age (126,126 rows)")
def test_population(benchmark):
    assert benchmark.pedantic(rows_read, (POPULATION,), rounds=5, warmup_rounds=1) == 126_126


@pytest.mark.benchmark(group="population by single age (126,126 rows)")
def test_population_by_pandas_alone(benchmark):
    benchmark.pedantic(pd.read_csv, (POPULATION,), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="the shipped folder (4 files, 4,133 rows)")
def test_the_shipped_folder(benchmark):
    assert len(benchmark.pedantic(read_indicator_folder, rounds=5, warmup_rounds=1).files) == 4
