"""How long it takes to read tables of indicators whole, beside plain pandas.read_csv in the same run.

    .venv/bin/python -m pytest -o addopts=-q tests/benchmarks/bench_reading.py --benchmark-only

The limit for the 181,309 rows of inequalities is 1 s on two cores, from the path to the finished table, with the child
process, every check and the counts of rows. Measured on two cores (2026-11-25): 0.79 s packed and 0.78 s plain, where
pandas takes 0.28 s and 0.16 s and checks nothing; row by row it took 19 s packed, and plain it ran out of memory.
The official files lie beside the project, not in it; without them they are not measured.

In a run a folder is read once (``helpers.ingest.readings``). The shipped folder comes back 60 times as fast as it is
read (0.008 s instead of 0.47 s; 0.02 s with what a process does once), a region's workbook 7 to 15 times (0.008 s
instead of 0.12 s).
"""

import datetime as dt
import gzip
from pathlib import Path

import pandas as pd
import pytest

from helpers.ingest import basis, readings
from helpers.ingest.assessments import read_assessments
from helpers.ingest.indicators import read_indicator_folder, read_indicators

SCOTLAND = Path(__file__).resolve().parents[3] / "shared" / "data" / "scotland"
INEQUALITIES = SCOTLAND / "scotpho_inequalities_2023-02.csv.gz"
POPULATION = SCOTLAND / "nrs_mye_1998_2018_council_sex_single_age.csv.gz"
TODAY = dt.date(2026, 3, 1)
official = pytest.mark.skipif(not SCOTLAND.exists(), reason="the official files are not beside the project")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("plain") / "inequalities.csv"
    path.write_bytes(gzip.decompress(INEQUALITIES.read_bytes()))
    return path


@pytest.fixture
def in_a_run(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setenv(readings.VARIABLE, str(tmp_path))


def rows_read(path: Path) -> int:
    return read_indicators(path)[1].rows.read


@official
@pytest.mark.benchmark(group="inequalities, packed (181,309 rows)")
def test_inequalities_packed(benchmark):
    assert benchmark.pedantic(rows_read, (INEQUALITIES,), rounds=5, warmup_rounds=1) == 181_309


@official
@pytest.mark.benchmark(group="inequalities, packed (181,309 rows)")
def test_inequalities_packed_by_pandas_alone(benchmark):
    benchmark.pedantic(pd.read_csv, (INEQUALITIES,), rounds=5, warmup_rounds=1)


@official
@pytest.mark.benchmark(group="inequalities, plain (181,309 rows)")
def test_inequalities_plain(benchmark, plain):
    assert benchmark.pedantic(rows_read, (plain,), rounds=5, warmup_rounds=1) == 181_309


@official
@pytest.mark.benchmark(group="inequalities, plain (181,309 rows)")
def test_inequalities_plain_by_pandas_alone(benchmark, plain):
    benchmark.pedantic(pd.read_csv, (plain,), rounds=5, warmup_rounds=1)


@official
@pytest.mark.benchmark(group="population by single age (126,126 rows)")
def test_population(benchmark):
    assert benchmark.pedantic(rows_read, (POPULATION,), rounds=5, warmup_rounds=1) == 126_126


@official
@pytest.mark.benchmark(group="population by single age (126,126 rows)")
def test_population_by_pandas_alone(benchmark):
    benchmark.pedantic(pd.read_csv, (POPULATION,), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="the shipped folder (4 files, 4,133 rows)")
def test_the_shipped_folder(benchmark):
    assert len(benchmark.pedantic(read_indicator_folder, rounds=5, warmup_rounds=1).files) == 4


@pytest.mark.benchmark(group="the shipped folder (4 files, 4,133 rows)")
def test_the_shipped_folder_again_in_a_run(benchmark, in_a_run):
    assert len(benchmark.pedantic(read_indicator_folder, rounds=5, warmup_rounds=1).files) == 4


@pytest.mark.benchmark(group="the shipped folder (4 files, 4,133 rows)")
def test_the_shipped_folder_in_the_next_process_of_a_run(benchmark, in_a_run):
    read_indicator_folder()
    assert len(benchmark.pedantic(read_indicator_folder, setup=basis._own_code.cache_clear, rounds=5).files) == 4


@pytest.mark.benchmark(group="an assessment (1 workbook)")
def test_an_assessment(benchmark):
    benchmark.pedantic(read_assessments, ("flanders",), {"today": TODAY}, rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="an assessment (1 workbook)")
def test_an_assessment_again_in_a_run(benchmark, in_a_run):
    benchmark.pedantic(read_assessments, ("flanders",), {"today": TODAY}, rounds=5, warmup_rounds=1)
