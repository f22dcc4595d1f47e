"""Where a round stands while ratings come in is what the slower tables say of the same ratings."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reference.models import load_model
from helpers.scoring import agreement, maturity, standing

LEVELS = range(6)
MODEL = load_model("scirocco-exchange")


def table(ratings):
    return pd.DataFrame(
        {
            "region": "midlothian",
            "stakeholder": [f"Stakeholder {number}" for number in range(len(ratings))],
            "kind": "individual",
            "round": 1,
            "dimension": "funding",
            "rating": pd.array(ratings, dtype="Int64"),
            "date": pd.Timestamp("2026-11-25"),
            "model": MODEL.id,
        }
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_it_is_what_the_delphi_rule_says(ratings):
    found, judged = standing.of_ratings(ratings, LEVELS), agreement.delphi(table(ratings)).iloc[0]
    assert (found.n, found.median, found.q1, found.q3) == (judged["n"], judged["median"], judged["q1"], judged["q3"])
    assert found.n - found.n_near == judged["n_outside"]
    assert {None: "", True: "Agreement", False: "Split"}[found.agrees] == judged["distribution"]


def test_it_is_what_the_profile_says():
    ratings = [0, 2, 2, 3, 5, 3, 4, 1, 1]
    found = standing.of_ratings(ratings, LEVELS)
    row = maturity.profile(table(ratings), MODEL).set_index("dimension").loc["funding"]
    assert (found.n, found.median, found.q1, found.q3) == (row["n"], row["median"], row["q1"], row["q3"])
    counts = maturity.distribution(table(ratings), MODEL)
    assert list(found.counts) == counts[counts["dimension"] == "funding"]["n"].tolist()


@pytest.mark.parametrize(
    ("ratings", "counts", "chosen", "agrees"),
    [
        ([], (0, 0, 0, 0, 0, 0), (), None),
        ([0], (1, 0, 0, 0, 0, 0), (0,), None),
        ([3] * 8, (0, 0, 0, 8, 0, 0), (3,), True),
        ([0] * 6 + [5] * 6, (6, 0, 0, 0, 0, 6), (0, 5), False),
    ],
)
def test_counts_and_verdict(ratings, counts, chosen, agrees):
    found = standing.of_ratings(ratings, LEVELS)
    assert (found.counts, found.chosen, found.agrees, found.n) == (counts, chosen, agrees, len(ratings))
    assert math.isnan(found.median) == (not ratings)
