"""Comparisons with a comparator from counts: against scipy, statsmodels and literature, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from helpers.scoring import contrasts
from helpers.scoring.conditional import conditional_p_value, expected_p_value

COUNTS = {
    "numerator": "x", "denominator": "n", "comparator_numerator": "y", "comparator_denominator": "m",
}  # fmt: skip


def pairs(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["x", "n", "y", "m"])


def proportions(t, **options):
    return contrasts.compare_proportions(t, **{**COUNTS, "is_part": False, "multiplier": 1, **options})


def rates(t, **options):
    return contrasts.compare_rates(t, **{**COUNTS, "is_part": False, "multiplier": 1, **options})


def test_newcombes_published_example():
    """Newcombe 1998 (Statistics in Medicine 17: 873-890), table II, (a) 56/70 - 48/80, method 10."""
    found = proportions(pairs((56, 70, 48, 80))).iloc[0]
    assert round(found["difference_lowercl"], 4) == 0.0524 and round(found["difference_uppercl"], 4) == 0.3339
    assert found["sign"] == 1


@pytest.mark.parametrize("row", [(10, 100, 200, 1000), (30, 1000, 40, 1100), (1, 50, 9, 60)])
def test_two_proportions_are_tested_as_scipy_and_statsmodels_do(row):
    x, n, y, m = row
    found = proportions(pairs(row)).iloc[0]
    chi = stats.chi2_contingency([[x, n - x], [y, m - y]], correction=False)
    assert found["p_value"] == pytest.approx(chi.pvalue, rel=1e-9)
    newcombe = confint_proportions_2indep(x, n, y, m, method="newcomb", compare="diff")
    np.testing.assert_allclose([found["difference_lowercl"], found["difference_uppercl"]], newcombe, rtol=1e-9)
    katz = confint_proportions_2indep(x, n, y, m, method="log", compare="ratio")
    np.testing.assert_allclose([found["ratio_lowercl"], found["ratio_uppercl"]], katz, rtol=1e-9)


def test_intervals_that_overlap_may_still_differ():
    found = proportions(pairs((50, 100, 65, 100))).iloc[0]
    both = [stats.binomtest(k, 100).proportion_ci(method="wilson") for k in (50, 65)]
    assert both[0].high > both[1].low and found["sign"] == -1 and found["p_value"] < 0.05


def test_two_rates_are_tested_given_their_sum():
    x, n, y, m = 10, 100.0, 200, 1000.0
    found = rates(pairs((x, n, y, m))).iloc[0]
    binomial = stats.binom(x + y, n / (n + m))
    assert found["p_value"] == pytest.approx(2 * (binomial.cdf(x - 1) + binomial.pmf(x) / 2), rel=1e-9)
    low, high = stats.binomtest(x, x + y).proportion_ci(0.95, "exact")
    wanted = [low / (1 - low) * m / n, high / (1 - high) * m / n]
    np.testing.assert_allclose([found["ratio_lowercl"], found["ratio_uppercl"]], wanted, rtol=1e-9)
    assert found["difference"] == pytest.approx(-0.1)


def test_zero_events_are_compared_and_none_at_all_are_not():
    found = rates(pairs((0, 100, 60, 1000), (0, 100, 0, 1000), (None, 10, 5, 10)))
    assert found["value"].tolist()[:2] == [0, 0] and found["sign"].tolist() == [-1, pd.NA, pd.NA]
    assert found["reason"].tolist() == [
        "", "there is no event on either side", "the number of events is missing",
    ]  # fmt: skip
    assert found["method"].tolist()[1:] == ["", ""] and found["p_value"].isna().tolist() == [False, True, True]


def test_an_area_is_taken_out_of_its_comparator():
    t = pairs((10, 100, 210, 1100))
    apart = rates(t, is_part=True).iloc[0]
    pd.testing.assert_series_equal(
        apart.drop(["y", "m", "method"]), rates(pairs((10, 100, 200, 1000))).iloc[0].drop(["y", "m", "method"])
    )
    assert "taken out of its comparator" in apart["method"]
    with pytest.raises(ValueError, match="comparator_numerator: 1 value below the area's own, in row 1"):
        proportions(pairs((10, 20, 5, 100)), is_part=True)
    with pytest.raises(ValueError, match="comparator_denominator"):
        proportions(pairs((5, 20, 10, 20)), is_part=True)


def test_two_standardised_rates_by_their_logarithms():
    t = pd.DataFrame({"a": [120.0, 0], "e": [6.0, 1], "b": [100.0, 50], "f": [4.0, 2]})
    found = contrasts.compare_standardised_rates(
        t, value="a", standard_error="e", comparator_value="b", comparator_standard_error="f", is_part=True
    )
    error = np.hypot(6 / 120, 4 / 100)
    assert found["p_value"][0] == pytest.approx(2 * stats.norm.sf(np.log(1.2) / error))
    assert found["ratio_lowercl"][0] == pytest.approx(1.2 * np.exp(-stats.norm.ppf(0.975) * error))
    assert found["sign"].tolist() == [1, pd.NA] and "err on the side of no clear difference" in found["method"][0]


def test_observed_against_expected():
    t = pd.DataFrame({"o": [20, 5, 0], "e": [10.0, 5.5, 6.0]})
    found = contrasts.compare_with_expected(t, observed="o", expected="e", is_part=False)
    poisson = stats.poisson(10)
    assert found["p_value"][0] == pytest.approx(2 * (poisson.sf(20) + poisson.pmf(20) / 2), rel=1e-9)
    assert found["sign"].tolist() == [1, 0, -1] and found["comparator_value"].tolist() == [1.0] * 3
    assert found["ratio"][0] == 2 and found["ratio_lowercl"][2] == 0


def test_many_tests_are_corrected_within_their_family():
    t = pd.DataFrame({"p": [0.01, 0.04, 0.03, np.nan, 0.04], "sign": pd.array([1, 1, -1, None, -1], "Int64")})
    t = t.assign(area=["a", "a", "a", "a", "b"])
    found = contrasts.with_false_discovery_rate(t, p_value="p", by="area")
    np.testing.assert_allclose(found["q_value"], [0.03, 0.04, 0.04, np.nan, 0.04])
    np.testing.assert_allclose(contrasts.with_false_discovery_rate(t, p_value="p")["q_value"][:3], [0.04] * 3)
    strict = contrasts.with_false_discovery_rate(t, p_value="p", level=0.035, by="area")
    assert strict["sign"].tolist() == [1, 0, 0, pd.NA, 0]


def test_words_follow_the_direction():
    t = pd.DataFrame({"sign": pd.array([1, -1, 0, None], "Int64"), "way": ["lower_is_better", "none", "none", "none"]})
    words = contrasts.with_verdicts(t, polarity="way")["verdict"].tolist()
    assert words == ["worse", "lower", "no clear difference", "not compared"]


def test_one_level_only():
    with pytest.raises(ValueError, match="one level"):
        rates(pairs((1, 2, 3, 4)), confidence=(0.95, 0.998))


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.05, 0.95))
@settings(max_examples=60, deadline=None)
def test_conditional_tails_are_scipys(x, rest, share):
    n = x + rest
    binomial = stats.binom(n, share)
    low = binomial.cdf(x - 1) + binomial.pmf(x) / 2
    found = conditional_p_value(np.array([float(x)]), np.array([float(n)]), np.array([share]))
    np.testing.assert_allclose(found, 2 * min(low, 1 - low), atol=1e-10)


@given(st.floats(0.5, 40), st.floats(1.5, 40))
@settings(max_examples=40, deadline=None)
def test_p_values_of_counts_that_are_not_whole_lie_between_those_of_their_neighbours(expected, more):
    count = expected + more
    three = np.array([np.ceil(count), count, np.floor(count)])
    highest, middle, lowest = expected_p_value(three, np.full(3, expected))
    assert highest - 1e-12 <= middle <= lowest + 1e-12
    whole = int(three[0])
    poisson = stats.poisson(expected)
    assert highest == pytest.approx(2 * (poisson.sf(whole) + poisson.pmf(whole) / 2), rel=1e-6, abs=1e-14)


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_changing_sides_turns_the_sign(x, y):
    one, other = (rates(pairs(row)).iloc[0] for row in ((x, 100, y, 300), (y, 300, x, 100)))
    assert one["p_value"] == pytest.approx(other["p_value"], rel=1e-9, nan_ok=True)
    if x + y:
        assert one["sign"] == -other["sign"]
        assert one["difference"] == pytest.approx(-other["difference"])


def test_a_ratio_of_or_to_none_has_no_limit():
    found = proportions(pairs((0, 100, 5, 100), (5, 100, 0, 100)))
    assert found[["ratio_lowercl", "ratio_uppercl"]].isna().all(axis=None) and found["ratio"][0] == 0


@pytest.mark.parametrize(("x", "y"), [(120, 10), (10, 120)])
def test_a_tiny_p_value_is_the_same_from_both_sides(x, y):
    low = stats.binom.cdf(10, 130, 0.5) - stats.binom.pmf(10, 130, 0.5) / 2
    assert rates(pairs((x, 1000, y, 1000)))["p_value"][0] == pytest.approx(2 * low, rel=1e-9, abs=0)
    above = stats.poisson.sf(120, 10) + stats.poisson.pmf(120, 10) / 2
    assert expected_p_value(np.array([120.0]), np.array([10.0]))[0] == pytest.approx(2 * above, rel=1e-9, abs=0)
