"""The consensus beside the single ratings: counts, the sign test and where there is none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.reference.models import load_model
from helpers.scoring import departures, panels

MODEL = load_model("scirocco-exchange")


def panel(levels, consensus=None, dimension="funding", **columns) -> pd.DataFrame:
    """One rating by each of S1, S2, ... and the consensus."""
    rows = [(f"S{number}", "individual", level) for number, level in enumerate(levels, start=1)]
    rows += [] if consensus is None else [("Consensus", "consensus", consensus)]
    table = pd.DataFrame(rows, columns=["stakeholder", "kind", "rating"])
    return table.assign(dimension=dimension, rating=table["rating"].astype("Int64"), **columns)


def found(ratings, dimension="funding") -> pd.Series:
    return departures.consensus_beside_ratings(ratings, MODEL).set_index("dimension").loc[dimension]


def test_the_consensus_below_most_of_what_they_had_rated():
    row = found(panel([1, 2, 2, 3, 3, 3], consensus=1))
    assert (row["consensus"], row["median"], row["departure"]) == (1, 2.5, -1.5)
    assert (row["n"], row["n_below"], row["n_at"], row["n_above"]) == (6, 0, 1, 5)
    assert row["effect"] == pytest.approx(5 / 6)
    assert row["p_value"] == row["p_adjusted"] == pytest.approx(2 / 32)
    assert not row["is_clear"]
    assert row["refusal"] == ""


def test_one_row_a_dimension_in_model_order_with_the_columns():
    table = departures.consensus_beside_ratings(panel([1, 2, 2, 3, 3, 3], consensus=1), MODEL)
    assert list(table.columns) == departures.COLUMNS
    assert list(table["dimension"]) == list(MODEL.codes)


def test_holm_counts_the_dimensions_that_were_tested():
    both = pd.concat([panel([1] * 10, 0), panel([2] * 9, 3, "digital"), panel([1] * 9, None, "capacity")])
    table = departures.consensus_beside_ratings(both, MODEL).set_index("dimension")
    assert table.loc["funding", "p_adjusted"] == pytest.approx(2 * 2 / 2**10)
    assert table.loc["digital", "p_adjusted"] == pytest.approx(2 / 2**9)
    assert table.loc[["funding", "digital"], "is_clear"].all()
    assert table.loc["digital", "effect"] == -1


def test_all_at_the_consensus_is_no_departure():
    row = found(panel([3] * 5, consensus=3))
    assert (row["effect"], row["p_value"], row["is_clear"]) == (0, 1, False)


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        (panel([1, 2, 3, 4, 5]), "there is no consensus"),
        (panel([1, 2, 3, 4], consensus=2), "fewer than 5 stakeholders rated it"),
        (panel([1, 2, 3, 4, None], consensus=2), "fewer than 5 stakeholders rated it"),
        (panels.withhold_small_panels(panel([1, 2, 3, 4], consensus=2)), "single ratings are not shown"),
    ],
)
def test_where_there_is_no_test_the_row_says_why(ratings, why):
    row = found(ratings)
    assert row["refusal"] == why
    assert row[["effect", "p_value", "p_adjusted"]].isna().all()
    assert not row["is_clear"]


def test_a_missing_rating_is_left_out():
    row = found(panel([1, 2, 2, 3, 3, None], consensus=2))
    assert (row["n"], row["n_below"], row["n_at"], row["n_above"]) == (5, 1, 2, 2)


def test_the_sign_test_is_that_of_scipy():
    below, above = (grid.ravel() for grid in np.mgrid[0:9, 0:9])
    expected = [
        stats.binomtest(int(b), int(b + a), 0.5).pvalue if a + b else 1 for b, a in zip(below, above, strict=True)
    ]
    assert departures.sign_test(below, above) == pytest.approx(expected)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=5, max_size=12), st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_the_scale_upside_down_turns_the_effect(levels, consensus, random):
    row = found(panel(levels, consensus))
    shuffled = levels[:]
    random.shuffle(shuffled)
    pd.testing.assert_series_equal(row, found(panel(shuffled, consensus)))
    turned = found(panel([5 - level for level in levels], 5 - consensus))
    assert (turned["effect"], turned["p_value"]) == (-row["effect"], row["p_value"])
    assert 0 < row["p_value"] <= row["p_adjusted"] <= 1


def test_bad_input_is_refused_and_the_input_is_not_changed():
    ratings = panel([1, 2, 2, 3, 3, 3], consensus=1, region="a")
    before = ratings.copy(deep=True)
    departures.consensus_beside_ratings(ratings, MODEL)
    pd.testing.assert_frame_equal(ratings, before)
    with pytest.raises(ValueError, match="lacks the column rating"):
        departures.consensus_beside_ratings(ratings.drop(columns="rating"), MODEL)
    with pytest.raises(ValueError, match="one region at a time"):
        departures.consensus_beside_ratings(pd.concat([ratings, ratings.assign(region="b")]), MODEL)
    with pytest.raises(ValueError, match="there is no wave '2020-01'"):
        departures.consensus_beside_ratings(ratings, MODEL, wave="2020-01")
