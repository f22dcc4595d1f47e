"""Tests of the direction over all periods: beside statsmodels, by hand, and on the figures that ship."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.reference.indicators import load_register
from helpers.scoring import comparison, curves, trend_models, trends
from helpers.scoring.figures import complete

LOTHIAN = Path(__file__).parents[1] / "data" / "indicators" / "scotpho_lothian_trends_2023-02.csv"
MIDLOTHIAN, SCOTLAND = "S12000019", "S92000003"
YEARS = np.arange(2008, 2020)


def counted(seed: int = 1, slope: float = -0.03, spread: float = 0.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    population = random.uniform(4e4, 6e4, len(YEARS))
    rate = 0.004 * np.exp(slope * (YEARS - 2014) + spread * random.normal(size=len(YEARS)))
    return pd.DataFrame({"year": YEARS, "n": random.poisson(population * rate), "d": population})


COUNTS = {"by": None, "time": "year", "numerator": "n", "denominator": "d"}
LIMITS = {"by": None, "time": "year", "value": "value", "lowercl": "low", "uppercl": "high"}


@pytest.mark.parametrize("scale", ["log", "logit"])
@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_counts_as_statsmodels_has_them(scale, spread):
    table = counted(spread=spread)
    design = sm.add_constant(table["year"] - 2014.0)
    if scale == "log":
        model = sm.GLM(table["n"], design, family=sm.families.Poisson(), offset=np.log(table["d"]))
    else:
        model = sm.GLM(np.c_[table["n"], table["d"] - table["n"]], design, family=sm.families.Binomial())
    wanted = model.fit()
    mean = wanted.fittedvalues * (1 if scale == "log" else table["d"])
    variance = mean * (1 if scale == "log" else 1 - wanted.fittedvalues)
    dispersion = ((table["n"] - mean) ** 2 / variance).sum() / (len(table) - 2)
    found = trends.slopes(table, **COUNTS, scale=scale).iloc[0]
    assert found["slope"] == pytest.approx(wanted.params["year"], rel=1e-7)
    assert found["dispersion"] == pytest.approx(dispersion, rel=1e-6)
    assert found["slope_se"] == pytest.approx(wanted.bse["year"] * math.sqrt(max(1.0, dispersion)), rel=1e-6)
    reach = stats.t.ppf(0.975, 10) * found["slope_se"]
    assert found["slope_uppercl"] - found["slope"] == pytest.approx(reach) == found["slope"] - found["slope_lowercl"]
    assert (dispersion > 1) == (spread > 0)


def test_published_limits_as_weighted_least_squares():
    table = pd.DataFrame({"year": YEARS, "value": [50, 52, 49, 47, 48, 45, 44, 46, 43, 41, 42, 40.0]})
    table = table.assign(
        low=table["value"] * np.linspace(0.9, 0.8, 12), high=table["value"] / np.linspace(0.9, 0.8, 12)
    )
    error = (np.log(table["high"]) - np.log(table["low"])) / (2 * 1.959963984540054)
    wanted = sm.WLS(np.log(table["value"]), sm.add_constant(table["year"] - 2014.0), weights=error**-2).fit()
    found = trends.slopes(table, **LIMITS, scale="log").iloc[0]
    assert found["slope"] == pytest.approx(wanted.params["year"], rel=1e-9)
    assert found["dispersion"] == pytest.approx(wanted.scale, rel=1e-9) and wanted.scale < 1
    assert found["slope_se"] == pytest.approx(wanted.bse["year"] / math.sqrt(wanted.scale), rel=1e-9)
    assert found["df"] == 10 and found["method"].startswith("weighted regression of the logarithms")


def test_the_line_against_a_curve_is_an_f_test():
    x = YEARS[:8] - 2011.5
    table = pd.DataFrame({"year": YEARS[:8], "value": 20 + x**2 + [0.3, -0.9, 1.1, -0.4, 0.2, 0.8, -1.0, 0.1]})
    table = table.assign(low=table["value"] - 0.2, high=table["value"] + 0.2)
    line, curve = (sm.WLS(table["value"], np.vander(x, k), weights=1.0).fit() for k in (2, 3))
    found = trends.slopes(table, **LIMITS, scale="identity").iloc[0]
    assert found["p_linear"] == pytest.approx(curve.compare_f_test(line)[1], rel=1e-9)
    assert found["shape"] == curves.DOWN_UP and found["turn"] == pytest.approx(2011.5, abs=0.2)


def test_bare_values_by_ranks():
    values = [5, 6, 7, 7.5, 9, 12.0]
    table = pd.DataFrame({"year": YEARS[:6], "value": values})
    found = trends.monotone(table, by=None, time="year", value="value").iloc[0]
    assert found["p_value"] == pytest.approx(2 / math.factorial(6))
    pairs = [(values[j] - values[i]) / (j - i) for i in range(6) for j in range(i + 1, 6)]
    assert found["slope"] == pytest.approx(np.median(pairs))
    still = trends.monotone(table.assign(value=3.0), by=None, time="year", value="value").iloc[0]
    assert (still["slope"], still["p_value"]) == (0, 1)


@pytest.mark.parametrize("value", [0.1, 40.0])
def test_a_constant_series_has_no_slope(value):
    table = pd.DataFrame({"year": YEARS, "value": value, "low": value * 0.9, "high": value * 1.1})
    found = trends.slopes(table, **LIMITS, scale="log").iloc[0]
    assert abs(found["slope"]) < 1e-12 and found["p_value"] > 0.99 and found["p_linear"] > 0.99


def test_what_cannot_be_tested_stays_missing():
    short = trends.slopes(counted().head(2), **COUNTS, scale="log").iloc[0]
    none = trends.slopes(counted().assign(n=0), **COUNTS, scale="logit").iloc[0]
    assert short["n_periods"] == 2 and math.isnan(short["p_value"]) and math.isnan(none["slope"])
    assert trends.slopes(counted().head(0), **COUNTS, scale="log").empty
    few = trends.slopes(counted().head(4), **COUNTS, scale="log").iloc[0]
    assert not math.isnan(few["p_value"]) and math.isnan(few["p_linear"])


def test_a_year_without_events_is_counted():
    table = counted().assign(d=800.0, n=[4, 5, 3, 2, 4, 2, 1, 2, 0, 1, 0, 0])
    found = trends.slopes(table, **COUNTS, scale="log").iloc[0]
    assert found["slope"] < -0.1 and found["p_value"] < 0.01 and found["n_periods"] == 12


def test_series_do_not_touch_each_other():
    tables = [counted(seed, slope).assign(area=str(seed)) for seed, slope in ((1, 0.0), (2, -0.2), (3, 0.1))]
    whole = pd.concat([tables[0], tables[1].head(6), tables[2].head(11)]).sample(frac=1, random_state=1)
    found = trends.slopes(whole, **COUNTS | {"by": "area"}, scale="log").set_index("area")
    for part in (tables[0], tables[1].head(6), tables[2].head(11)):
        alone = trends.slopes(part, **COUNTS, scale="log").iloc[0]
        wanted = alone.drop(["shape", "scale", "method"]).astype(float)
        together = found.loc[part["area"].iloc[0]].reindex(wanted.index).astype(float)
        np.testing.assert_allclose(together, wanted, rtol=1e-6, atol=1e-12)


def test_impossible_figures_are_refused_by_row():
    table = counted()
    for wrong, said in (
        ({"n": -1}, "counts below 0 or no population in row 0, 1"),
        ({"n": 1e6}, "a numerator above its denominator in row 0"),
        ({"year": 2010}, "2010 stands more than once"),
    ):
        with pytest.raises(ValueError, match=said):
            trends.slopes(table.assign(**wrong), **COUNTS, scale="logit")
    limits = table.assign(value=5.0, low=6.0, high=4.0)
    with pytest.raises(ValueError, match="limits in the wrong order"):
        trends.slopes(limits, **LIMITS, scale="log")
    with pytest.raises(ValueError, match="the log scale cannot take"):
        trends.slopes(limits.assign(low=0.0, high=9.0), **LIMITS, scale="log")
    with pytest.raises(ValueError, match="give numerator and denominator"):
        trends.slopes(table, by=None, time="year", value="n", scale="log")


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.5, 50), st.floats(-30, 30))
def test_units_and_the_start_of_time_do_not_matter(seed, times, shift):
    table = counted(seed)
    first = trends.slopes(table, **COUNTS, scale="log").iloc[0]
    moved = table.assign(year=table["year"] + shift, d=table["d"] * times)
    second = trends.slopes(moved, **COUNTS, scale="log").iloc[0]
    for name in ("slope", "slope_se", "p_value", "p_linear", "dispersion"):
        assert second[name] == pytest.approx(first[name], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("coefficients", "shape", "turn"),
    [
        ([0, 1], curves.STEADY, None),
        ([0, 0, 1], curves.DOWN_UP, 0),
        ([0, 0.5, -1], curves.UP_DOWN, 0.25),
        ([0, -1, 0.55], curves.STEADY, None),  # levels off, and the end goes up a little
        ([0, -0.9, 0, 1.5], curves.BY_TURNS, None),
        ([3, 0, 0], curves.STEADY, None),
    ],
)
def test_shapes(coefficients, shape, turn):
    found = curves.shape_of(np.array(coefficients, dtype=float))
    assert found[0] == shape
    assert math.isnan(found[1]) if turn is None else found[1] == pytest.approx(turn, abs=0.02)


def test_of_overlapping_periods_the_latest_is_kept():
    years = [(2008, 2010), (2009, 2011), (2010, 2012), (2011, 2013), (2012, 2014), (2015, 2015)]
    starts, ends = (
        [pd.Timestamp(year, *day) for year in ys]
        for ys, day in zip(zip(*years, strict=True), ((1, 1), (12, 31)), strict=True)
    )
    assert trends.latest_apart(starts, ends).tolist() == [False, True, False, False, True, True]
    assert trends.latest_apart([pd.NaT, starts[0]], [pd.NaT, ends[0]]).tolist() == [False, True]


# directions


def figures(values, *, measure="rate_per_100000", area="A", indicator="deaths", span=1, width=0.1, **columns):
    first = np.arange(2005, 2005 + len(values))
    table = pd.DataFrame({"area_code": area, "indicator": indicator, "value": values, "measure": measure})
    table["period"] = [f"{year}" if span == 1 else f"{year}-{year + span - 1}" for year in first]
    table["period_start"] = [pd.Timestamp(year, 1, 1) for year in first]
    table["period_end"] = [pd.Timestamp(year + span - 1, 12, 31) for year in first]
    limits = {"lowercl": table["value"] * (1 - width), "uppercl": table["value"] * (1 + width)} if width else {}
    return table.assign(file=columns.pop("file", "a.csv"), cell="A1", **limits, **columns)


REGISTER = pd.DataFrame(
    {"indicator": ["deaths", "screened", "years"], "indicator_name": ["Deaths", "Screened", "Life expectancy"],
     "short_name": ["Deaths", "Screened", "Life expectancy"], "theme": "T", "theme_order": 1,
     "unit": ["per 100,000", "% of women", "years"], "polarity": ["lower_is_better", "higher_is_better", "none"]}
)  # fmt: skip
FALLS = [200, 191, 184, 172, 165, 158, 153, 146, 139, 133.0]


def direction(*tables, **options) -> pd.Series:
    # the shortest of others beside it, so that a file has three areas and counts as one that can be compared
    others = [figures([1.0, 1.0], area=area, indicator="other") for area in "XYZ"]
    return trends.directions(pd.concat([*tables, *others]), "A", REGISTER, **options).iloc[0]


def test_a_fall_by_a_constant_share_is_found_with_its_meaning():
    values = 200 * 0.95 ** np.arange(10)
    found = direction(figures(values))
    assert found["annual_change_pct"] == pytest.approx(100 * (0.95 ** (365.25 / 365.2422) - 1), abs=0.01)
    assert (found["verdict"], found["meaning"], found["change_unit"]) == ("falling", "better", "%")
    assert found["annual_change_pct_lowercl"] < -5 < found["annual_change_pct_uppercl"] < 0
    assert math.isnan(found["annual_change"]) and found["is_steady"] and not found["is_thinned"]
    assert (found["n_periods"], found["first_period"], found["latest_period"]) == (10, "2005", "2014")


def test_overlapping_averages_are_thinned():
    found = direction(figures(200 * 0.95 ** np.arange(15), span=3))
    assert (found["n_figures"], found["n_periods"], found["is_thinned"]) == (15, 5, True)
    assert (found["first_period"], found["latest_period"]) == ("2007-2009", "2019-2021")
    few = direction(figures(FALLS, span=3))
    assert few["reason"] == "only 4 periods share no year; a trend needs 5" and few["verdict"] == "not tested"


def test_a_standardised_rate_is_not_tested_by_its_crude_counts():
    population, values = 50_000.0, np.array(FALLS)
    crude = {"numerator": values * population / 1e5, "denominator": population}
    rising = {"numerator": values[::-1] * population / 1e5, "denominator": population}
    assert direction(figures(values, **crude))["method"].startswith("log-linear")
    standardised = direction(figures(values, **rising))
    assert standardised["method"].startswith("weighted") and standardised["verdict"] == "falling"


def test_shares_are_said_in_percentage_points():
    values = np.array([50, 52, 54, 56.2, 58, 60, 61.5, 64, 66, 68])
    for extra in ({"numerator": values * 20, "denominator": 2000.0}, {}):
        found = direction(figures(values, measure="percent", indicator="screened", width=0.02, **extra))
        assert found["annual_change"] == pytest.approx(2, abs=0.1) and found["change_unit"] == "percentage points"
        assert (found["verdict"], found["meaning"]) == ("rising", "better")
        assert ("logistic" in found["method"]) == bool(extra)


def test_years_are_said_in_years_and_have_no_direction_here():
    found = direction(figures(np.linspace(76, 79, 10), measure="years", indicator="years", width=0.01))
    assert found["annual_change"] == pytest.approx(1 / 3, rel=0.01) and found["change_unit"] == "years"
    assert (found["verdict"], found["meaning"]) == ("rising", "")


def test_bare_figures_are_tested_by_their_ranks():
    found = direction(figures(FALLS, width=0))
    assert found["method"].startswith("Mann-Kendall") and found["verdict"] == "falling"
    assert pd.isna(found["is_steady"]) and found["annual_change_pct"] == pytest.approx(-4.4, abs=0.3)


def test_a_series_that_turned_has_no_direction():
    found = direction(figures([100, 120, 140, 160, 180, 170, 150, 120, 90, 60.0], width=0.05))
    assert found["verdict"] == "no clear trend" and found["meaning"] == "" and not found["is_steady"]
    assert found["reason"] == "not a steady trend: it rose until about 2009, then fell"


def test_a_fall_that_levels_off_is_a_fall_not_at_a_steady_pace():
    found = direction(figures([300, 240, 200, 170, 150, 140, 134, 131, 130, 129.5], width=0.05))
    assert (found["verdict"], found["reason"]) == ("falling", "not at a steady pace") and not found["is_steady"]


def test_p_values_are_adjusted_for_the_number_of_indicators():
    random = np.random.default_rng(5)
    noise = [figures(100 + random.normal(0, 4, 10), indicator=f"i{k}") for k in range(8)]
    table = pd.concat([figures(FALLS), *noise])
    others = [figures([1.0, 1.0], area=area, indicator="other") for area in "XYZ"]
    found = trends.directions(pd.concat([table, *others]), "A", REGISTER)
    p = np.sort(found["p_value"].to_numpy())
    wanted = np.minimum.accumulate((p * 9 / np.arange(1, 10))[::-1])[::-1].clip(max=1)
    np.testing.assert_allclose(np.sort(found["p_adjusted"]), wanted)
    assert found["n_tested"].unique().tolist() == [9]
    alone = direction(figures([100, 97, 98, 99, 95, 96, 93, 97, 92, 94.0], width=0.04))
    assert alone["p_value"] < 0.05 and alone["verdict"] == "falling"


def test_months_and_changed_measures_are_not_tested():
    quarterly = figures(FALLS)
    quarterly["period_start"] = pd.date_range("2020-01-01", periods=10, freq="QS")
    quarterly["period_end"] = pd.date_range("2020-03-31", periods=10, freq="QE")
    assert direction(quarterly)["reason"] == "figures for parts of a year follow the seasons"
    monthly = figures(FALLS, indicator="beds")
    monthly["period_start"] = pd.date_range("2020-01-01", periods=10, freq="MS")
    monthly["period_end"] = pd.date_range("2020-01-31", periods=10, freq="ME")
    both = pd.concat([monthly, figures(FALLS), figures([1.0, 2], area="X"), figures([1.0, 2], area="Y")])
    assert trends.directions(both, "A", REGISTER)["indicator"].tolist() == ["deaths"]
    assert comparison.trend_change(both, "A", REGISTER)["indicator"].tolist() == ["deaths"]
    changed = figures(FALLS)
    changed.loc[3, "measure"] = "percent"
    assert direction(changed)["reason"] == "the measure changed"
    undated = figures(FALLS).assign(period_start=pd.NaT, period_end=pd.NaT)
    assert direction(undated)["reason"] == "the periods have no dates"


def test_slopes_are_set_beside_the_country():
    country = figures(200 * 1.0 ** np.arange(10), area="S", width=0.02)
    found = direction(figures(FALLS, width=0.02), country, comparator_code="S")
    assert (found["compared"], found["compared_meaning"], found["n_common"]) == ("lower", "better", 10)
    assert found["comparator_annual_change_pct"] == pytest.approx(0, abs=1e-6)
    alike = direction(figures(FALLS), figures(FALLS, area="S", width=0.02), comparator_code="S")
    assert alike["compared"] == "no clear difference"
    assert direction(figures(FALLS), comparator_code="S")["compared"] == "not compared"
    short = direction(figures(FALLS), country.head(4), comparator_code="S")
    assert short["compared"] == "not compared" and pd.isna(short["n_common"])


def test_models_are_chosen_by_what_the_figures_carry():
    table = complete(figures(FALLS))
    assert trend_models.model_for(table) == "log limits"
    assert trend_models.model_for(table.assign(measure="years")) == "identity limits"
    assert trend_models.model_for(table.assign(lowercl=0.0)) == "identity limits"
    assert trend_models.model_for(table.assign(uppercl=np.nan)) == "log ranks"
    percent = complete(figures(np.array(FALLS) / 4, measure="percent"))
    assert trend_models.model_for(percent) == "logit limits"
    assert trend_models.model_for(percent.assign(uppercl=100.0)) == "log limits"


@pytest.fixture(scope="module")
def lothian() -> pd.DataFrame:
    table = pd.read_csv(LOTHIAN).assign(file=LOTHIAN.name, cell="A1")
    years = table["period"].str.extract(r"^(\d{4})(?:/\d\d)?(?:-(\d{4})(?:/\d\d)?)?$").astype(float)
    last = years[1].fillna(years[0])
    financial = table["period"].str.contains("/")
    starts = [
        pd.Timestamp(int(year), 4 if is_financial else 1, 1)
        for year, is_financial in zip(years[0], financial, strict=True)
    ]
    ends = [
        pd.Timestamp(int(year) + 1, 3, 31) if is_financial else pd.Timestamp(int(year), 12, 31)
        for year, is_financial in zip(last, financial, strict=True)
    ]
    return table.assign(period_start=starts, period_end=ends)


def test_the_figures_that_ship(lothian):
    found = trends.directions(lothian, MIDLOTHIAN, load_register(), comparator_code=SCOTLAND)
    found = found.set_index("indicator")
    assert len(found) == 10 and (found["verdict"] != "not tested").all() and (found["n_tested"] == 10).all()
    assert found["n_periods"].to_dict() == dict.fromkeys(found.index, 6) | {"alcohol_admissions": 19}
    assert found["is_thinned"].sum() == 9
    smoking = found.loc["smoking_in_pregnancy"]
    assert smoking["method"].startswith("logistic") and smoking["reason"].startswith("not a steady trend: it rose")
    assert found.drop("smoking_in_pregnancy")["method"].str.startswith("weighted").all()
    assert found.loc["drug_admissions", ["verdict", "meaning"]].tolist() == ["rising", "worse"]
    assert found.loc["early_deaths_chd", ["verdict", "meaning"]].tolist() == ["falling", "better"]
    assert (found["compared"] == "no clear difference").all() and (found["n_common"] >= 5).all()


def test_one_of_them_worked_out_with_statsmodels(lothian):
    rows = lothian[(lothian["area_code"] == MIDLOTHIAN) & (lothian["indicator"] == "alcohol_admissions")]
    error = (np.log(rows["uppercl"]) - np.log(rows["lowercl"])) / (2 * 1.959963984540054)
    years = rows["period_start"].dt.year.to_numpy(float)
    wanted = sm.WLS(np.log(rows["value"]), sm.add_constant(years), weights=error**-2).fit()
    found = trends.directions(lothian, MIDLOTHIAN, load_register()).set_index("indicator").loc["alcohol_admissions"]
    low, high = 100 * np.expm1(wanted.conf_int().iloc[1])
    assert found["annual_change_pct"] == pytest.approx(100 * np.expm1(wanted.params.iloc[1]), rel=1e-3)
    assert found[["annual_change_pct_lowercl", "annual_change_pct_uppercl"]].tolist() == pytest.approx(
        [low, high], rel=2e-3
    )


def test_no_figures_give_an_empty_table_of_the_same_columns(lothian):
    assert trends.directions(lothian, "nowhere", REGISTER, comparator_code="S").empty
    one = trends.directions(lothian, MIDLOTHIAN, load_register())
    none = trends.directions(lothian.head(0), MIDLOTHIAN, load_register())
    assert list(one.columns) == list(none.columns)
    assert (one["compared"] == "not compared").all()


def test_the_input_is_not_changed(lothian):
    before = lothian.copy()
    trends.directions(lothian, MIDLOTHIAN, load_register(), comparator_code=SCOTLAND)
    pd.testing.assert_frame_equal(lothian, before)


@pytest.mark.parametrize("events", [[0, 0, 0, 0, 90], [90, 0, 0, 0, 0], [0, 0, 0, 50, 100], [100, 100, 0, 0, 0]])
def test_no_slope_is_made_up_where_every_steeper_one_fits_better(events):
    table = pd.DataFrame({"year": range(5), "n": events, "d": 100})
    scales = ["logit"] if sum(n > 0 for n in events) > 1 else ["log", "logit"]
    for scale in scales:
        found = trends.slopes(table, **COUNTS, scale=scale).iloc[0]
        assert found[["slope", "slope_lowercl", "slope_uppercl", "p_value"]].isna().all(), (scale, events)


def test_events_in_one_period_between_others_can_be_fitted():
    table = pd.DataFrame({"year": range(5), "n": [0, 0, 90, 0, 0], "d": 100})
    assert abs(trends.slopes(table, **COUNTS, scale="log")["slope"][0]) < 1e-9


def test_a_series_without_an_area_keeps_its_row_by_ranks_too():
    table = pd.concat([counted().assign(area="A"), counted(2).assign(area=None)])
    found = trends.monotone(table, by="area", time="year", value="n")
    assert found["area"].isna().tolist() == [False, True]


@pytest.mark.parametrize("name", ["slope", "time", "numerator", "method"])
def test_no_series_loses_its_name_to_a_column_of_the_result(name):
    table = counted().assign(**{name: "A"})
    with pytest.raises(ValueError, match=f"by: the result has a column '{name}' of its own"):
        trends.slopes(table, **COUNTS | {"by": name}, scale="log")


def test_a_series_with_hidden_figures_has_no_direction():
    """Small numbers are hidden because they are small: what is left of a falling series need not fall."""
    table = figures([200, 210, 190, 205, 200, 195, 190, 40, 30, 20.0], width=0.2)
    hidden = table["value"] < 50
    found = direction(table.assign(is_hidden=hidden, value=table["value"].mask(hidden)))
    assert found["verdict"] == "not tested" and math.isnan(found["p_value"])
    assert found["reason"] == "3 figures are hidden to protect small numbers, so the others may mislead"
    fifth = table.tail(1).assign(quintile="1", is_hidden=True, value=np.nan)
    assert direction(table, fifth.assign(quintile="1"))["verdict"] == "falling"
