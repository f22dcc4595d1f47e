"""Slope and relative index, attributable risk and ranges: laws, literal tables, and the recorded reference."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.scoring import inequality
from helpers.scoring.attributable import deprivation_ranges, population_attributable_risk
from helpers.scoring.inequality import slope_index

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "phe"
NEEDS_FIXTURES = pytest.mark.skipif(not SHARED.exists(), reason="the recorded reference results are not here")
NAMES = {"quantile": "quintile", "population": "people", "value": "rate"}
Z = stats.norm.ppf(0.975)


def fifths(rates=(50.0, 40, 30, 20, 10), people=100.0, area="A", **more) -> pd.DataFrame:
    numbers = np.arange(1, len(rates) + 1)
    return pd.DataFrame({"area": area, "quintile": numbers, "people": people, "rate": rates, **more})


def of_deciles() -> tuple[pd.DataFrame, dict]:
    deciles = pd.read_csv(SHARED / "le_decile_summary_shipped.csv")
    return deciles, {"quantile": "Decile", "population": "Pop", "value": "LifeExp", "se": "SE"}


def monte_carlo_error(found: pd.DataFrame, name: str, level: float, suffix: str, draws: int) -> np.ndarray:
    """The standard error of a simulated limit: that of a quantile of so many normal draws."""
    z = stats.norm.ppf((1 + level) / 2)
    error = (found[f"{name}_uppercl{suffix}"] - found[f"{name}_lowercl{suffix}"]) / (2 * z)
    tail = (1 - level) / 2
    return error * np.sqrt(tail * (1 - tail) / draws) / stats.norm.pdf(z)


def assert_simulated_alike(found, expected, pairs, draws) -> None:
    """Two runs differ by their errors of simulation: 5 of these at the most among so many limits."""
    for name, level, suffix, theirs in pairs:
        error = monte_carlo_error(found, name.split("_")[0], level, suffix, draws) * np.sqrt(2)
        assert ((found[name + suffix] - expected[theirs]).abs() < 5 * error).all(), (name, suffix)


@NEEDS_FIXTURES
def test_life_expectancy_by_decile_agrees_with_the_recorded_reference():
    deciles, names = of_deciles()
    found = slope_index(deciles, by=["Sex", "GeoCode"], **names, confidence=(0.95, 0.998))
    expected = pd.read_csv(SHARED / "sii_LE_data__R.csv")
    assert len(expected) == 722
    found = expected[["Sex", "GeoCode"]].merge(found, on=["Sex", "GeoCode"], validate="1:1", how="left")
    for ours, theirs in (("sii", "sii"), ("rii", "rii"), ("most_deprived_end", "intercept")):
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-9)
    pairs = [
        (f"{name}_{end}cl", level, suffix, f"{name}_{end}{theirs}cl")
        for name in ("sii", "rii")
        for end in ("lower", "upper")
        for level, suffix, theirs in ((0.95, "_95", "95_0"), (0.998, "_99_8", "99_8"))
    ]
    assert_simulated_alike(found, expected, pairs, 10_000)


CASES = {
    "prevalence": ("sii_prevalence_notransform__R.csv", False),
    "prevalence, logit": ("sii_prevalence_logit__R.csv", True),
    "rates": ("sii_dsr_notransform__R.csv", False), "rates, log": ("sii_dsr_log__R.csv", True),
}  # fmt: skip


@NEEDS_FIXTURES
@pytest.mark.parametrize("case", CASES)
def test_rates_and_proportions_agree_with_the_recorded_reference(case):
    file, transform = CASES[case]
    expected = pd.read_csv(SHARED / file, dtype={"SchoolYear": str})
    expected = expected.rename(columns=lambda name: name.removesuffix("cl"))
    if case.startswith("rates"):
        given, by = pd.read_csv(SHARED / "dsr_quintile_shipped.csv"), ["Period"]
        options = {"quantile": "Quintile", "population": "total_pop", "value": "value", "value_type": "rate"}
        options |= {"lowercl": "lowercl", "uppercl": "uppercl"}
    else:
        given = pd.read_csv(SHARED / "prevalence_decile_shipped.csv", dtype={"SchoolYear": str})
        by = ["Period", "SchoolYear", "AreaCode"]
        options = {"quantile": "Decile", "population": "Measured", "value": given["Rate"] / 100, "multiplier": -100}
        options |= {"lowercl": given["LCL"] / 100, "uppercl": given["UCL"] / 100, "value_type": "proportion"}
    found = slope_index(given, by=by, transform=transform, **options)
    found = expected[by].merge(found, on=by, validate="1:1")
    if case == "prevalence, logit":  # the reference multiplies the end here, and nowhere else
        expected["intercept"] /= 100
    for ours, theirs in (("sii", "sii"), ("rii", "rii"), ("most_deprived_end", "intercept")):
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-9)
    pairs = [(f"{n}_{end}cl", 0.95, "", f"{n}_{end}95_0") for n in ("sii", "rii") for end in ("lower", "upper")]
    assert_simulated_alike(found, expected, pairs, 10_000)


VALUE_TYPES = {0: "normal", 1: "rate", 2: "proportion"}


def authors_cases() -> list[tuple[str, pd.DataFrame]]:
    if not SHARED.exists():
        return []
    table = pd.read_csv(SHARED / "sii__input_and_authors_expected.csv")
    parts = table.groupby("TestDescription", sort=False)
    return [(name, part) for name, part in parts if part["sii"].notna().any()]


@NEEDS_FIXTURES
@pytest.mark.parametrize(("name", "part"), authors_cases(), ids=[name for name, _ in authors_cases()])
def test_the_authors_own_cases_agree_in_points_and_within_5_percent_in_limits(name, part):
    multiplier = {"multiplier (x 100)": 100, "multiplier (x -100)": -100, "negative multiplier": -1}
    found = slope_index(
        part, by=["Area"], quantile="Quantile", population="Population", value="Value", lowercl="LowerCL",
        uppercl="UpperCL", value_type=VALUE_TYPES[part["ValueType"].iloc[0]], transform="transform" in name,
        multiplier=next((factor for words, factor in multiplier.items() if words in name), 1),
        confidence=tuple(float(word) / 100 for word in grades(name)) or 0.95,
    ).set_index("Area")  # fmt: skip
    expected = part[part["sii"].notna()].set_index("Area")
    np.testing.assert_allclose(found["sii"], expected["sii"], rtol=1e-9)
    if "without rii" not in name:
        np.testing.assert_allclose(found["rii"], expected["rii"], rtol=1e-9)
    suffixes = [f"_{word}" for word in grades(name)] if len(grades(name)) > 1 else [""]
    for number, suffix in enumerate(suffixes, start=1):
        for limit in ("sii_lowercl", "sii_uppercl", "rii_lowercl", "rii_uppercl"):
            theirs = expected[f"{limit}_{number}"].dropna()
            np.testing.assert_allclose(found[limit + suffix].loc[theirs.index], theirs, rtol=0.05)


def grades(name: str) -> list[str]:
    return {
        "default - testing 99% confidence": ["99"], "default (e.g. life expectancy) - multiple CIs": ["95", "99"],
        "rate (e.g. infant mortality) - log transform with 98% CI": ["98"],
        "rate (e.g. infant mortality) - log transform with multiple Cis (95 and 98)": ["95", "98"],
        "proportion (e.g. child obesity) - logit transform with 98% cis": ["98"],
        "proportion (e.g. child obesity) - logit transform with 95% and 98% cis": ["95", "98"],
    }.get(name, [])  # fmt: skip


def fieller(row: pd.DataFrame, z: float) -> list[float]:
    """The exact limits of the ratio of two normal ends that are not near 0 (Fieller 1954), by plain sums."""
    share = row["people"] / row["people"].sum()
    rank = share.cumsum() - share / 2
    design = np.column_stack([np.ones(len(row)), rank])
    hat = np.linalg.solve(design.T @ np.diag(share) @ design, design.T @ np.diag(share))
    beta, cov = hat @ row["rate"], hat @ np.diag(row["se"] ** 2) @ hat.T
    ends = np.array([[1, 0], [1, 1]])
    (first, last), v = ends @ beta, ends @ cov @ ends.T
    roots = np.roots([first**2 - z**2 * v[0, 0], 2 * (z**2 * v[0, 1] - first * last), last**2 - z**2 * v[1, 1]])
    return sorted(roots)


@pytest.mark.parametrize("people", [100.0, [50.0, 80, 120, 300, 20]])
def test_simulated_limits_of_the_ratio_agree_with_fiellers_exact_ones(people):
    table = fifths(people=people, se=[2.0, 1.5, 1.0, 1.0, 1.0])
    found = slope_index(table, **NAMES, se="se", draws=200_000)
    exact = fieller(table, Z)
    error = monte_carlo_error(found, "rii", 0.95, "", 200_000)[0]
    assert abs(found["rii_lowercl"][0] - exact[0]) < 5 * error
    assert abs(found["rii_uppercl"][0] - exact[1]) < 5 * error


def test_a_line_by_hand_under_both_conventions():
    phe = slope_index(fifths(se=2.0), **NAMES, se="se").iloc[0]
    scotpho = slope_index(fifths(), **NAMES, convention="scotpho").iloc[0]
    assert (phe["most_deprived_end"], phe["least_deprived_end"]) == pytest.approx((55, 5))
    assert (phe["sii"], phe["rii"]) == pytest.approx((-50, 5 / 55))
    assert (scotpho["sii"], scotpho["rii"], scotpho["overall"]) == pytest.approx((50, 50 / 30, 30))
    assert (scotpho["sii_lowercl"], scotpho["sii_uppercl"]) == pytest.approx((50, 50))
    half = Z * 2 * np.sqrt(1 / (5**2 * 0.08**2) * (0.4**2 + 0.2**2) * 2)
    assert phe["sii_uppercl"] - phe["sii"] == pytest.approx(half)
    assert phe["n_quantiles"] == 5 and phe["population"] == 500


def test_the_scatter_of_the_scotpho_limits_is_that_of_a_weighted_regression():
    import statsmodels.api as sm

    table = fifths((50.0, 20, 35, 30, 5), people=[10.0, 40, 20, 20, 10])
    share = table["people"] / table["people"].sum()
    rank = share.cumsum() - share / 2
    line = sm.WLS(table["rate"], sm.add_constant(rank), weights=share).fit()
    low, high = line.conf_int(0.05).iloc[1]
    found = slope_index(table, **NAMES, convention="scotpho").iloc[0]
    assert (found["sii"], found["sii_lowercl"], found["sii_uppercl"]) == pytest.approx(
        (-line.params.iloc[1], -high, -low)
    )
    assert found["rii_uppercl"] == pytest.approx(-low / found["overall"])


def test_equal_quintiles_have_no_slope_and_no_reason_to_fail():
    same = fifths((7.3,) * 5, people=[10.0, 40, 21, 20, 13], se=0.7)
    phe = slope_index(same, **NAMES, se="se").iloc[0]
    scotpho = slope_index(same, **NAMES, convention="scotpho").iloc[0]
    assert (phe["sii"], phe["rii"]) == (0, 1)
    assert phe["sii_lowercl"] < 0 < phe["sii_uppercl"] and phe["rii_lowercl"] < 1 < phe["rii_uppercl"]
    assert (scotpho["sii"], scotpho["rii"], scotpho["sii_lowercl"], scotpho["sii_uppercl"]) == (0, 0, 0, 0)
    none = slope_index(fifths((0.0,) * 5), **NAMES, convention="scotpho").iloc[0]
    assert none["sii"] == 0 and np.isnan(none["rii"]) and "overall value is 0" in none["reason"]


@pytest.mark.parametrize("convention", inequality.CONVENTIONS)
@pytest.mark.parametrize("multiplier", [0.5, 100, -1, -0.01])
def test_a_multiplier_scales_the_slope_and_a_negative_one_turns_both_indices(convention, multiplier):
    options = {**NAMES, "se": "se", "convention": convention}
    table = fifths((50.0, 20, 35, 30, 5), se=1.0)
    plain, times = (slope_index(table, **options, multiplier=m).iloc[0] for m in (1, multiplier))
    assert times["sii"] == pytest.approx(multiplier * plain["sii"])
    ends = sorted(multiplier * plain[f"sii_{end}cl"] for end in ("lower", "upper"))
    assert [times["sii_lowercl"], times["sii_uppercl"]] == pytest.approx(ends)
    turned = plain["rii"] if multiplier > 0 else 1 / plain["rii"] if convention == "phe" else -plain["rii"]
    assert times["rii"] == pytest.approx(turned)
    assert times["rii_lowercl"] < times["rii"] < times["rii_uppercl"]


def test_data_may_be_expressions_and_the_table_stays_as_it_was():
    table = fifths(percent=[50.0, 40, 30, 20, 10])
    before = table.copy()
    found = slope_index(
        table,
        quantile=6 - table["quintile"],
        population="people",
        value=table["percent"] / 100,
        value_type="proportion",
    )
    assert found["sii"][0] == pytest.approx(0.5) and found["sii_lowercl"][0] < 0.5
    pd.testing.assert_frame_equal(table, before)


def test_areas_that_lack_something_are_blank_with_the_reason_and_touch_no_other():
    lacking = {
        "lacks a row": fifths(area="lacks a row").iloc[[0, 1, 2, 4]],
        "no people": fifths(area="no people", people=[0.0, 1, 1, 1, 1]),
        "people unknown": fifths(area="people unknown", people=[1.0, None, 1, 1, 1]),
        "no value": fifths((50, None, 30, 20, 10), area="no value"),
    }
    table = pd.concat([fifths(), *lacking.values()], ignore_index=True)
    for convention in inequality.CONVENTIONS:
        found = slope_index(table.assign(se=1.0), **NAMES, se="se", convention=convention).set_index("area")
        assert found.loc["A"].drop("reason").notna().all() and found.loc["A", "reason"] == ""
        blank = found.loc[list(lacking)]
        numbers = [name for name in found if name.startswith(("sii", "rii")) or name.endswith("_end")]
        assert blank[numbers].isna().all(axis=None)
        assert blank["reason"].tolist() == [
            "there is no row for quantile 4", "quantile 1 has no population", "quantile 2 has no population",
            "quantile 2 has no value",
        ]  # fmt: skip


def test_a_rate_of_zero_is_a_value_but_has_no_logarithm():
    table = fifths((50.0, 40, 30, 20, 0), se=1.0)
    assert slope_index(table, **NAMES, se="se", value_type="rate")["sii"].notna().all()
    found = slope_index(table, **NAMES, se="se", value_type="rate", transform=True).iloc[0]
    assert np.isnan(found["sii"]) and found["reason"] == "quantile 5 has a value that has no log"


def test_without_standard_errors_there_are_points_and_no_limits():
    found = slope_index(fifths(), **NAMES).iloc[0]
    assert found["sii"] == pytest.approx(-50) and np.isnan(found["sii_lowercl"]) and "no limits" in found["reason"]
    part = fifths(se=[1.0, None, 1, 1, 1])
    found = slope_index(part, **NAMES, se="se").iloc[0]
    assert found["sii"] == pytest.approx(-50) and np.isnan(found["rii_uppercl"])
    assert found["reason"].startswith("quantile 2 has no standard error")


def test_a_line_that_crosses_zero_has_no_ratio():
    found = slope_index(fifths((90.0, 1, 1, 1, 1), se=1.0), **NAMES, se="se").iloc[0]
    assert found["least_deprived_end"] < 0 and np.isnan(found["rii"]) and np.isnan(found["rii_uppercl"])
    assert "no ratio of its ends" in found["reason"] and np.isfinite(found["sii_uppercl"])


def test_a_limit_where_an_end_may_be_zero_is_blank_and_not_endless():
    found = slope_index(fifths((50.0, 40, 30, 20, 10), se=15.0), **NAMES, se="se", multiplier=-1).iloc[0]
    assert found["rii"] == pytest.approx(11) and np.isfinite(found["rii_lowercl"]) and np.isnan(found["rii_uppercl"])
    assert "no limit on that side" in found["reason"]


@pytest.mark.parametrize(
    ("changes", "options", "why"),
    [
        ({"people": -1.0}, {}, "population: a number of people cannot be negative"),
        ({"se": -1.0}, {"se": "se"}, "se: a standard error cannot be negative"),
        ({}, {"value_type": "proportion"}, "divide percentages by 100"),
        ({"rate": -1.0}, {"value_type": "rate"}, "a rate cannot be negative"),
        ({"low": 60.0, "high": 50.0}, {"lowercl": "low", "uppercl": "high"}, "a lower limit is above its upper limit"),
        ({"low": 5.0}, {"lowercl": "low"}, "give both limits or neither"),
        ({"quintile": 1}, {}, "another row for the same quantile"),
        ({"quintile": "total"}, {}, "quantile: not all values are numbers"),
        ({}, {"convention": "ons"}, "convention must be one of phe, scotpho; got 'ons'"),
        ({}, {"value_type": "ratio"}, "value_type must be one of normal, rate, proportion"),
        ({}, {"multiplier": 0}, "multiplier is a number other than 0"),
        ({}, {"transform": True}, "transform is for rate and proportion"),
        ({}, {"transform": True, "value_type": "rate", "convention": "scotpho"}, "belongs to the PHE convention"),
        ({}, {"convention": "scotpho", "overall": [1.0, 1, 1, 1, 2]}, "the same in all its rows: row 4"),
        ({}, {"by": ["region"]}, "the table has no column 'region'"),
        ({}, {"t": fifths().iloc[:0]}, "the table has no rows"),
    ],
)  # fmt: skip
def test_impossible_input_is_refused_in_words(changes, options, why):
    with pytest.raises(ValueError, match=why):
        slope_index(**{"t": fifths().assign(**changes), **NAMES, **options})


def test_the_seed_gives_the_same_limits_and_other_areas_change_nothing():
    table = fifths(se=2.0)
    more = pd.concat([fifths((9.0, 8, 7, 6, 5), area="B", se=1.0), table])
    alone, again = (slope_index(table, **NAMES, se="se") for _ in range(2))
    pd.testing.assert_frame_equal(alone, again)
    among = slope_index(more, **NAMES, se="se")
    np.testing.assert_allclose(among["rii_uppercl"][1], alone["rii_uppercl"][0], rtol=1e-12)
    other = slope_index(table, **NAMES, se="se", seed=1)
    assert other["rii_uppercl"][0] != alone["rii_uppercl"][0]


rates = st.lists(st.floats(1, 500), min_size=5, max_size=5)
populations = st.lists(st.integers(1, 10_000), min_size=5, max_size=5)


@settings(max_examples=80, deadline=None)
@given(rates, populations, st.floats(-300, 300), st.floats(0.1, 10))
def test_a_shift_leaves_the_slope_and_a_factor_scales_it(values, people, shift, factor):
    table = fifths(values, people=np.array(people, dtype=float))
    found = [slope_index(table.assign(rate=r), **NAMES, convention="scotpho") for r in (
        table["rate"], table["rate"] + shift, table["rate"] * factor)]  # fmt: skip
    for column in ("sii", "sii_lowercl", "sii_uppercl"):
        np.testing.assert_allclose(found[1][column], found[0][column], rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(found[2][column], found[0][column] * factor, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found[2]["rii"], found[0]["rii"], rtol=1e-6, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(rates, populations)
def test_the_two_conventions_tell_of_one_line(values, people):
    table = fifths(values, people=np.array(people, dtype=float))
    phe, scotpho = (slope_index(table, **NAMES, convention=name) for name in inequality.CONVENTIONS)
    np.testing.assert_allclose(phe["sii"], -scotpho["sii"], rtol=1e-9, atol=1e-9)
    mean = np.average(values, weights=people)
    np.testing.assert_allclose(scotpho["rii"], scotpho["sii"] / mean)


def test_attributable_risk_by_hand_and_its_limits_against_draws():
    table = fifths(people=[10.0, 40, 20, 20, 10], se=[3.0, 2, 2, 1, 1])
    found = population_attributable_risk(table, **NAMES, se="se").iloc[0]
    assert found["overall"] == pytest.approx(32) and found["par"] == pytest.approx(100 * 22 / 32)
    drawn = np.random.default_rng(3).normal(table["rate"], table["se"], (200_000, 5))
    par = 100 * (1 - drawn[:, 4] / (drawn @ (table["people"] / 100)))
    assert [found["par_lowercl"], found["par_uppercl"]] == pytest.approx(np.quantile(par, [0.025, 0.975]), abs=0.6)


def test_attributable_risk_may_be_negative_and_has_no_reference_at_zero():
    rising = population_attributable_risk(fifths((10.0, 20, 30, 40, 50)), **NAMES).iloc[0]
    assert rising["par"] == pytest.approx(-100 * 20 / 30) and np.isnan(rising["par_lowercl"])
    assert "no limits" in rising["reason"]
    none = population_attributable_risk(fifths((50.0, 40, 30, 20, 0)), **NAMES).iloc[0]
    assert np.isnan(none["par"]) and "least deprived quantile has no events" in none["reason"]


def test_an_attributable_risk_whose_limits_would_mean_nothing_has_none():
    """Two deaths in the least deprived fifth: the delta method would give a lower limit of some -10,000 %."""
    table = fifths((50.0, 40, 30, 20, 1), se=[3.0, 2, 2, 1, 1.5])
    found = population_attributable_risk(table, **NAMES, se="se").iloc[0]
    assert found["par"] > 90 and np.isnan([found["par_lowercl"], found["par_uppercl"]]).all()
    assert "too uncertain for limits" in found["reason"]


def test_ranges_by_hand():
    found = deprivation_ranges(fifths(se=2.0), **NAMES, se="se", confidence=(0.95, 0.998)).iloc[0]
    assert (found["absolute_range"], found["relative_range"]) == (40, 5)
    assert found["absolute_range_uppercl_95"] == pytest.approx(40 + Z * np.sqrt(8))
    assert found["relative_range_lowercl_95"] == pytest.approx(5 * np.exp(-Z * np.hypot(2 / 50, 2 / 10)))
    none = deprivation_ranges(fifths((50.0, 40, 30, 20, 0)), **NAMES).iloc[0]
    assert none["absolute_range"] == 50 and np.isnan(none["relative_range"])


@pytest.mark.parametrize("convention", inequality.CONVENTIONS)
def test_one_quantile_has_no_line_and_two_have_no_scatter(convention):
    one, two = (
        slope_index(fifths(rates).assign(se=1.0), **NAMES, se="se", convention=convention).iloc[0]
        for rates in ((30.0,), (40.0, 20.0))
    )
    assert np.isnan(one["sii"]) and one["reason"] == "a line needs two quantiles at least"
    assert abs(two["sii"]) == pytest.approx(40)
    assert np.isnan(two["sii_lowercl"]) == (convention == "scotpho") == ("no scatter" in two["reason"])


def test_several_levels_of_confidence_name_their_columns():
    found = slope_index(fifths(se=1.0), **NAMES, se="se", confidence=(0.95, 0.998)).iloc[0]
    assert found["sii_lowercl_99_8"] < found["sii_lowercl_95"] < found["sii"] < found["sii_uppercl_95"]
    assert found["rii_lowercl_99_8"] < found["rii_lowercl_95"] < found["rii"] < found["rii_uppercl_99_8"]
    assert "sii_lowercl" not in found


def test_no_gap_is_written_without_a_minus_sign():
    found = slope_index(fifths((30.0,) * 5), **NAMES, convention="scotpho").iloc[0]
    assert not any(np.signbit(found[name]) for name in ("sii", "rii", "sii_uppercl"))


@pytest.mark.parametrize("name", ["sii", "population", "reason"])
def test_no_area_loses_its_name_to_a_column_of_the_result(name):
    with pytest.raises(ValueError, match=f"by: the result has a column '{name}' of its own"):
        slope_index(fifths(area=1).rename(columns={"area": name}), [name], **NAMES)
