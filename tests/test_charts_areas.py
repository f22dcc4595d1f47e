"""Funnels and ranks by their artists and words, and the section that shows them."""

import numpy as np
import pandas as pd
import pytest

from drawn import lines, texts, touching
from helpers.charts import areas_words, style
from helpers.charts.areas import NOTHING, figure_areas
from helpers.charts.funnel import plot_funnel
from helpers.charts.rank import plot_rank
from helpers.page import areas as page
from helpers.reference import regions
from test_against_all import CODES, figures, found

NAMES = {code: f"Area {letter}" for code, letter in zip(CODES, "ABCDEFGHIJKL", strict=True)} | {CODES[0]: "Midlothian"}
FILES = pd.DataFrame(
    {"file": ["all.csv"], "status": ["published"], "producer": ["ScotPHO"], "licence": ["OGL"], "title": ["all"]}
)
MIDLOTHIAN = regions.region("midlothian")


@pytest.fixture(scope="module")
def result():
    return found(figures("stays", "uptake", "le"), names=NAMES)


def test_a_funnel_shows_every_area_its_limits_and_the_average(result):
    funnel = result.funnels[result.funnels["indicator"] == "stays"]
    with style.context():
        ax = plot_funnel(funnel)
    assert len(lines(ax, "area")[0].get_xdata()) == 11
    region = lines(ax, "region")[0]
    assert region.get_ydata()[0] == 150 and region.get_xdata()[0] == pytest.approx(300_000)
    assert len(lines(ax, "95")) == 2 and lines(ax, "average")[0].get_ydata()[0] == funnel["target"].iloc[0]
    assert any("Midlothian 150" in text for text in texts(ax.figure))


def test_an_area_without_a_count_is_not_drawn():
    table = figures("stays")
    table.loc[table["area_code"] == CODES[5], "numerator"] = np.nan
    result = found(table, names=NAMES)
    with style.context():
        ax = plot_funnel(result.funnels)
    assert len(lines(ax, "area")[0].get_xdata()) == 10
    assert "1 area without a published count is not drawn" in areas_words.subtitle_areas(result.funnels, result.ranks)


def test_a_rank_goes_from_low_to_high_with_intervals(result):
    with style.context():
        ax = plot_rank(result.ranks)
    points = [line for name in ("area", "region") for line in lines(ax, name)]
    heights = [line.get_ydata()[0] for line in sorted(points, key=lambda line: line.get_xdata()[0])]
    assert heights == sorted(heights) and len(lines(ax, "interval")) == 12
    assert lines(ax, "region")[0].get_xdata()[0] == 0
    assert {"Midlothian 78.0", "Area F 81.0"} <= set(texts(ax.figure))


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_no_text_touches_another_or_leaves_the_figure(result, width):
    figure = figure_areas(result.funnels, result.ranks, region_name="Midlothian", width=width)
    assert figure.get_size_inches()[0] * 72 == style.WIDTHS[width]
    assert touching(figure) == []


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_nothing_to_draw_is_said(result, width):
    figure = figure_areas(result.funnels.iloc[:0], result.ranks.iloc[:0], region_name="Midlothian", width=width)
    assert NOTHING in texts(figure)


def test_words_claim_what_the_test_carries(result):
    title = areas_words.title_areas(result.funnels, result.ranks, region_name="Midlothian")
    assert title == "Midlothian is worse than the average of all areas on stays, uptake and life expectancy"
    alt = areas_words.alt_areas(result.funnels, result.ranks, region_name="Midlothian")
    assert "2 funnel plots and 1 chart of all areas in order" in alt
    assert "worse than the average of 79.8\u00a0years, lowest of 12" in alt
    quiet = result.ranks.assign(verdict="no clear difference")
    said = areas_words.title_areas(result.funnels.iloc[:0], quiet, region_name="Midlothian")
    assert said == "Midlothian shows no clear difference from the average of all areas"
    assert "better" not in areas_words.alt_areas(result.funnels.iloc[:0], quiet, region_name="Midlothian")


@pytest.mark.parametrize(
    ("place", "polarity", "wanted"),
    [(1, "lower_is_better", "lowest of 32"), (2, "lower_is_better", "2nd lowest of 32"),
     (32, "lower_is_better", "highest of 32"), (31, "higher_is_better", "2nd lowest of 32"),
     (3, "none", "3rd highest of 32"), (11, "none", "11th highest of 32")],
)  # fmt: skip
def test_places_are_counted_from_the_nearer_end(place, polarity, wanted):
    row = pd.Series({
        "unit": "%", "average": 5.0, "lowercl": 1.0, "uppercl": 2.0, "verdict": "better", "place": place,
        "n_areas": 32, "polarity": polarity,
    })  # fmt: skip
    assert areas_words.finding(row).endswith(wanted)


def test_the_section_has_figure_rule_and_tables(result):
    blocks = page.areas(result.funnels, result.ranks, MIDLOTHIAN, FILES, tests=result.tests)
    assert [block.kind for block in blocks] == ["figure", "table", "table", "table", "worked_out"]
    assert "Source: ScotPHO: all.csv" in blocks[0].data["source"]
    assert "Benjamini and Hochberg" in blocks[-1].text and "funnel" in blocks[-1].text
    names = [column["name"] for column in blocks[-2].data["columns"]]
    assert blocks[-2].data["rows"][0][names.index("corrected")] == "below 0.0001"
    assert len(blocks[1].data["rows"]) == 24 and len(blocks[-2].data["rows"]) == 3


def test_the_section_without_data_is_one_sentence(result):
    empty = (result.funnels.iloc[:0], result.ranks.iloc[:0])
    country = page.areas(*empty, regions.region("scotland"), FILES)
    other = page.areas(*empty, MIDLOTHIAN, FILES, tests=result.tests.iloc[:0])
    assert [block.kind for block in (*country, *other)] == ["absent", "absent"]
    assert "not one of the areas" in country[0].text and "put a file" in other[0].text


def test_the_section_says_where_nothing_differs(result):
    tests = result.tests.assign(sign=pd.array([0, 0, 0], "Int64"), is_chosen=False, verdict="no clear difference")
    blocks = page.areas(result.funnels.iloc[:0], result.ranks.iloc[:0], MIDLOTHIAN, FILES, tests=tests)
    assert [block.kind for block in blocks] == ["words", "table"]
    assert "On none of 3 indicators does Midlothian differ clearly" in blocks[0].text


def test_where_average_and_median_part_the_section_says_why(result):
    tests = result.tests.head(1).assign(verdict="better")
    beside = tests.assign(verdict="worse")
    blocks = page.areas(result.funnels, result.ranks, MIDLOTHIAN, FILES, tests=tests, beside=beside)
    assert "comes out the other way here than beside the median above" in blocks[1].text
    same = page.areas(result.funnels, result.ranks, MIDLOTHIAN, FILES, tests=tests, beside=tests)
    assert [block.kind for block in same] == ["figure", "table", "table", "table", "worked_out"]
