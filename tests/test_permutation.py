"""Ranks, arrangements, p-values and their correction, against scipy, worked examples and one loop a step."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from helpers.scoring import permutation

P_VALUES = st.lists(st.one_of(st.just(np.nan), st.floats(0.0001, 1)), max_size=12)


def test_holm_gives_the_worked_example():
    """The four p-values worked through in Wikipedia's article on the Holm-Bonferroni method."""
    assert permutation.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_leaves_out_what_was_not_tested():
    assert permutation.holm([np.nan, 0.02, np.nan, 0.01]) == pytest.approx([np.nan, 0.02, np.nan, 0.02], nan_ok=True)
    assert np.isnan(permutation.holm([np.nan])).all()
    assert len(permutation.holm([])) == 0


@given(P_VALUES, st.floats(0.001, 0.2))
def test_holm_rejects_what_the_steps_of_the_procedure_reject(values, level):
    """The sequential form: compare the smallest with level / m, the next with level / (m - 1), stop at the first no."""
    adjusted = permutation.holm(values)
    order = [place for place in np.argsort(values) if not np.isnan(values[place])]
    rejected = set()
    for step, place in enumerate(order):
        if values[place] * (len(order) - step) > level:
            break
        rejected.add(place)
    assert set(np.flatnonzero(adjusted <= level)) == rejected
    tested = ~np.isnan(values)
    assert (adjusted[tested] >= np.asarray(values)[tested]).all()
    assert (adjusted[tested] <= 1).all()


@given(st.lists(st.one_of(st.just(np.nan), st.integers(0, 5).map(float)), min_size=1, max_size=15))
def test_centred_ranks_are_mid_ranks_doubled_and_centred(values):
    given_ = np.array(values)
    ranks = permutation.centred_ranks(given_[:, None])[:, 0]
    there = ~np.isnan(given_)
    expected = 2 * stats.rankdata(given_[there]) - (there.sum() + 1) if there.any() else []
    assert ranks[there].tolist() == list(expected)
    assert (ranks[~there] == 0).all()
    assert ranks.sum() == 0


@pytest.mark.parametrize("labels", [[0], [0, 0], [0, 1], [0, 1, 1, 0], [0, 1, 2, 1], [2, 1, 0, 0, 1], [0, 2, 2]])
def test_few_arrangements_are_listed_each_once(labels):
    rows, is_exact = permutation.arrangements(np.bincount(labels), 999, np.random.default_rng(1))
    assert is_exact
    assert sorted(map(tuple, rows.tolist())) == sorted(set(permutations(labels)))


def test_many_arrangements_are_drawn_with_the_same_labels_in_each():
    labels = np.array([0] * 6 + [1] * 6)
    rows, is_exact = permutation.arrangements([6, 6], 923, np.random.default_rng(1))
    assert not is_exact  # there are 924
    assert rows.shape == (923, 12)
    assert (np.sort(rows, axis=1) == labels).all()
    assert rows.mean(axis=0) == pytest.approx(0.5, abs=0.08)
    assert permutation.arrangements([6, 6], 924, np.random.default_rng(1))[1]


def test_the_p_value_is_a_share_and_never_zero():
    by_chance = np.arange(99)[:, None] * np.ones(3)
    drawn = permutation.step_down(np.array([99.0, 90.0, 0.0]), by_chance, is_exact=False)
    assert drawn.p_value.tolist() == [0.01, 0.1, 1.0]
    exact = permutation.step_down(np.array([98.0, 0.0, 49.5]), by_chance, is_exact=True)
    assert exact.p_value == pytest.approx([1 / 99, 1.0, 49 / 99])


def one_step_at_a_time(observed, rows) -> tuple[list[float], list[float]]:
    """Algorithm 2.8 of Westfall and Young, in loops."""
    n, m = len(rows), len(observed)
    p = [sum(row[k] >= observed[k] - 1e-9 for row in rows) / n for k in range(m)]
    each = [[sum(other[k] >= row[k] - 1e-9 for other in rows) / n for k in range(m)] for row in rows]
    left, highest, adjusted = sorted(range(m), key=lambda k: p[k]), 0.0, [0.0] * m
    while left:
        reached = sum(min(own[k] for k in left) <= p[left[0]] + 1e-12 for own in each) / n
        highest = max(highest, reached)
        adjusted[left.pop(0)] = highest
    return p, adjusted


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(float, st.tuples(st.integers(1, 25), st.integers(1, 5)), elements=st.integers(0, 6).map(float)),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_the_correction_is_that_of_westfall_and_young(rows, is_exact, random):
    observed = rows[random.randrange(len(rows))]
    found = permutation.step_down(observed, rows, is_exact=is_exact)
    p, adjusted = one_step_at_a_time(observed, rows if is_exact else np.vstack([observed, rows]))
    assert found.p_value == pytest.approx(p) and found.p_adjusted == pytest.approx(adjusted)
    assert (found.p_adjusted >= found.p_value).all() and (found.p_adjusted <= 1).all()
    assert (np.diff(found.p_adjusted[np.argsort(found.p_value, kind="stable")]) >= 0).all()
    places = random.sample(range(rows.shape[1]), rows.shape[1])
    again = permutation.step_down(observed[places], rows[:, places], is_exact=is_exact)
    assert again.p_adjusted.tolist() == found.p_adjusted[places].tolist()


def test_tests_that_are_the_same_cost_nothing_and_rounding_makes_no_difference():
    rows = np.arange(40.0)[:, None] * np.ones(12)
    found = permutation.step_down(rows[39], rows + np.linspace(-1e-11, 1e-11, 12), is_exact=True)
    assert found.p_value.tolist() == found.p_adjusted.tolist() == [1 / 40] * 12
    assert found.can_be_clear


def test_tests_that_do_not_hang_together_cost_their_number_and_few_arrangements_can_give_nothing_clear():
    apart = np.eye(12)  # in each of 12 of the arrangements another test is as extreme as can be
    for n, can_be_clear in ((240, False), (241, True)):
        rows = np.vstack([apart, np.zeros((n - 12, 12))])
        found = permutation.step_down(rows[0], rows, is_exact=True)
        assert found.p_value[0] == pytest.approx(1 / n) and found.p_adjusted[0] == pytest.approx(12 / n)
        assert found.can_be_clear is can_be_clear
    assert permutation.step_down(rows[0], rows[:40], is_exact=False).can_be_clear


def test_the_fewest_arrangements_that_can_be_clear():
    assert [permutation.is_too_few(n) for n in (20, 32, 40, 41, 64)] == [True, True, True, False, False]


def test_statistics_that_differ_by_rounding_only_count_as_equal():
    observed = np.array([0.3])
    assert permutation.n_as_large(np.array([[0.1 + 0.2 - 1e-16], [0.2999]]), observed).tolist() == [1]


def test_the_matrix_has_the_people_in_order_and_only_their_own_ratings():
    rows = pd.DataFrame(
        {
            "stakeholder": ["Ben", "Anna", "Consensus", "Desired", "Ben"],
            "kind": ["individual", "individual", "consensus", "desired", "individual"],
            "dimension": ["digital", "digital", "digital", "digital", "other"],
            "rating": pd.array([2, 3, 4, 5, 1], "Int64"),
        }
    )
    matrix = permutation.rating_matrix(rows, ["funding", "digital"])
    assert matrix.index.tolist() == ["Anna", "Ben"]
    assert matrix["digital"].tolist() == [3, 2]
    assert matrix["funding"].isna().all()


@settings(max_examples=20)
@given(st.integers(1, 5_000_000), st.integers(1, 5_000_000))
def test_pieces_cover_every_row_once(n_rows, n_columns):
    n_rows = min(n_rows, 3000)
    covered = [row for piece in permutation.pieces(n_rows, n_columns) for row in range(n_rows)[piece]]
    assert covered == list(range(n_rows))


def test_permutations_is_at_least_one():
    assert permutation.check_permutations(1) == 1
    with pytest.raises(ValueError, match="permutations is at least 1; this is 0"):
        permutation.check_permutations(0)
