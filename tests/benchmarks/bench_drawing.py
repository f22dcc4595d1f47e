"""How long a figure takes from its finished table to its SVG, beside matplotlib's own axes and SVG in the same run.

    .venv/bin/python -m pytest -o addopts=-q tests/benchmarks/bench_drawing.py --benchmark-only

Each is drawn for a desk and for a phone, as on the page: a profile of 30 dimensions, 24 trends, 40 indicators.
Measured on two busy cores (2026-11-25), the least of five rounds: 0.16 s, 0.78 s and 0.15 s, where matplotlib's own
axes and SVG, parsed again, take 2.2, 2.5 and 4.3 times as long. The bytes are the same (tests/test_bare_axes.py).
"""

import pandas as pd
import pytest

import chart_tables as tables
from chart_figures import draw_by_matplotlib
from helpers import charts
from helpers.charts import style, svg

PROFILE, DISTRIBUTION = tables.many(30, 12)


def repeated(frame: pd.DataFrame, times: int) -> pd.DataFrame:
    """The same rows again as other indicators."""
    again = (frame.assign(indicator=frame["indicator"] + f"-{k}") for k in range(times))
    return pd.concat(again, ignore_index=True)


CHANGES = repeated(tables.changes(), 24).head(24)
TREND = repeated(tables.trend(), 24)
BESIDE = pd.concat([tables.beside()] * 20, ignore_index=True).head(40)
FIGURES = {
    "profile": lambda width: charts.figure_profile(PROFILE, distribution=DISTRIBUTION, width=width),
    "trends": lambda width: charts.figure_trends(
        TREND, changes=CHANGES, region_code="S1", comparator_code="S2", width=width
    ),
    "spine": lambda width: charts.figure_spine(BESIDE, region_name="Midlothian", width=width),
}


def drawn(name: str) -> int:
    pages = (svg.to_svg(FIGURES[name](width), prefix="a", title="Title", alt="Alt") for width in style.WIDTHS)
    return sum(len(page) for page in pages)


@pytest.fixture
def by_matplotlib(monkeypatch):
    draw_by_matplotlib(monkeypatch)


@pytest.mark.parametrize("name", FIGURES)
def test_figure(benchmark, name):
    benchmark.group = name
    assert benchmark.pedantic(drawn, (name,), rounds=5, warmup_rounds=1) > 10_000


@pytest.mark.parametrize("name", FIGURES)
def test_figure_by_matplotlib(benchmark, name, by_matplotlib):
    benchmark.group = name
    assert benchmark.pedantic(drawn, (name,), rounds=5, warmup_rounds=1) > 10_000
