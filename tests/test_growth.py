"""Statements of growth: which of two can both hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ingest.growth import Growth, contradict, yearly


@pytest.mark.parametrize(
    ("first", "second", "is_so"),
    [
        (Growth(27, None, 2036), Growth(40, None, 2036, is_hedged=True), True),
        (Growth(27, None, 2036), Growth(40, 2025, 2035, is_hedged=True), True),
        (Growth(27, None, 2036), Growth(29, None, 2036, is_hedged=True), False),
        (Growth(27, None, 2036), Growth(40, 2025, 2040), False),
        (Growth(5, 2025, 2030), Growth(40, 2025, 2035), True),
        (Growth(20, 2025, 2030), Growth(5, 2025, 2036), True),
        (Growth(-3, 2025, 2030), Growth(-5, 2025, 2036), False),
        (Growth(27, 2012, 2022), Growth(40, 2025, 2035), False),
        (Growth(3.1, 2025, 2030, decimals=1), Growth(3, 2025, 2030), False),
    ],
)
def test_two_statements(first, second, is_so):
    assert contradict(first, second, today=2026) == is_so


def test_a_yearly_rate_is_compound():
    assert yearly(21, 2) == pytest.approx(10)


GROWTH = st.builds(
    Growth, st.integers(-90, 300), st.none() | st.integers(2000, 2030), st.integers(2031, 2060), st.booleans()
)


@given(GROWTH, GROWTH)
def test_it_does_not_matter_which_comes_first(one, two):
    assert contradict(one, two, today=2026) == contradict(two, one, today=2026)


@given(GROWTH)
def test_nothing_contradicts_itself(one):
    assert not contradict(one, one, today=2026)
