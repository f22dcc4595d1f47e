"""How far ratings moved between Delphi rounds: the person-change measure, and who moved."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reference.models import load_model
from helpers.scoring import panels, stability

PRINTED = pd.read_csv(Path(__file__).parent / "published" / "delphi_singapore.csv")
LEVELS = st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=6, max_size=6)


def rounds(*levels_by_round, dimension="funding", first=1) -> pd.DataFrame:
    """One rating by each of S1, S2, ... in every round."""
    rows = [
        (f"S{who}", number, level)
        for number, levels in enumerate(levels_by_round, start=first)
        for who, level in enumerate(levels, start=1)
    ]
    table = pd.DataFrame(rows, columns=["stakeholder", "round", "rating"])
    return table.assign(dimension=dimension, rating=table["rating"].astype("Int64"))


def test_three_net_changes_of_twelve_experts_worked_by_hand():
    """4, 5 and 3 experts at the levels 2, 3 and 4, then 2, 8 and 2: |-2| + |3| + |-1| = 6, half of it is 3 of 12."""
    table = stability.between_rounds(rounds([2] * 4 + [3] * 5 + [4] * 3, [2] * 2 + [3] * 8 + [4] * 2))
    row = table.iloc[0]
    assert row["person_change_pct"] == 25
    assert not row["is_stable"]
    assert (row["n_before"], row["n_after"], row["n_both"]) == (12, 12, 12)
    assert (row["n_changed"], row["n_up"], row["n_down"]) == (3, 2, 1)
    assert (row["median_before"], row["median_after"]) == (3, 3)
    assert (row["spread_before"], row["spread_after"]) == (1.25, 0.0)


def test_swaps_cancel_out_of_the_measure_but_not_of_the_counts():
    row = stability.between_rounds(rounds([1, 2, 3, 3, 3], [2, 1, 3, 3, 3])).iloc[0]
    assert (row["person_change_pct"], row["is_stable"]) == (0, True)
    assert (row["n_changed"], row["n_up"], row["n_down"]) == (2, 1, 1)


@pytest.mark.parametrize(("n_moved", "stable"), [(1, True), (2, True), (3, False)])
def test_fifteen_percent_is_no_longer_stable(n_moved, stable):
    row = stability.between_rounds(rounds([3] * 20, [4] * n_moved + [3] * (20 - n_moved))).iloc[0]
    assert (row["person_change_pct"], row["is_stable"]) == (5 * n_moved, stable)


def test_only_those_who_rated_in_both_rounds_are_compared():
    row = stability.between_rounds(rounds([1, 2, 3, 5, None], [1, 2, 4, None, 0])).iloc[0]
    assert (row["n_before"], row["n_after"], row["n_both"]) == (4, 4, 3)
    assert row["person_change_pct"] == pytest.approx(100 / 3)
    assert (row["median_before"], row["median_after"]) == (2.5, 1.5)


def test_consecutive_rounds_are_those_in_which_the_dimension_was_rated():
    table = stability.between_rounds(
        pd.concat([rounds([1, 2], [1, 2], [1, 3]), rounds([1, 1], dimension="digital"),
                   rounds([1, 1], dimension="digital", first=3)])
    )  # fmt: skip
    assert table[["dimension", "round_before", "round_after"]].to_numpy().tolist() == [
        ["funding", 1, 2], ["funding", 2, 3], ["digital", 1, 3],
    ]  # fmt: skip


@pytest.mark.parametrize("dimension", PRINTED["dimension"].unique())
def test_the_measure_is_what_one_histogram_has_beyond_the_other(dimension):
    """Ratings worked back from the printed rounds of Singapore; half the sum of differences is the surplus of one."""
    printed = PRINTED[PRINTED["dimension"] == dimension].sort_values("round")["ratings"]
    levels = [[int(level) for level in text.split()] for text in printed]
    surplus = [(Counter(new) - Counter(old)).total() for old, new in pairwise(levels)]
    table = stability.between_rounds(rounds(*levels, dimension=dimension))
    assert table["person_change_pct"].tolist() == pytest.approx([100 * count / 12 for count in surplus])


def test_where_there_is_nothing_to_compare():
    assert stability.between_rounds(rounds([1, 2, 3])).empty
    assert list(stability.between_rounds(rounds([1, 2, 3])).columns) == stability.COLUMNS
    row = stability.between_rounds(rounds([1, 2, None, None], [None, None, 3, 4])).iloc[0]
    assert row["refusal"] == "no expert rated it in both rounds"
    assert np.isnan(row["person_change_pct"])
    assert pd.isna(row["is_stable"])
    withheld = stability.between_rounds(panels.withhold_small_panels(rounds([1, 2, 3], [1, 2, 4]))).iloc[0]
    assert withheld["refusal"] == "single ratings are not shown"
    assert withheld["n_both"] == 0 and pd.isna(withheld["is_stable"])
    assert np.isnan(withheld["median_before"])


@pytest.mark.parametrize(
    ("n_both", "n_other", "why"),
    [
        (1, 11, "only 1 of 12 experts rated in both rounds"),
        (4, 0, "only 4 experts rated in both rounds; this takes at least 5"),
        (4, 4, "only 4 of 8 experts rated in both rounds"),
        (5, 0, ""),
        (5, 5, ""),
        (5, 6, "only 5 of 11 experts rated in both rounds"),
    ],
)
def test_settled_does_not_rest_on_a_handful(n_both, n_other, why):
    for before, after in (([3] * n_other, [None] * n_other), ([None] * n_other, [3] * n_other)):
        row = stability.between_rounds(rounds([3] * n_both + before, [3] * n_both + after)).iloc[0]
        assert (row["n_both"], row["refusal"], row["person_change_pct"]) == (n_both, why, 0)
        assert pd.isna(row["is_stable"]) if why else row["is_stable"]


def test_with_a_model_dimensions_and_ratings_are_checked_against_it():
    model, ratings = load_model("scirocco-exchange"), rounds([1, 2, 3], [1, 2, 4])
    pd.testing.assert_frame_equal(stability.between_rounds(ratings, model=model), stability.between_rounds(ratings))
    with pytest.raises(ValueError, match="S3 rated funding 7, off the scale 0-5"):
        stability.between_rounds(rounds([1, 2, 3], [1, 2, 7]), model=model)
    with pytest.raises(ValueError, match="has no dimension fundng"):
        stability.between_rounds(rounds([1], [2], dimension="fundng"), model=model)


@settings(max_examples=25, deadline=None)
@given(LEVELS, LEVELS, st.randoms(use_true_random=False))
def test_laws(before, after, random):
    """Row order never matters; backwards is the same change; dealing the ratings anew changes neither the measure."""
    ratings = rounds(before, after)
    table = stability.between_rounds(ratings)
    order = random.sample(range(len(ratings)), len(ratings))
    pd.testing.assert_frame_equal(table, stability.between_rounds(ratings.iloc[order]))
    if table.empty or not table.loc[0, "n_both"]:
        return
    pct, n_both = table.loc[0, ["person_change_pct", "n_both"]]
    assert 0 <= pct <= 100 * table.loc[0, "n_changed"] / n_both + 1e-9
    back = stability.between_rounds(rounds(after, before)).iloc[0]
    assert (back["person_change_pct"], back["n_up"]) == (pct, table.loc[0, "n_down"])
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if None not in (old, new)]
    shuffled = random.sample([new for _, new in pairs], len(pairs))
    assert stability.between_rounds(rounds([old for old, _ in pairs], shuffled)).loc[0, "person_change_pct"] == pct


def test_bad_input_is_refused_and_the_input_is_not_changed():
    ratings = rounds([1, 2, 3], [1, 2, 4]).assign(region="a")
    before = ratings.copy(deep=True)
    stability.between_rounds(ratings)
    pd.testing.assert_frame_equal(ratings, before)
    with pytest.raises(ValueError, match="lacks the column dimension"):
        stability.between_rounds(ratings.drop(columns="dimension"))
    with pytest.raises(ValueError, match="one region at a time"):
        stability.between_rounds(pd.concat([ratings, ratings.assign(region="b")]))
    with pytest.raises(ValueError, match="there is no wave '2020-01'"):
        stability.between_rounds(ratings, wave="2020-01")
    with pytest.raises(ValueError, match="'S1' has two different ratings of 'funding'"):
        stability.between_rounds(pd.concat([ratings, ratings.assign(rating=5)]))
