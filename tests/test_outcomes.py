"""Three columns of evidence for each outcome, and what people say: tables, drawings, words."""

import re

import pandas as pd
import pytest

from drawn import lines, texts, touching
from helpers.charts import citizens as citizens_charts
from helpers.charts import outcomes as outcome_charts
from helpers.charts import style
from helpers.page import outcomes as show
from helpers.reference import evidence as kinds_of
from helpers.reference import indicators as registers
from helpers.reference import regions
from helpers.scoring import citizens, outcomes

KINDS = {"stays": "service", "deaths": "population", "lonely": "people", "panel": "people"}
OUTCOMES = pd.DataFrame(
    {"short_name": ["Healthier", "Independent", "Safe"], "text": ["a", "b", "c"], "source": ""},
    index=pd.Index([1, 2, 3], name="outcome"),
)
REGISTER = pd.DataFrame(
    {"outcomes": ["1;2", "1", "1;4", "1", ""]}, index=["stays", "deaths", "lonely", "panel", "unlinked"]
)


def figures(**columns) -> pd.DataFrame:
    rows = pd.DataFrame(
        [
            ("stays", "Stays in hospital", "worse", 701.4, 680, 720, "per 100,000", "rate_per_100000"),
            ("deaths", "Deaths", "no clear difference", 1180.7, 1150, 1210, "per 100,000", "rate_per_100000"),
            ("lonely", "Felt lonely", "better", 15.0, 10, 20, "% of adults", "percent"),
            ("unlinked", "Nothing", "better", 1.0, 1, 1, "%", "percent"),
        ],
        columns=["indicator", "indicator_name", "verdict", "value", "lowercl", "uppercl", "unit", "measure"],
    )
    fixed = {"period": "2022", "polarity": "lower_is_better", "file": "a.csv", "sheet": "", "cell": "I2"}
    fixed |= {"comparator_value": 24.0, "comparator_basis": "median of 32 council areas", "theme": "Community"}
    return rows.assign(short_name=rows["indicator_name"], **fixed | columns)


def plan() -> pd.DataFrame:
    row = {
        "indicator": ["panel", "lonely"], "indicator_name": ["Ask me first", "Felt lonely"], "value": [68.0, 30.0],
        "short_name": ["Ask me first", "Felt lonely"], "figure_text": ["68 %", "30 %"], "measure": "percent",
        "unit": "%", "period": "", "polarity": "none", "lacks_base": True, "comparator_name": "",
        "comparator_value": float("nan"), "theme": "Panel", "group": "all", "note": "", "file": "plan.csv",
        "sheet": "", "cell": "I9",
    }  # fmt: skip
    return pd.DataFrame(row)


def evidence(**options) -> pd.DataFrame:
    return outcomes.evidence(figures(), plan(), register=REGISTER, outcomes=OUTCOMES, kinds=KINDS, **options)


def test_each_figure_stands_under_every_outcome_it_speaks_to_and_in_its_column():
    found = evidence()[["outcome", "evidence", "indicator", "figure_text", "verdict"]].to_numpy(object).tolist()
    assert found == [
        [1, "service", "stays", "701.4\u00a0per 100,000", "worse"],
        [1, "population", "deaths", "1,180.7\u00a0per 100,000", "no clear difference"],
        [1, "people", "lonely", "15\u00a0%", "better"],
        [1, "people", "panel", "68 %", "as printed"],
        [2, "service", "stays", "701.4\u00a0per 100,000", "worse"],
    ]


def test_coverage_counts_the_kinds_and_keeps_an_outcome_without_any_figure():
    found = outcomes.coverage(evidence(), OUTCOMES)
    columns = ["outcome", "n_service", "n_population", "n_people", "n_kinds", "n_worse", "n_better"]
    assert found[columns].to_numpy(object).tolist() == [
        [1, 1, 1, 2, 3, 1, 1],
        [2, 1, 0, 0, 1, 1, 0],
        [3, 0, 0, 0, 0, 0, 0],
    ]


def test_a_tested_direction_is_carried_and_nothing_is_said_where_the_indicator_stands_twice():
    once = pd.DataFrame({"indicator": ["stays"], "verdict": ["falling"]})
    twice = pd.DataFrame({"indicator": ["stays", "stays"], "verdict": ["falling", "rising"]})
    assert evidence(directions=once)["direction"].tolist() == ["falling", "", "", "", "falling"]
    assert set(evidence(directions=twice)["direction"]) == {""}


def test_no_figures_at_all_make_an_empty_table_and_one_sentence():
    none = outcomes.evidence(figures().iloc[:0], None, register=REGISTER, outcomes=OUTCOMES, kinds=KINDS)
    (block,) = show.outcomes(none, outcomes.coverage(none, OUTCOMES), regions.region("fife"), pd.DataFrame())
    assert block.kind == "absent" and "Fife" in block.text
    (block,) = show.citizens(citizens.said(figures().iloc[:0], None, kinds=KINDS), regions.region("fife"), None)
    assert block.kind == "absent"


def test_what_people_say_prefers_the_survey_and_names_what_nothing_tests():
    said = citizens.said(figures(), plan(), kinds=KINDS)
    assert said[["indicator", "value", "verdict", "lacks_base"]].to_numpy(object).tolist() == [
        ["lonely", 15.0, "better", False],
        ["panel", 68.0, "as printed", True],
    ]
    assert said["lowercl"].isna().tolist() == [False, True]


def test_every_indicator_of_the_register_is_of_one_kind_and_no_other_is_named():
    register = registers.load_register()
    blocks = register["role"].ne("") if "role" in register else pd.Series(False, register.index)
    assert set(register.index[~blocks]) <= set(kinds_of.load_evidence()) <= set(register.index)


def test_a_kind_that_is_none_is_refused_by_its_line(tmp_path):
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "evidence.csv").write_text(
        "indicator,evidence,reason\nstays,service,x\nlonely,opinion,y\nstays,people,z\n"
    )
    with pytest.raises(kinds_of.EvidenceError, match=r"line 3: evidence 'opinion' of 'lonely'.*; line 4: stays"):
        kinds_of.load_evidence(tmp_path)


@pytest.mark.parametrize("width", style.WIDTHS)
def test_the_map_has_a_mark_a_figure_and_says_where_there_is_none(width):
    coverage = outcomes.coverage(evidence(), OUTCOMES)
    figure = outcome_charts.figure_outcomes(evidence(), coverage, width=width)
    ax = figure.axes[0]
    counts = [len(lines(ax, word)) for word in ("worse", "better", "no clear difference", "as printed")]
    assert counts == [2, 1, 1, 1]
    assert texts(figure).count("none in the data") == 5
    assert not touching(figure)


@pytest.mark.parametrize("width", style.WIDTHS)
def test_what_people_say_is_drawn_with_interval_and_comparator_only_where_there_are_any(width):
    figure = citizens_charts.figure_citizens(citizens.said(figures(), plan(), kinds=KINDS), width=width)
    ax = figure.axes[0]
    assert [len(lines(ax, label)) for label in ("interval", "comparator", "region", "printed")] == [1, 1, 1, 1]
    assert lines(ax, "printed")[0].get_markerfacecolor() == "white"
    assert not touching(figure)


def test_titles_claim_what_the_tests_carry():
    coverage = outcomes.coverage(evidence(), OUTCOMES)
    title = outcome_charts.title_outcomes(coverage, region_name="Fife")
    assert title == "All three kinds of evidence stand behind 1 of 3 outcomes in Fife; the data hold nothing on Safe"
    said = citizens.said(figures(), plan(), kinds=KINDS)
    assert citizens_charts.title_citizens(said, region_name="Fife") == (
        "Felt lonely: 15\u00a0% in Fife, better than the median of 32 council areas"
    )
    unclear = said.assign(verdict=["no clear difference", "as printed"])
    assert "does not differ clearly from elsewhere on the one question" in citizens_charts.title_citizens(
        unclear, region_name="Fife"
    )
    assert not re.search(r"better|worse", citizens_charts.title_citizens(said.iloc[1:], region_name="Fife"))


def test_the_table_lists_every_figure_once_an_outcome():
    rows = show.evidence_map(evidence(), outcomes.coverage(evidence(), OUTCOMES))
    assert rows.loc[0, "people"] == ["Felt lonely: 15\u00a0% (2022), better", "Ask me first: 68 %, as printed"]
    assert rows.loc[2, "service"] == []


def test_answers_that_nothing_tests_are_not_said_to_be_like_elsewhere():
    bare = figures(lowercl=float("nan"), uppercl=float("nan"), comparator_value=float("nan"), verdict="not compared")
    said = citizens.said(bare, None, kinds=KINDS)
    assert citizens_charts.title_citizens(said, region_name="Fife") == (
        "1 answer of people in Fife, none of which can be compared with elsewhere"
    )
    assert citizens_charts.subtitle_citizens(said) == "Share of those asked; 1 question"
    assert citizens_charts.UNTESTED in texts(citizens_charts.figure_citizens(said))
