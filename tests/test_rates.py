"""Proportions, rates, means and quantiles: literal tables, published fixtures, laws, and what breaks others."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.scoring import rates
from helpers.scoring.poisson_limits import byar, exact, poisson_limits
from helpers.scoring.wilson import wilson
from phe import BOTH, agree, limits_agree, needs_phe, read

NA = pd.NA


def table(n, d, **columns) -> pd.DataFrame:
    return pd.DataFrame({"n": n, "d": d, **columns})


# fixtures


@needs_phe
def test_byar_and_wilson_of_bare_counts():
    wanted = read("byars_wilson__fixture")
    level = wanted["confidence"].str.rstrip("%").astype(float) / 100
    for row, share in zip(wanted.itertuples(), level, strict=True):
        one = np.array([float(row.x)])
        found = byar(one, share) if row.method == "Byars" else wilson(one, np.array([float(row.n)]), share)
        low = (
            row.lowercl if not pd.isna(row.lowercl) else found[0][0]
        )  # below 5 events at 99.8 % the reference has none
        agree([found[0][0], found[1][0]], [low, row.uppercl])


@needs_phe
@pytest.mark.parametrize("name", ["proportion__R", "proportion__input_and_authors_expected"])
def test_proportions_row_by_row(name):
    wanted = read(name)
    for multiplier, part in wanted.groupby("multiplier"):
        found = rates.proportions(
            part, numerator="Numerator", denominator="Denominator", confidence=BOTH, multiplier=multiplier
        )
        limits_agree(found, part, relative=1e-9 if name.endswith("R") else 1e-6)


@needs_phe
def test_proportions_of_groups():
    wanted = read("proportion_grouped__R")
    options = {"numerator": "Numerator", "denominator": "Denominator", "multiplier": 1}
    limits_agree(rates.proportions(wanted, confidence=BOTH, **options), wanted)
    authors = read("proportion_grouped__authors_expected")
    found = rates.proportions(authors, **options)
    agree(found[["value", "lowercl", "uppercl"]], authors[["value", "lowercl", "uppercl"]], relative=1e-6)


@needs_phe
@pytest.mark.parametrize("name", ["rate__R", "rate__input_and_authors_expected"])
def test_rates_row_by_row(name):
    wanted = read(name)
    for multiplier, part in wanted.groupby("multiplier"):
        found = rates.crude_rates(
            part, numerator="Numerator", denominator="Denominator", confidence=BOTH, multiplier=multiplier
        )
        limits_agree(found, part, relative=1e-9 if name.endswith("R") else 1e-6)
        known = part["value"].notna()
        assert list(found["method"][known]) == list(part["method"][known].replace({"Byars": "Byar", "Exact": "exact"}))


@needs_phe
def test_rates_of_groups():
    wanted = read("rate_grouped__R")
    limits_agree(rates.crude_rates(wanted, numerator="Numerator", denominator="Denominator", confidence=BOTH), wanted)
    authors = read("rate_grouped__authors_expected")
    found = rates.crude_rates(authors, numerator="Numerator", denominator="Denominator")
    agree(found[["value", "lowercl", "uppercl"]], authors[["value", "lowercl", "uppercl"]], relative=1e-6)


@needs_phe
def test_means_of_groups_and_of_all():
    given_values = read("mean__input")
    by_area, every = read("mean_grouped__R"), read("mean_all__R")
    limits_agree(rates.means(given_values, by="area", value="values", confidence=BOTH), by_area)
    found = rates.means(given_values, by=[], value="values", confidence=BOTH)
    limits_agree(found, every)
    agree(found[["n", "total", "standard_deviation"]], every[["value_count", "value_sum", "stdev"]])
    authors = read("mean__authors_expected")
    limits_agree(rates.means(given_values, by="area", value="values", confidence=BOTH), authors.iloc[:2], relative=1e-6)


@needs_phe
@pytest.mark.parametrize(
    ("name", "n", "invert"),
    [("quantile_grouped_invertTRUE__R", 10, True), ("quantile_grouped_n5_invertFALSE__R", 5, False)],
)
def test_quantiles_of_groups(name, n, invert):
    wanted = read(name)
    found = rates.quantiles(wanted[["IndSexRef", "Value"]], value="Value", by="IndSexRef", n=n, invert=invert)
    agree(found["quantile"].astype("float"), wanted["quantile"])
    assert (found.loc[found["quantile"].isna(), "reason"] != "").all()


@needs_phe
def test_quantiles_refuse_a_direction_that_differs_within_a_group():
    mixed = read("quantile_badpolarity__input")
    with pytest.raises(ValueError, match="direction differs within 11111Female"):
        rates.quantiles(mixed, value="Value", by="IndSexRef", n=7, invert="Polarity")


# literal tables


def test_a_proportion_keeps_what_is_missing_missing():
    found = rates.proportions(table([1, 0, NA, 5], [10, 10, 10, 5]), numerator="n", denominator="d")
    np.testing.assert_allclose(found["value"], [10, 0, np.nan, 100])
    np.testing.assert_allclose(found["lowercl"][[1, 3]], [0, 56.551766], rtol=1e-6)
    assert np.isnan(found.loc[2, ["lowercl", "uppercl"]].astype(float)).all()
    assert list(found["method"]) == ["Wilson", "Wilson", "", "Wilson"]
    assert found["reason"].tolist() == ["", "", "the number of events is missing", ""]
    assert set(found["confidence"]) == {"95%"}


def test_zero_events_have_an_upper_limit():
    found = rates.crude_rates(table([0, 9, 10], [1000, 1000, 1000]), numerator="n", denominator="d", multiplier=1000)
    np.testing.assert_allclose(found["lowercl"][0], 0)
    np.testing.assert_allclose(found["uppercl"][0], -np.log(0.025))
    assert list(found["method"]) == ["exact", "exact", "Byar"]


@pytest.mark.parametrize(
    ("n", "d", "says"),
    [
        ([1, -1], [5, 5], r"numerator: 1 value below 0 or infinite, in row 2 \(from 1\)"),
        ([1, 1], [5, 0], r"denominator: 1 value not above 0, in row 2"),
        ([6, 7], [5, 5], r"numerator: 2 values above the denominator, in rows 1 and 2"),
    ],
)
def test_impossible_proportions_are_refused_by_row(n, d, says):
    with pytest.raises(ValueError, match=says):
        rates.proportions(table(n, d), numerator="n", denominator="d")


def test_multipliers_below_one_expressions_and_numbers_work():
    t = table(pd.array([5, 7, NA], dtype="Int64"), [10.0, 20, 30], extra=[1, 2, 3])
    found = rates.crude_rates(t, numerator=t["n"] * 2, denominator=t["d"] + t["extra"], multiplier=0.001)
    np.testing.assert_allclose(found["value"], [10 / 11 / 1000, 14 / 22 / 1000, np.nan])
    assert set(found["statistic"]) == {"rate per 0.001"}
    assert rates.proportions(t, numerator=1, denominator=4)["value"].tolist() == [25.0] * 3


def test_a_table_keeps_its_index_and_is_not_changed():
    t = table([5, 6], [10, 12], value=["a", "b"]).set_axis(["x", "x"])
    before = t.copy()
    found = rates.crude_rates(t, numerator="n", denominator=t["d"])
    assert list(found.index) == ["x", "x"]
    pd.testing.assert_frame_equal(t, before)
    with pytest.raises(ValueError, match="another index"):
        rates.crude_rates(t, numerator="n", denominator=pd.Series([10, 12]))


@pytest.mark.parametrize("multiplier", [0, -1, float("nan"), True])
def test_a_multiplier_is_above_zero(multiplier):
    with pytest.raises(ValueError, match="multiplier"):
        rates.crude_rates(table([1], [2]), numerator="n", denominator="d", multiplier=multiplier)


def test_a_group_of_one_has_a_mean_and_no_limits():
    found = rates.means(pd.DataFrame({"a": ["x", "y", "y"], "v": [3.0, 1.0, 2.0]}), by="a", value="v")
    assert found["value"].tolist() == [3.0, 1.5]
    assert np.isnan(found["lowercl"][0]) and found["reason"][0] == "one value has no spread, so it has no limits"
    low, high = stats.ttest_1samp([1.0, 2.0], 0).confidence_interval(0.95)
    np.testing.assert_allclose(found.loc[1, ["lowercl", "uppercl"]].astype(float), [low, high])


def test_a_row_without_a_group_is_refused():
    with pytest.raises(ValueError, match=r"by: 1 value missing in the column a, in row 2"):
        rates.means(pd.DataFrame({"a": ["x", None], "v": [3.0, 1.0]}), by="a", value="v")


def test_equal_values_share_a_quantile_and_small_groups_get_none():
    t = pd.DataFrame({"g": list("aaaaab"), "v": [1.0, 2, 2, 4, None, 9]})
    found = rates.quantiles(t, value="v", by="g", n=2, invert=False)
    assert found["quantile"].tolist() == [1, 1, 1, 2, NA, NA]
    assert list(found["reason"][4:]) == [
        "there is no value", "the group has fewer values than there are quantiles",
    ]  # fmt: skip
    assert rates.quantiles(t, value="v", by="g", n=2, invert=True)["quantile"].tolist() == [2, 1, 1, 1, NA, NA]


# laws


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_exact_limits_turn_the_tails_round(counts):
    count = np.array(counts, dtype=float)
    low, high = exact(count, 0.95)
    np.testing.assert_allclose(stats.poisson.cdf(count, high), 0.025, rtol=1e-8)
    np.testing.assert_allclose(stats.poisson.sf(count[count > 0] - 1, low[count > 0]), 0.025, rtol=1e-8)


@given(st.integers(0, 2000), st.sampled_from([0.9, 0.95, 0.998]))
@settings(max_examples=60, deadline=None)
def test_limits_hold_the_count_and_grow_with_confidence(count, level):
    one = np.array([float(count)])
    low, high = poisson_limits(one, level)
    wider = poisson_limits(one, level + 0.0015)
    assert wider[0][0] <= low[0] <= count < high[0] < wider[1][0]


@given(st.permutations(range(6)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_does_not_matter(order):
    t = table([0, 3, 9, 10, 40, 99], [100.0] * 6)
    options = {"numerator": "n", "denominator": "d", "confidence": BOTH}
    pd.testing.assert_frame_equal(
        rates.crude_rates(t.iloc[order], **options).sort_index(), rates.crude_rates(t, **options)
    )


def test_a_group_without_a_value_has_no_total_either():
    found = rates.means(pd.DataFrame({"a": ["x", "y"], "v": [3.0, None]}), by="a", value="v")
    assert found["n"].tolist() == [1, 0] and found["total"][0] == 3 and np.isnan(found["total"][1])


@pytest.mark.parametrize("name", ["value", "n", "reason", "lowercl"])
def test_no_group_loses_its_name_to_a_column_of_the_result(name):
    t = pd.DataFrame({name: ["x", "y"], "v": [3.0, 1.0]})
    with pytest.raises(ValueError, match=f"by: the result has a column '{name}' of its own"):
        rates.means(t, by=name, value="v")
    with pytest.raises(ValueError, match="by: the result has a column 'quantile' of its own"):
        rates.quantiles(t.rename(columns={name: "quantile"}), by="quantile", value="v", n=2, invert=False)
