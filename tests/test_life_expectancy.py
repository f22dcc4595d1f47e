"""Life expectancy and the part of it in good health: laws, literal tables, and the recorded reference."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scoring.life_expectancy import healthy_life_expectancy, life_expectancy

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "phe"
NEEDS_FIXTURES = pytest.mark.skipif(not SHARED.exists(), reason="the recorded reference results are not here")
BANDS = {
    "to 85+": [0, 1, *range(5, 90, 5)],
    "to 90+": [0, 1, *range(5, 95, 5)],
    "to 95+": [0, 1, *range(5, 100, 5)],
    "plain five years": list(range(0, 95, 5)),
    "two": [0, 30],
}


def people(starts, rate=0.01, size=20_000.0, area="A") -> pd.DataFrame:
    """The same number of people in each band, dying at one rate."""
    return pd.DataFrame({"area": area, "startage": starts, "pops": size, "deaths": rate * size})


def small(**changes) -> pd.DataFrame:
    table = pd.DataFrame(
        {"area": "A", "startage": [0, 1, 50], "pops": [1000.0, 40_000, 20_000], "deaths": [4, 60, 800]}
    )
    return table.assign(**changes)


@NEEDS_FIXTURES
def test_agrees_with_the_recorded_reference_to_a_thousandth_of_a_millionth():
    expected = pd.read_csv(SHARED / "le_simple__R.csv")
    found = life_expectancy(pd.read_csv(SHARED / "le_simple__input.csv"), by=[], confidence=(0.95, 0.998))
    pairs = {
        "start_age": "startage", "value": "value", "lowercl_95": "lower95_0cl", "uppercl_95": "upper95_0cl",
        "lowercl_99_8": "lower99_8cl", "uppercl_99_8": "upper99_8cl", "person_years": "pops_used",
        "n_deaths": "dths_used",
    }  # fmt: skip
    for ours, theirs in pairs.items():
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-9)


@pytest.mark.parametrize("starts", BANDS.values(), ids=BANDS)
@pytest.mark.parametrize("rate", [0.002, 0.0125, 0.05])
def test_at_one_death_rate_everybody_has_the_years_of_its_inverse_left(starts, rate):
    """Chiang's q keeps deaths = rate x years lived in each band, so that the whole is exact whatever the bands."""
    found = life_expectancy(people(starts, rate))
    np.testing.assert_allclose(found["value"], 1 / rate, rtol=1e-12)
    assert list(found["start_age"]) == starts


def test_a_life_table_worked_by_hand():
    found = life_expectancy(small()).iloc[0]
    infant = 0.004 / (1 + 0.9 * 0.004)
    middle = 49 * 0.0015 / (1 + 49 * 0.5 * 0.0015)
    first = 1 - infant + 0.1 * infant
    second = (1 - infant) * 49 * (1 - middle / 2)
    last = (1 - infant) * (1 - middle) / 0.04
    assert found["value"] == pytest.approx(first + second + last, rel=1e-14)
    later = second / (1 - infant) + last / (1 - infant)
    at_50 = 25.0
    variance = (0.9 + later) ** 2 * infant**2 * (1 - infant) / 4
    variance += (1 - infant) ** 2 * (49 / 2 + at_50) ** 2 * middle**2 * (1 - middle) / 60
    variance += ((1 - infant) * (1 - middle)) ** 2 * 20_000**2 / 800**3
    assert found["standard_error"] == pytest.approx(variance**0.5, rel=1e-12)
    assert found["lowercl"] == pytest.approx(found["value"] - 1.959963984540054 * variance**0.5, rel=1e-12)


def test_areas_keep_their_order_and_do_not_touch_each_other():
    both = pd.concat([people([0, 1, 50], area="B"), small()], ignore_index=True)
    shuffled = both.iloc[[5, 0, 4, 2, 3, 1]]
    found = life_expectancy(shuffled)
    assert list(found["area"]) == ["A"] * 3 + ["B"] * 3
    pd.testing.assert_frame_equal(found.iloc[:3].reset_index(drop=True), life_expectancy(small()))


def test_deaths_and_people_at_and_above_each_age_are_counted():
    found = life_expectancy(small())
    assert found["n_deaths"].tolist() == [864, 860, 800]
    assert found["person_years"].tolist() == [61_000, 60_000, 20_000]
    assert found["statistic"].tolist() == [f"life expectancy at {age}" for age in (0, 1, 50)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"deaths": [4, 60, 0]}, r"nobody died in the last, open age band \(from 50\)"),
        ({"pops": [1000.0, 40_000, 0], "deaths": [4, 60, 0]}, "nobody lives in the age band from 50"),
        ({"pops": [100.0, 2_899, 2_000]}, "4,999 person-years, below the 5,000"),
        ({"deaths": [4, 2_000, 800]}, "in the age band from 1 more people die"),
    ],
)
def test_what_may_not_be_published_is_blank_with_a_reason(changes, why):
    found = life_expectancy(pd.concat([small(**changes), small(area="B")]), confidence=(0.95, 0.998))
    blank, whole = found[found["area"] == "A"], found[found["area"] == "B"]
    assert blank["reason"].str.contains(why).all()
    numbers = ["value", "standard_error", "lowercl_95", "uppercl_95", "lowercl_99_8", "uppercl_99_8"]
    assert blank[numbers].isna().all(axis=None)
    assert whole[numbers].notna().all(axis=None) and (whole["reason"] == "").all()


def test_exactly_5000_person_years_are_enough_and_the_minimum_can_be_set():
    table = small(pops=[100.0, 2_900, 2_000])
    assert life_expectancy(table)["value"].notna().all()
    assert life_expectancy(table, fewest_person_years=5_001)["value"].isna().all()


def test_an_area_that_lacks_a_band_is_blank_and_no_neighbouring_band_is_stretched_over_it():
    table = pd.concat([small(), small(area="B").iloc[[0, 2]]])
    found = life_expectancy(table)
    assert set(found.loc[found["area"] == "B", "reason"]) == {"there is no row for the age band from 1"}
    assert found.loc[found["area"] == "A", "value"].notna().all()


def test_no_deaths_in_an_earlier_band_are_no_difficulty():
    found = life_expectancy(small(deaths=[0, 60, 800]))
    assert found["value"].notna().all() and np.isfinite(found["standard_error"]).all()
    assert found["value"][0] == pytest.approx(1 + found["value"][1])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"deaths": [4, -1, 800]}, "deaths: a number cannot be negative: row 1"),
        ({"deaths": [4, None, 800]}, "deaths: a number is missing; write 0 where there were none: row 1"),
        ({"pops": [1000.0, np.inf, 20_000]}, "population: a number is missing"),
        ({"startage": [-1, 1, 50]}, "an age cannot be negative"),
        ({"startage": [0, 1, 1]}, "the area has another row for the same age band"),
        ({"startage": [0, None, 50]}, "no number says which age band"),
        ({"startage": ["0", "1-4", "50+"]}, "start_age: not all values are numbers"),
    ],
)
def test_impossible_input_is_refused_with_the_row(changes, why):
    with pytest.raises(ValueError, match=why):
        life_expectancy(small(**changes))


def test_columns_may_be_given_as_names_series_or_scalars_and_the_table_stays_as_it_was():
    table = small()
    before = table.copy()
    found = life_expectancy(table, deaths=table["deaths"] * 2, population=table["pops"] * 2)
    np.testing.assert_allclose(found["value"], life_expectancy(table)["value"])
    with pytest.raises(ValueError, match="the table has no column 'dths'"):
        life_expectancy(table, deaths="dths")
    pd.testing.assert_frame_equal(table, before)


@settings(max_examples=60, deadline=None)
@given(deaths=st.lists(st.integers(1, 40), min_size=19, max_size=19), band=st.integers(0, 18), more=st.integers(1, 40))
def test_more_deaths_never_lengthen_life(deaths, band, more):
    table = people(BANDS["to 85+"], size=3_000.0).assign(deaths=np.array(deaths, dtype=float))
    worse = table.assign(deaths=table["deaths"] + more * (table.index == band))
    before, after = (life_expectancy(each)["value"] for each in (table, worse))
    assert (after[: band + 1] < before[: band + 1]).all()
    np.testing.assert_allclose(after[band + 1 :], before[band + 1 :])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=19, max_size=19), st.integers(2, 50))
def test_more_people_at_the_same_rates_change_the_interval_alone(deaths, times):
    table = people(BANDS["to 85+"], size=3_000.0).assign(deaths=np.array(deaths, dtype=float))
    one, many = life_expectancy(table), life_expectancy(table, deaths=table["deaths"] * times, population=3_000 * times)
    np.testing.assert_allclose(many["value"], one["value"])
    np.testing.assert_allclose(many["standard_error"] * times**0.5, one["standard_error"])


def health(share=0.8, error=0.02, **changes) -> pd.DataFrame:
    return small(healthy=share, healthy_se=error, **changes)


def test_all_in_good_health_gives_life_expectancy_and_no_years_in_poorer_health():
    found, life = healthy_life_expectancy(health(1.0, 0.0)), life_expectancy(small())
    for name in ("value", "lowercl", "uppercl"):
        np.testing.assert_allclose(found[name], life[name], rtol=1e-12)
    np.testing.assert_allclose(found["life_expectancy_lowercl"], life["lowercl"])
    assert (found["poor_health_years"].abs() < 1e-12).all() and (found["poor_health_years_uppercl"] < 1e-9).all()


def test_one_share_at_all_ages_shares_the_years_out_by_it():
    found = healthy_life_expectancy(health(0.8, 0.0))
    np.testing.assert_allclose(found["value"], 0.8 * found["life_expectancy"])
    np.testing.assert_allclose(found["poor_health_years"], 0.2 * found["life_expectancy"])
    np.testing.assert_allclose(found["healthy_share_pct"], 80)


def test_the_share_adds_its_own_variance_weighted_by_the_years_lived():
    table = health([0.95, 0.9, 0.5], [0.01, 0.02, 0.05])
    found, sure = healthy_life_expectancy(table), healthy_life_expectancy(table.assign(healthy_se=0.0))
    life = life_expectancy(small())["value"]
    infant = 0.004 / (1 + 0.9 * 0.004)
    last = 25 * (1 - infant) * (1 - 49 * 0.0015 / (1 + 49 * 0.5 * 0.0015))
    years = np.array([1 - 0.9 * infant, life[0] - (1 - 0.9 * infant) - last, last])
    half = (found["uppercl"] - found["value"])[0] / 1.959963984540054
    of_deaths = (sure["uppercl"] - sure["value"])[0] / 1.959963984540054
    assert half**2 - of_deaths**2 == pytest.approx(float((years**2 * table["healthy_se"] ** 2).sum()), rel=1e-9)
    assert found["value"][0] == pytest.approx(float((years * table["healthy"]).sum()), rel=1e-12)


def test_the_two_parts_add_up_and_the_poorer_part_has_an_interval_of_its_own():
    found = healthy_life_expectancy(health([0.95, 0.9, 0.5], [0.01, 0.02, 0.05]))
    np.testing.assert_allclose(found["value"] + found["poor_health_years"], found["life_expectancy"])
    widths = found["poor_health_years_uppercl"] - found["poor_health_years_lowercl"]
    assert (widths > 0).all()


def test_a_missing_share_blanks_the_area_and_an_impossible_one_is_refused():
    found = healthy_life_expectancy(health([0.9, None, 0.5]))
    assert found["value"].isna().all() and found["life_expectancy"].isna().all()
    assert found["reason"].str.contains("for the age band from 1").all()
    with pytest.raises(ValueError, match="between 0 and 1"):
        healthy_life_expectancy(health(80))
    with pytest.raises(ValueError, match="standard error cannot be negative"):
        healthy_life_expectancy(health(0.8, -0.1))


def test_intervals_of_simulated_deaths_and_shares_agree_with_the_formula():
    random, table = np.random.default_rng(7), health([0.95, 0.9, 0.5], [0.01, 0.02, 0.05])
    many = pd.concat([table.assign(area=k) for k in range(4000)], ignore_index=True)
    drawn = random.poisson(many["deaths"])
    share = np.clip(random.normal(many["healthy"], many["healthy_se"]), 0, 1)
    found = healthy_life_expectancy(many.assign(deaths=drawn, healthy=share))
    at_birth = found[found["start_age"] == 0]
    one = healthy_life_expectancy(table).iloc[0]
    for name, lower in (("value", "lowercl"), ("poor_health_years", "poor_health_years_lowercl")):
        formula = (one[name] - one[lower]) / 1.959963984540054
        assert at_birth[name].std() == pytest.approx(formula, rel=0.05)
