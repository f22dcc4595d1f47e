"""Words that said a little more than what stands behind them."""

import pandas as pd
import pytest

from helpers.charts import inequality_words
from helpers.page import inequality, needs
from helpers.reference import regions
from helpers.scoring import delays, messages, over_time
from helpers.scoring.beside import COLUMNS
from test_delays import figures


def test_a_run_of_months_ends_at_a_gap():
    """The rule does not run across a month without a figure, so neither may the words."""
    beds = [10.0, 11, 10, 9, 10, 11, 9, 10, 11, 10, 9, 10, 14, 15, 14, 15, 14, 14, 15, 14, 15, 14, 15, 14, 15]
    table = figures(beds)
    summed = delays.summary(delays.control(delays.monthly(table.drop(index=17), ["A"]))).iloc[0]
    assert summed["special_cause"] == "shift" and summed["run_length"] == 7
    whole = delays.summary(delays.control(delays.monthly(table, ["A"]))).iloc[0]
    assert whole["run_length"] == 13


@pytest.mark.parametrize(
    ("bases", "said"),
    [
        (["Scotland"], "The comparator is Scotland."),
        (["median of 32 council areas"], "The comparator is the median of 32 council areas."),
        (["Scotland", "median of 32 council areas"], "The comparator is Scotland and the median of 32 council areas."),
    ],
)
def test_a_comparator_is_named_as_one_says_it(bases, said):
    beside = pd.DataFrame({"comparator_basis": bases, "period": "2022"})
    assert needs.overview(beside, regions.region("fife")).text.endswith(said)


def gap(name, ratio, low, high):
    return {"indicator_name": name, "verdict": "worse", "ratio": ratio, "ratio_lowercl": low, "ratio_uppercl": high}


def test_the_clearest_gap_is_not_claimed_where_some_have_no_ratio():
    nan = float("nan")
    gaps = pd.DataFrame([gap("Stays", 3.0, 2.5, 3.6), gap("Life expectancy", nan, nan, nan)])
    text = messages.needs(pd.DataFrame(columns=COLUMNS), None, gaps)[0].text
    assert "the clearest gap" not in text
    assert text.endswith(
        "of those that can be told as a ratio the clearest is Stays, 3.0 times as high (95\u00a0% interval 2.5 to 3.6)."
    )


def test_indicators_without_a_direction_are_not_none_of_0():
    rows = pd.DataFrame(
        {"verdict": ["higher at the most deprived end", "no clear gradient"], "polarity": "none", "is_latest": True}
    )
    assert inequality_words.title_inequality(rows, region_name="Fife") == (
        "A gradient by deprivation is clear on 1 of 2 indicators in Fife"
    )


def test_the_page_says_that_gradients_are_not_corrected_for_their_number():
    assert "Nothing corrects for the number of indicators" in inequality.METHOD


def test_the_two_ends_of_a_series_with_hidden_figures_are_not_compared():
    table = pd.DataFrame({
        "area_code": "A", "indicator": "deaths", "period": ["2014", "2015", "2016"], "value": [10.0, None, 30.0],
        "lowercl": [8.0, None, 27.0], "uppercl": [12.0, None, 33.0], "measure": "rate_per_100000", "file": "own.csv",
        "period_start": pd.to_datetime(["2014-01-01", "2015-01-01", "2016-01-01"]),
        "period_end": pd.to_datetime(["2014-12-31", "2015-12-31", "2016-12-31"]),
    })  # fmt: skip
    register = pd.DataFrame({"indicator": ["deaths"], "indicator_name": "Deaths", "polarity": "lower_is_better"})
    shown = table.assign(is_hidden=[False, True, False])
    assert over_time.trend_change(shown, "A", register)["verdict"].tolist() == ["not compared"]
    assert over_time.trend_change(table.assign(is_hidden=False), "A", register)["verdict"].tolist() == ["risen"]
