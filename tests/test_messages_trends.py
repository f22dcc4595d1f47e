"""What is said of tested directions: in the small charts, their title, the sentences and the large figure."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chart_tables as tables
from drawn import texts, touching
from helpers import charts
from helpers.page import needs as page
from helpers.reference.regions import Region
from helpers.scoring import messages
from helpers.scoring.messages_trends import direction_words
from test_messages import beside, changes

NOT_WORDS = re.compile(r"\b(nan|None|NA|NaT|inf)\b|<NA>|\(\)|  | [,.;]")
FALLING = {
    "indicator": "alcohol", "sex": "all", "age_group": "all", "indicator_name": "Hospital stays because of alcohol",
    "short_name": "Hospital stays, alcohol", "first_period": "2002/03", "latest_period": "2020/21", "n_periods": 19,
    "annual_change_pct": -1.236, "annual_change_pct_lowercl": -2.0755, "annual_change_pct_uppercl": -0.3896,
    "annual_change": float("nan"), "annual_change_lowercl": float("nan"), "annual_change_uppercl": float("nan"),
    "change_unit": "%", "p_value": 0.007, "p_adjusted": 0.03, "n_tested": 10, "verdict": "falling", "meaning": "better",
    "is_steady": True, "shape": "", "reason": "", "is_thinned": False, "comparator_annual_change_pct": -1.0,
    "compared": "no clear difference", "method": "weighted regression",
}  # fmt: skip
UNCLEAR = {"verdict": "no clear trend", "meaning": "", "p_value": 0.3, "annual_change_pct_uppercl": 0.6}
TURNED = {"verdict": "no clear trend", "meaning": "", "is_steady": False, "shape": "rose until about 2010, then fell"}
UNTESTED = {"verdict": "not tested", "meaning": "", "reason": "only 4 periods have a figure; a trend needs 5"}


def directions(*changed: dict) -> pd.DataFrame:
    rows = [
        FALLING | {"short_name": f"Series {letter}"} | change for letter, change in zip("ABCDEF", changed, strict=False)
    ]
    return pd.DataFrame(rows or [FALLING]).head(len(changed)).astype({"is_steady": "boolean"})


def said(**changed) -> str:
    return direction_words(next(directions(changed).itertuples())).replace("\u00a0", " ")


def test_a_direction_in_words():
    assert said() == "Falling by 1.2 % a year (0.4 to 2.1): better"
    assert said(meaning="", is_steady=False) == "Falling, not at a steady pace, by 1.2 % a year (0.4 to 2.1)"
    assert said(**UNCLEAR) == "No clear trend (\u22122.1 to +0.6 % a year)"
    assert said(**TURNED) == "Not a steady trend: rose until about 2010, then fell"
    assert said(**UNTESTED) == "Trend not tested: only 4 periods have a figure; a trend needs 5"
    together = said(verdict="no clear trend", meaning="", p_value=0.04)
    assert together == "No clear trend once 10 are tested together (\u22122.1 to \u22120.4 % a year)"
    points = {"change_unit": "percentage points", "annual_change": 0.612, "annual_change_lowercl": 0.404}
    rising = said(verdict="rising", meaning="worse", annual_change_uppercl=0.82, **points)
    assert rising == "Rising by 0.6 percentage points a year (0.4 to 0.8): worse"


def test_a_limit_that_is_not_zero_is_not_printed_as_zero():
    assert said(annual_change_pct_uppercl=-0.02) == "Falling by 1.2 % a year (0.02 to 2.1): better"


def test_the_title_the_alt_text_and_the_charts_follow_the_tested_direction():
    both, tested = tables.changes(), directions({})
    title = charts.title_trends(both, region_name="Midlothian", directions=tested).replace("\u00a0", " ")
    wanted = "falling by 1.2 % a year (0.4 to 2.1): better"
    assert title == f"Hospital stays because of alcohol in Midlothian: {wanted}"
    alt = charts.alt_trends(both, region_name="Midlothian", directions=tested).replace("\u00a0", " ")
    assert f"500 (460 to 540) in 2004/05, {wanted}" in alt
    figure = charts.figure_trends(tables.trend(), changes=both, region_code="S1", directions=tested)
    assert "Falling by 1.2 % a year" in " ".join(texts(figure)).replace("\u00a0", " ")


def test_an_indicator_whose_trend_was_not_tested_keeps_the_words_on_its_two_ends():
    both = tables.changes()
    assert charts.title_trends(both, region_name="M", directions=directions(UNTESTED)).endswith(
        "fallen from 700 to 500: better"
    )
    other = directions({"indicator": "another"})
    assert charts.title_trends(both, region_name="M", directions=other).endswith("fallen from 700 to 500: better")


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ([{}, {}, UNCLEAR], "Over all periods 2 of 3 indicators get better in M"),
        ([{}, {"meaning": "worse"}, UNCLEAR], "Over all periods 1 of 3 indicators gets better in M, 1 gets worse"),
        ([{"meaning": "worse"}, UNTESTED, TURNED], "Over all periods 1 of 2 indicators gets worse in M"),
        ([UNCLEAR, UNCLEAR], "Over all periods none of 2 indicators clearly gets better or worse in M"),
    ],
)
def test_the_title_counts_what_was_tested(changed, title):
    several = pd.concat([tables.changes()] * len(changed))
    assert charts.title_trends(several, region_name="M", directions=directions(*changed)) == title


def test_the_subtitle_says_that_overlapping_periods_were_left_out():
    assert charts.subtitle_trends(tables.changes(), directions=directions({"is_thinned": True})).endswith(
        "trends tested over periods that share no year"
    )
    assert "tested" not in charts.subtitle_trends(tables.changes(), directions=directions({}))


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("changed", [{}, TURNED, UNCLEAR | {"p_value": 0.04}, {"is_steady": False}])
def test_words_above_the_charts_do_not_touch(width, changed):
    options = {"changes": tables.changes(), "region_code": "S1", "directions": directions(changed), "width": width}
    assert not touching(charts.figure_trends(tables.trend(), **options))


def needs(*changed) -> str:
    return " ".join(
        m.text for m in messages.needs(beside([]), None, None, None, directions(*changed)) if m.kind == "moved"
    )


def test_the_sentence_on_what_moved():
    assert needs({}, {"meaning": "worse", "verdict": "rising"}, {"meaning": ""}, UNCLEAR, UNTESTED) == (
        "Over all periods of 4 indicators, 1 moves for the better (Series A), 1 moves for the worse (Series B), "
        "1 is falling and 1 shows no clear trend."
    )
    assert needs(UNCLEAR, UNCLEAR) == "Of 2 indicators not one shows a clear trend over all its periods."
    assert needs({}).replace("\u00a0", " ") == (
        "Hospital stays because of alcohol is falling, for the better, by 1.2 % a year (0.4 to 2.1), from 2002/03 to"
        " 2020/21."
    )
    assert needs(TURNED).endswith("has no steady trend from 2002/03 to 2020/21: it rose until about 2010, then fell.")


def test_the_large_figure_follows_the_tested_direction_and_else_the_two_ends():
    table = beside(["better"])
    number = messages.headline_needs(table, changes([("risen", "worse")]), None, directions({}, UNCLEAR))[2]
    assert (number.value, number.label) == ("1 better", "of 2 indicators, by the trend over all periods")
    none = messages.headline_needs(table, None, None, directions(UNCLEAR, {"meaning": ""}))[2]
    assert (none.value, none.label) == ("1 of 2", "indicators with a clear trend over all periods")
    ends = messages.headline_needs(table, changes([("risen", "worse")]), None, directions(UNTESTED))[2]
    assert ends.label.endswith("latest figure beside the first")


def test_the_page_has_the_tests_in_a_table_and_keeps_the_two_ends():
    place = Region("m", "Midlothian", "council_area", True, "S1", (), (), "Scotland", "en-GB", "", "", "", "")
    files = pd.DataFrame({"file": [], "producer": [], "licence": [], "status": []})
    place_columns = {
        "file": "a.csv",
        "sheet": "",
        "cell": "A1",
        "first_file": "a.csv",
        "first_sheet": "",
        "first_cell": "A2",
    }
    ends = {"difference": -200.0, "difference_lowercl": -260.0, "difference_uppercl": -140.0}
    both = tables.changes().assign(**place_columns, **ends)
    trend = tables.trend().assign(file="a.csv", sheet="", cell="A1", numerator=1.0, denominator=2.0)
    known = pd.DataFrame({"indicator": ["alcohol"], "file": ["a.csv"]})
    blocks = page.trends(trend, both, known, place, "S2", files, directions({}))
    names = [block.data["name"] for block in blocks if block.kind == "table"]
    assert names == ["directions", "changes", "over time"]
    assert [b.data["name"] for b in page.trends(trend, both, known, place, "S2", files) if b.kind == "table"] == names[
        1:
    ]


CHOICES = st.sampled_from([{}, {"meaning": "worse", "verdict": "rising"}, UNCLEAR, TURNED, UNTESTED, {"meaning": ""}])


@settings(deadline=None, max_examples=20)
@given(st.lists(CHOICES, min_size=1, max_size=6))
def test_better_and_worse_are_said_only_where_tested(changed):
    tested = directions(*changed)
    said = [needs(*changed), charts.title_trends(pd.concat([tables.changes()] * 2), region_name="M", directions=tested)]
    judged = {row["meaning"] for row in tested.to_dict("records") if row["verdict"] != "not tested"}
    for text in said if len(judged) else []:
        assert not NOT_WORDS.search(text), text
    for word in ("better", "worse"):
        if word not in judged:
            assert f"for the {word}" not in said[0]
