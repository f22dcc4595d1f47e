"""How sure a level is: against draws from the posterior itself, and the laws that any such probability keeps."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.reference.models import load_model
from helpers.scoring import certainty
from helpers.scoring.panels import withhold_small_panels

MODEL = load_model("scirocco-exchange")
COUNTS = st.lists(st.integers(0, 30), min_size=6, max_size=6)


def ratings(*values, dimension="readiness", consensus=None):
    rows = [(f"S{k}", dimension, value) for k, value in enumerate(values)]
    rows += [("Consensus", dimension, consensus)] if consensus is not None else []
    return pd.DataFrame(rows, columns=["stakeholder", "dimension", "rating"])


def of(table, **options):
    return certainty.of_levels(table, MODEL, **options).set_index("dimension").loc["readiness"]


@pytest.mark.parametrize("counts", [(0, 0, 0, 12, 0, 0), (6, 0, 0, 0, 0, 6), (1, 2, 3, 4, 2, 0), (0, 0, 1, 0, 0, 0)])
def test_the_probability_is_that_of_draws_from_the_posterior(counts):
    shares = np.random.default_rng(1).dirichlet(np.array(counts) + 1 / 6, size=200_000)
    drawn = [(shares[:, level:].sum(axis=1) >= 0.5).mean() for level in range(6)]
    assert certainty.probability_at_least(np.array(counts, dtype=float)) == pytest.approx(drawn, abs=0.005)


def test_a_symmetric_panel_is_as_likely_above_as_below():
    assert certainty.probability_at_least(np.array([3.0, 2, 1, 1, 2, 3]))[3] == pytest.approx(0.5, abs=1e-12)


def test_everybody_at_one_level_is_nearly_certain():
    row = of(ratings(*[3] * 12))
    assert row["p_at_least"] > 0.999
    assert (row["low_level"], row["high_level"]) == (3, 3)
    assert row["certainty"] == "virtually certain"


def test_five_of_five_are_not_called_more_than_very_likely():
    assert of(ratings(3, 3, 3, 3, 3))["certainty"] == "very likely"
    assert of(ratings(*[3] * 8))["certainty"] == "virtually certain"


def test_a_consensus_above_the_ratings_is_unlikely_from_the_ratings_alone():
    row = of(ratings(1, 1, 1, 1, 1, 1, consensus=4))
    assert row["level"] == 4
    assert row["p_at_least"] < 0.01
    assert row["high_level"] == 1


def test_who_rated_nothing_and_who_is_withheld_have_no_probability_and_the_reason():
    table = certainty.of_levels(ratings(1, 2, 3, 2, 1), MODEL).set_index("dimension")
    assert np.isnan(table.loc["funding", "p_at_least"]) and table.loc["funding", "refusal"] == "nobody rated it"
    assert pd.isna(table.loc["funding", "low_level"])
    hidden = certainty.of_levels(withhold_small_panels(ratings(1, 2, 3, consensus=2)), MODEL)
    assert hidden["p_at_least"].isna().all() and set(hidden["refusal"]) == {"single ratings are not shown"}


def test_a_wider_range_for_more_confidence():
    table = ratings(1, 2, 2, 3, 4, 3)
    narrow, wide = of(table, confidence=0.5), of(table, confidence=0.99)
    assert wide["low_level"] <= narrow["low_level"] <= narrow["high_level"] <= wide["high_level"]
    assert wide["high_level"] - wide["low_level"] > narrow["high_level"] - narrow["low_level"]


@pytest.mark.parametrize("confidence", [0, 1, 1.5, -0.1])
def test_an_impossible_confidence_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence lies between 0 and 1"):
        certainty.of_levels(ratings(1, 2, 3, 4, 5), MODEL, confidence=confidence)


@given(COUNTS)
def test_it_starts_at_one_and_falls_with_the_level(counts):
    reached = certainty.probability_at_least(np.array(counts, dtype=float))
    assert reached[0] == 1
    assert (np.diff(reached) <= 1e-12).all() and (reached >= 0).all()


@given(COUNTS, st.integers(0, 5), st.integers(0, 5))
def test_one_more_rating_at_a_level_or_above_never_makes_it_less_sure(counts, level, more):
    before = np.array(counts, dtype=float)
    after = before.copy()
    after[max(level, more)] += 1
    assert certainty.probability_at_least(after)[level] >= certainty.probability_at_least(before)[level] - 1e-12


@given(COUNTS)
def test_turning_the_scale_round_turns_the_probability_round(counts):
    up = certainty.probability_at_least(np.array(counts, dtype=float))
    down = certainty.probability_at_least(np.array(counts[::-1], dtype=float))
    assert up[1:] == pytest.approx(1 - down[1:][::-1], abs=1e-9)
