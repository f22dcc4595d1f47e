"""One dimension: published figures, what another rating at the median does, and the laws of each statistic."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.scoring import spread
from helpers.scoring.agreement import allowed_outside

LEVELS = np.arange(6.0)
RATINGS = st.lists(st.integers(0, 5), min_size=1, max_size=25)


def counted(ratings) -> np.ndarray:
    return np.bincount(ratings, minlength=len(LEVELS))


def iqr(counts) -> float:
    return float(spread.quantile(counts, LEVELS, 0.75) - spread.quantile(counts, LEVELS, 0.25))


def share_within(counts, distance) -> float:
    middle = spread.quantile(counts, LEVELS, 0.5)
    return float(spread.n_within(counts, LEVELS, middle, distance) / counts.sum())


def test_van_der_eijks_a_is_that_of_the_documentation_of_agrmt():
    assert spread.agreement_a(np.array([30, 40, 210, 130, 530, 50, 10])) == pytest.approx(0.6113333, abs=5e-8)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([0, 0, 9, 0, 0, 0], 1), ([7, 7, 7, 7, 7, 7], 0), ([4, 0, 0, 0, 0, 4], -1), ([0, 0, 4, 4, 0, 0], 0.8)],
)
def test_the_anchors_of_a(counts, expected):
    assert spread.agreement_a(np.array(counts)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [([1, 1, 1, 1], 1), ([0, 5], 1 - 12.5 / (35 / 12)), ([0, 1, 2, 3, 4, 5], 1 - 3.5 / (35 / 12))],
)
def test_r_wg_is_negative_where_ratings_spread_more_than_by_chance(ratings, expected):
    assert spread.r_wg(counted(ratings), LEVELS) == pytest.approx(expected)


def test_the_disagreement_index_by_hand():
    # 0 to 5 becomes 1 to 9: p30 = 2 -> 4.2, p70 = 4 -> 7.4; 3.2 / (2.35 + 1.5 |5 - 5.8|)
    assert spread.disagreement_index(counted([2, 2, 2, 4, 4, 4]), LEVELS) == pytest.approx(3.2 / 3.55)


@pytest.mark.parametrize("ratings", [[], [3]])
def test_below_two_ratings_there_is_no_agreement_to_speak_of(ratings):
    counts = counted(np.array(ratings, dtype=int))
    assert np.isnan([spread.agreement_a(counts), spread.r_wg(counts, LEVELS)]).all()
    assert np.isnan(spread.disagreement_index(counts, LEVELS))


@given(RATINGS, st.sampled_from([0.25, 0.3, 0.5, 0.7, 0.75]))
def test_quantiles_are_those_of_numpy(ratings, share):
    assert spread.quantile(counted(ratings), LEVELS, share) == pytest.approx(np.quantile(ratings, share))


@given(st.lists(RATINGS.map(counted), min_size=2, max_size=6))
def test_many_at_once_are_what_each_is_alone(rows):
    together = spread.agreement_a(np.array(rows))
    np.testing.assert_array_equal(together, [spread.agreement_a(row) for row in rows])


@given(RATINGS)
def test_turning_the_scale_round_changes_nothing(ratings):
    counts = counted(ratings)
    for statistic in (spread.agreement_a, lambda c: spread.r_wg(c, LEVELS), iqr):
        np.testing.assert_allclose(statistic(counts), statistic(counts[::-1]), atol=1e-12)


@given(RATINGS)
def test_another_stakeholder_at_the_median_never_lowers_agreement(ratings):
    counts = counted(ratings)
    median = spread.quantile(counts, LEVELS, 0.5)
    assume(median == np.floor(median))
    more = counted([*ratings, int(median)])
    assert share_within(more, 0.5) >= share_within(counts, 0.5)
    assert share_within(more, spread.NEAR) >= share_within(counts, spread.NEAR)
    assert iqr(more) <= iqr(counts) + 1e-9
    assert len(ratings) == 1 or spread.r_wg(more, LEVELS) >= spread.r_wg(counts, LEVELS) - 1e-9
    assert verdict(more) or not verdict(counts)


def verdict(counts) -> bool:
    """Whether the Delphi rule finds agreement; a panel too small for it has none."""
    allowed, _ = allowed_outside(int(counts.sum()))
    return allowed is not None and round(counts.sum() * (1 - share_within(counts, spread.NEAR))) <= allowed


@given(RATINGS.filter(lambda ratings: len(ratings) > 1))
def test_another_rating_at_a_level_that_nobody_outnumbers_never_lowers_a(ratings):
    counts = counted(ratings)
    more = counted([*ratings, int(counts.argmax())])
    assert spread.agreement_a(more) >= spread.agreement_a(counts) - 1e-12


def test_a_and_the_disagreement_index_may_show_less_agreement_after_another_rating_at_the_median():
    assert spread.agreement_a(counted([0, 0, 2, 3, 4])) == pytest.approx(0.34)
    assert spread.agreement_a(counted([0, 0, 2, 2, 3, 4])) == pytest.approx(0.2333333)
    before, after = ([0] * 3 + [4] * n for n in (4, 5))
    assert spread.disagreement_index(counted(before), LEVELS) == pytest.approx(1.8028169)
    assert spread.disagreement_index(counted(after), LEVELS) == pytest.approx(1.8762215)
