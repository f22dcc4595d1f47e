"""Pooled years: sums over windows, gaps said, overlaps refused, and what standardising makes of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scoring import rates
from helpers.scoring.pooling import pooled_years

COLUMNS = {"numerator": "n", "denominator": "d", "period_start": "year", "period_end": "year"}


def years(*numbers, area="x", first=2016, **columns) -> pd.DataFrame:
    return pd.DataFrame({"area": area, "year": range(first, first + len(numbers)), "n": numbers, "d": 100.0, **columns})


def pooled(t, **options):
    return pooled_years(t, **{"by": "area", "years": 2, "overlapping": True, **COLUMNS, **options})


def test_a_moving_window_adds_up_events_and_person_years():
    found = pooled(years(1, 2, 4, 8))
    assert found["period"].tolist() == ["2016-2017", "2017-2018", "2018-2019"]
    assert found["numerator"].tolist() == [3, 6, 12] and found["denominator"].tolist() == [200.0] * 3
    assert found["n_periods"].tolist() == [2] * 3 and set(found["reason"]) == {""}
    assert found["period_end"].iloc[0] == pd.Timestamp(2017, 12, 31)


def test_windows_apart_share_no_year_and_end_with_the_latest():
    found = pooled(pd.concat([years(1, 2, 4, 8, 16), years(1, 1, 1, 1, 1, area="y")]), overlapping=False)
    assert found["period"].tolist() == ["2017-2018", "2019-2020"] * 2
    assert found["numerator"].tolist() == [6, 24, 2, 2]


def test_gaps_and_missing_figures_are_said_and_not_bridged():
    gap = years(1, 2, 4, 8).drop(index=2)
    found = pooled(pd.concat([gap, years(1, None, 4, area="y")], ignore_index=True))
    assert found["period"].tolist() == ["2016-2017", "2018-2019", "2016-2017", "2017-2018"]
    assert found["numerator"].isna().tolist() == [False, True, True, True]
    assert found["denominator"].isna().tolist() == [False, True, True, True]
    assert found["reason"][1] == "a part of the years has no figures"
    assert found["reason"][2] == "the number of events is missing in one of the years"


def test_overlapping_periods_are_refused_with_their_rows():
    t = pd.DataFrame(
        {"area": "x", "s": ["2018-01-01", "2019-01-01"], "e": ["2020-12-31", "2021-12-31"], "n": 3, "d": 9}
    )
    with pytest.raises(ValueError, match=r"period_start: 1 value within an earlier period.*row 2.*counted twice"):
        pooled(t, period_start="s", period_end="e", years=3)


def test_a_year_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="row 5"):
        pooled(pd.concat([years(1, 2, 3, 4), years(9, first=2018)]))


def test_financial_years_and_quarters():
    starts = pd.date_range("2018-04-01", periods=12, freq="QS")
    t = pd.DataFrame({"area": "x", "s": starts, "e": starts + pd.offsets.QuarterEnd(0), "n": 1, "d": 25})
    found = pooled(t, period_start="s", period_end="e", years=3)
    assert found["period"].tolist() == ["2018/19-2020/21"] and found["numerator"].tolist() == [12]
    with pytest.raises(ValueError, match="not at the edge of a month"):
        pooled(t.assign(s=starts + pd.Timedelta(days=3)), period_start="s", period_end="e")


def test_pooled_age_groups_are_standardised():
    bands = [years(5, 7, age="0-64", std=3.0), years(20, 30, age="65+", std=1.0)]
    t = pd.concat([part.assign(area=area) for area in "xy" for part in bands], ignore_index=True)
    two = pooled(t, by=["area", "age"], keep=["std"], overlapping=False)
    found = rates.directly_standardised_rates(
        two, by=["area", "period"], numerator="numerator", denominator="denominator", standard_population="std",
        age_group="age", multiplier=100,
    )  # fmt: skip
    assert found["value"].tolist() == pytest.approx([(3 * 12 / 200 + 50 / 200) / 4 * 100] * 2)
    with pytest.raises(ValueError, match="keep, std"):
        pooled(t.assign(std=range(len(t))), by=["area", "age"], keep=["std"])


def test_a_pooled_rate_is_narrower_than_a_years():
    t = years(20, 20, 20)
    one = rates.crude_rates(t, numerator="n", denominator="d")
    three = rates.crude_rates(pooled(t, years=3), numerator="numerator", denominator="denominator")
    assert three["value"][0] == one["value"][0]
    assert three["uppercl"][0] - three["lowercl"][0] < one["uppercl"][0] - one["lowercl"][0]


@pytest.mark.parametrize("n", [0, 1.5, True])
def test_windows_are_whole_years(n):
    with pytest.raises(ValueError, match="years"):
        pooled(years(1, 2), years=n)


@given(st.lists(st.integers(0, 50), min_size=3, max_size=9), st.integers(1, 3), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_sums_are_those_of_a_plain_loop_in_any_order(numbers, width, random):
    t = years(*numbers)
    order = list(t.index)
    random.shuffle(order)
    found = pooled(t.loc[order], years=width)
    wanted = [sum(numbers[k : k + width]) for k in range(len(numbers) - width + 1)]
    np.testing.assert_allclose(found["numerator"], wanted)
