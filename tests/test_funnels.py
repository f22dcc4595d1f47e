"""Funnels: the published fixtures, the equations that the limits solve, overdispersion, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.scoring import funnels
from helpers.scoring.funnel_limits import dispersion, events_axis, is_more_than_chance, poisson_limits_of
from phe import agree, needs_phe, read

WORDS = {
    "": "Not applicable for events less than 10 for dsrs",
    "within the limits": "Not significant",
    "above the 95\u00a0% limits": "High (0.025)", "above the 99.8\u00a0% limits": "High (0.001)",
    "below the 95\u00a0% limits": "Low (0.025)", "below the 99.8\u00a0% limits": "Low (0.001)",
}  # fmt: skip
LEVELS = {"2s": 0.95, "3s": 0.998}


def positions(found: pd.DataFrame) -> list[str]:
    return found["position"].map(WORDS).tolist()


# fixtures


@needs_phe
@pytest.mark.parametrize(
    ("name", "relative"),
    [
        ("funnel_prop_limits__R", 1e-9),
        ("funnel_prop__authors_expected_limits", 1e-6),
        ("funnel_prop_axisvar__authors_expected_limits", 1e-6),
    ],
)
def test_limits_of_proportions(name, relative):
    wanted = read(name)
    target = wanted["baseline"].iloc[0]
    n = wanted["Population"]
    found = funnels.funnel_proportions(
        pd.DataFrame({"x": n * target / 100, "n": n}), numerator="x", denominator="n", target=target
    )
    for theirs, ours in (("2s", "95"), ("3s", "99_8")):
        for end in ("lower", "upper"):
            agree(found[f"{end}_limit_{ours}"], wanted[f"{end}_{theirs}_limit"], relative=relative)


@needs_phe
@pytest.mark.parametrize("name", ["funnel_prop__input_and_significance", "funnel_prop_significance__R"])
def test_positions_of_proportions(name):
    t = read(name)
    found = funnels.funnel_proportions(t, numerator="numerator", denominator="denominator")
    assert positions(found) == t["significance"].tolist()
    assert found["target"].iloc[0] == pytest.approx(read("funnel_prop_limits__R")["baseline"].iloc[0], rel=1e-12)


@needs_phe
@pytest.mark.parametrize("name", ["funnel_ratio__input_and_significance", "funnel_ratio_significance__R"])
def test_positions_of_ratios(name):
    t = read(name)
    assert positions(funnels.funnel_ratios(t, observed="obs", expected="expected")) == t["significance"].tolist()


@needs_phe
@pytest.mark.parametrize("multiplier", [100_000, 100])
@pytest.mark.parametrize("zero", ["with_0", "without_0"])
def test_positions_of_rates(multiplier, zero):
    t = read("funnel_rate__input_and_significance")
    t = t if zero == "with_0" else t[t["count"] > 0]
    rate = t["rate_dsr"] * multiplier / 100_000
    found = funnels.funnel_standardised_rates(t, numerator="count", value=rate, multiplier=multiplier)
    assert positions(found) == t[f"dsr_per_{multiplier}_{zero}"].tolist()
    found = funnels.funnel_crude_rates(t, numerator="count", denominator="pop", multiplier=multiplier)
    assert positions(found) == t[f"crude_per_{multiplier}_{zero}"].tolist()


# The reference finds the expected number of events by a numerical search, so that its printed limits hold to
# 2e-7 from two events on and to 5e-5 for a single one; ours are the exact quantiles of chi-squared (Garwood 1936).
SEARCHED = 5e-5


@needs_phe
@pytest.mark.parametrize("name", ["funnel_ratio_isr_limits__R", "funnel_ratio_count_limits__R"])
def test_axis_of_ratios(name):
    wanted = read(name)
    events = wanted["Observed_events"].to_numpy(dtype=float)
    for short, level in LEVELS.items():
        small, large = events_axis(events, rate=1, level=level)
        for expected, side in ((large, "lower"), (small, "upper")):
            agree(expected, wanted[f"{side}_{short}_exp_events"], relative=SEARCHED)
            limit = 100 * events / expected if "isr" in name else events / expected - 1
            agree(limit, wanted[f"{side}_{short}_limit"], relative=SEARCHED)


@needs_phe
def test_authors_limits_of_ratios():
    wanted = read("funnel_ratio__authors_expected_limits")
    events = wanted["Observed_events"].to_numpy(dtype=float)
    for short, level in LEVELS.items():
        for expected, side in zip(events_axis(events, rate=1, level=level), ("upper", "lower"), strict=True):
            agree(expected, wanted[f"{side}_{short}_exp_events"], relative=SEARCHED)
            agree(100 * events / expected, wanted[f"{side}_{short}_isr"], relative=SEARCHED)


@needs_phe
@pytest.mark.parametrize(
    "name",
    [
        "funnel_rate_dsr_limits__R",
        "funnel_rate_dsr__authors_expected_limits",
        "funnel_rate_crude_lt10__authors_expected_limits",
        "funnel_rate_crude__authors_expected_limits",
    ],
)
def test_axis_of_rates(name):
    wanted = read(name)
    events, years = wanted["Events"].to_numpy(dtype=float), 3
    rate = wanted["baseline"].iloc[0] / 100_000
    for short, level in LEVELS.items():
        for people, side in zip(events_axis(events, rate=rate, level=level), ("upper", "lower"), strict=True):
            agree(people / years, wanted[f"{side}_{short}_population_1_year"], relative=SEARCHED)
            agree(events / people * 100_000, wanted[f"{side}_{short}_limit"], relative=SEARCHED)


@needs_phe
def test_the_target_of_standardised_rates_is_that_of_the_fixture():
    t = read("funnel_rate_limits__input")
    found = funnels.funnel_standardised_rates(t, numerator="ev", value="rate")
    agree(found["target"].iloc[0], read("funnel_rate_dsr_limits__R")["baseline"].iloc[0])


@needs_phe
def test_our_limits_solve_the_equation_and_the_searched_ones_only_nearly():
    wanted = read("funnel_ratio_isr_limits__R")
    events = wanted["Observed_events"].to_numpy(dtype=float)
    ours, theirs = events_axis(events, rate=1, level=0.95)[0], wanted["upper_2s_exp_events"]
    assert np.abs(stats.poisson.sf(events - 1, ours) - 0.025).max() < 1e-12
    assert np.abs(stats.poisson.sf(events - 1, theirs) - 0.025).max() > 1e-8


# laws and literal tables


@given(st.floats(0.01, 1e5), st.sampled_from([0.8, 0.95, 0.998]))
@settings(max_examples=40, deadline=None)
def test_limits_of_events_are_the_exact_limits_turned_round(expected, level):
    low, high = poisson_limits_of(np.array([expected]), level)
    assert low[0] <= expected <= high[0]
    assert events_axis(high, rate=1, level=level)[0][0] == pytest.approx(expected, rel=1e-7)
    if low[0] > 0:
        assert events_axis(low, rate=1, level=level)[1][0] == pytest.approx(expected, rel=1e-7)


def areas(count=(50, 100, 300, 20, None), people=(1000, 1000, 3000, 100, 500)) -> pd.DataFrame:
    return pd.DataFrame({"area": list("abcde"), "x": count, "n": people})


def test_a_funnel_of_rates_places_every_area_that_has_a_count():
    found = funnels.funnel_crude_rates(areas(), numerator="x", denominator="n", multiplier=100)
    assert found["target"].iloc[0] == pytest.approx(470 / 5100 * 100)
    assert found["sign"].tolist() == [-1, 0, 0, 1, pd.NA]
    assert found["position"][0] == "below the 99.8\u00a0% limits" and found["position"][4] == ""
    assert found["reason"][4] == "the number of events is missing" and np.isnan(found["p_value"][4])
    outside = (found["value"] < found["lower_limit_95"]) | (found["value"] > found["upper_limit_95"])
    assert outside.tolist() == (found["p_value"] < 0.05).tolist()


def test_one_level_gives_one_pair_of_limits():
    found = funnels.funnel_ratios(areas(), observed="x", expected="n", confidence=0.9)
    assert {"lower_limit", "upper_limit"} <= set(found.columns)


def test_few_events_and_zero_rates_have_no_place_among_standardised_rates():
    t = pd.DataFrame({"x": [9, 0, 40, 60], "v": [50.0, 0.0, 100.0, 120.0]})
    found = funnels.funnel_standardised_rates(t, numerator="x", value="v")
    assert found["sign"].isna().tolist() == [True, True, False, False]
    assert "too few" in found["reason"][0]
    assert found["size"][2] == 40_000


def test_overdispersion_widens_limits_only_where_it_is_more_than_chance():
    wild = areas(count=(10, 200, 50, 40, 150))
    plain = funnels.funnel_crude_rates(wild, numerator="x", denominator="n")
    wide = funnels.funnel_crude_rates(wild, numerator="x", denominator="n", overdispersion=True)
    assert plain["overdispersion"].iloc[0] > 10 and "overdispersion" in wide["method"][0]
    assert (wide["upper_limit_95"] > plain["upper_limit_95"]).all() and (wide["p_value"] >= plain["p_value"]).all()
    calm = areas(count=(100, 101, 305, 10, 49))
    same = [funnels.funnel_crude_rates(calm, numerator="x", denominator="n", overdispersion=o) for o in (False, True)]
    pd.testing.assert_frame_equal(*same)


def test_phi_is_about_one_for_chance_alone():
    z = np.random.default_rng(1).normal(size=4000)
    assert 0.6 < dispersion(z) < 1 and not is_more_than_chance(dispersion(z), len(z))
    assert np.isnan(dispersion(z[:1]))


def test_curves_run_through_the_limits_of_the_areas():
    found = funnels.funnel_crude_rates(areas(), numerator="x", denominator="n", multiplier=100)
    curve = funnels.funnel_curve(found, statistic="rate", multiplier=100)
    assert curve["size"].is_monotonic_increasing and len(curve) == 60
    width = curve["upper_limit_95"] - curve["lower_limit_95"]
    assert width.iloc[0] > width.iloc[-1]
    at = np.interp(1000, curve["size"], curve["upper_limit_95"])
    assert at == pytest.approx(found["upper_limit_95"][0], rel=0.01)
    with pytest.raises(ValueError, match="statistic"):
        funnels.funnel_curve(found, statistic="ratio", multiplier=100)


def test_no_area_with_both_counts_is_refused():
    with pytest.raises(ValueError, match="no average"):
        funnels.funnel_crude_rates(areas(count=[None] * 5), numerator="x", denominator="n")
