"""The Delphi rule: every printed row, other panel sizes, and where it is not defined."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reference.models import load_model
from helpers.scoring import agreement

PRINTED = pd.read_csv(Path(__file__).parent / "published" / "delphi_singapore.csv")


def panel(levels, dimension="funding", round_=1) -> pd.DataFrame:
    """One rating of one dimension by each of S1, S2, ..."""
    names = [f"S{number}" for number in range(1, len(levels) + 1)]
    return pd.DataFrame({"stakeholder": names, "dimension": dimension, "round": round_, "rating": levels})


def judged(levels) -> pd.Series:
    return agreement.delphi(panel(levels)).iloc[0]


@pytest.mark.parametrize("printed", PRINTED.to_dict("records"), ids=lambda r: f"{r['dimension']} {r['round']}")
def test_every_printed_row_is_reproduced(printed):
    row = judged([int(level) for level in printed["ratings"].split()])
    assert row["n"] == printed["n"]
    assert row["median"] == printed["median"]
    assert round(row["pct_at_median"], 1) == printed["pct_at_median"]
    assert round(row["pct_in_agreement"], 1) == printed["pct_in_agreement"]
    assert (row["distribution"], row["level"]) == (printed["distribution"], printed["level"])


def test_one_row_a_dimension_and_round_in_the_order_given():
    ratings = pd.concat(
        [
            panel([int(level) for level in row["ratings"].split()], row["dimension"], row["round"])
            for row in PRINTED.to_dict("records")
        ]
    )
    table = agreement.delphi(ratings)
    assert table[["dimension", "round"]].to_numpy().tolist() == PRINTED[["dimension", "round"]].to_numpy().tolist()
    assert list(table.columns)[:10] == [
        "dimension", "round", "n", "median", "q1", "q3", "pct_at_median", "pct_in_agreement", "distribution", "level",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("n", "allowed"),
    [(8, 2), (9, 2), (10, 2), (11, 3), (12, 3), (13, 3), (14, 4), (15, 4), (16, 4), (17, 4), (20, 5), (30, 7)],
)
def test_the_number_allowed_outside_grows_with_the_panel(n, allowed):
    inside = [2] * (n - allowed)
    assert judged(inside + [5] * allowed)["distribution"] == "Agreement"
    assert judged(inside[1:] + [5] * (allowed + 1))["distribution"] == "Split"
    assert judged(inside[1:] + [5] * (allowed + 1))["level"] == "Uncertain"


@pytest.mark.parametrize("n", [1, 7])
def test_below_eight_ratings_no_rule_is_defined_and_it_says_why(n):
    row = judged([3] * n)
    assert (row["distribution"], row["level"]) == ("", "")
    assert "not defined below 8" in row["rule"]
    assert row["pct_in_agreement"] == 100


@pytest.mark.parametrize(
    ("levels", "level"),
    [([0] * 12, "Initial"), ([2] * 12, "Initial"), ([2] * 6 + [3] * 6, "Progressing"), ([4] * 12, "Progressing"),
     ([5] * 12, "Optimising"), ([4] * 6 + [5] * 6, "Progressing")],
)  # fmt: skip
def test_the_level_follows_from_the_median(levels, level):
    assert judged(levels)["level"] == level


def test_missing_ratings_and_the_consensus_do_not_count():
    ratings = pd.concat(
        [
            panel([3] * 8 + [None]),
            pd.DataFrame([{"stakeholder": "Consensus", "dimension": "funding", "round": 1, "rating": 0}]),
        ]
    )
    row = agreement.delphi(ratings).iloc[0]
    assert (row["n"], row["median"], row["level"]) == (8, 3, "Progressing")


def test_a_stakeholder_with_two_different_ratings_in_a_round_is_refused():
    with pytest.raises(ValueError, match="'S1' has two different ratings of 'funding'"):
        agreement.delphi(pd.concat([panel([3]), panel([4])]))


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="lacks the column rating"):
        agreement.delphi(pd.DataFrame({"stakeholder": ["S1"], "dimension": ["funding"]}))


def test_with_a_model_dimensions_and_ratings_are_checked_against_it():
    rows, model = panel([1, 2, 3]), load_model("scirocco-exchange")
    pd.testing.assert_frame_equal(agreement.delphi(rows, model), agreement.delphi(rows))
    with pytest.raises(ValueError, match="S2 rated funding 7, off the scale 0-5"):
        agreement.delphi(panel([1, 7, 3]), model=model)
    with pytest.raises(ValueError, match="has no dimension fundng"):
        agreement.delphi(panel([1, 2, 3], "fundng"), model)


def test_half_levels_are_refused():
    with pytest.raises(ValueError, match="the column rating"):
        agreement.delphi(panel([2.5]))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.randoms())
def test_the_order_of_the_stakeholders_never_matters(levels, random):
    ratings = panel(levels)
    order = list(range(len(levels)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(agreement.delphi(ratings), agreement.delphi(ratings.iloc[order]))
