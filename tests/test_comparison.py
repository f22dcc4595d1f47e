"""The region beside others, over time, by deprivation, and what a plan's figures can carry."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scoring import comparison
from helpers.scoring.beside import clear_distance
from helpers.scoring.estimates import Estimate, against_benchmark, compare, verdict

REGISTER = pd.DataFrame(
    [
        ("le", "Life expectancy at birth", "Life expectancy", "Health", 1, "years", "years", "higher_is_better"),
        ("deaths", "Deaths at all ages", "Deaths", "Health", 1, "rate_per_100000", "per 100,000", "lower_is_better"),
        ("young", "Share aged 0 to 15", "Aged 0 to 15", "People", 2, "percent", "% of the population", "none"),
        ("groups", "Voluntary groups", "Groups", "Community", 3, "number", "organisations", "none"),
        ("asked", "People who want to be asked", "Asked", "Community", 3, "percent", "% of people asked", "none"),
    ],
    columns=["indicator", "indicator_name", "short_name", "theme", "theme_order", "measure", "unit", "polarity"],
).set_index("indicator")
MEASURES = REGISTER["measure"].to_dict()


def figures(*rows, **columns) -> pd.DataFrame:
    """Rows of (area, indicator, year, value, lowercl, uppercl) as a table of indicators."""
    table = pd.DataFrame(rows, columns=["area_code", "indicator", "period", "value", "lowercl", "uppercl"])
    years = table["period"].astype(str)
    return table.assign(
        period=years,
        period_start=pd.to_datetime(years.where(years != "", None) + "-01-01"),
        period_end=pd.to_datetime(years.where(years != "", None) + "-12-31"),
        measure=table["indicator"].map(MEASURES),
        file="a.csv",
        row=range(2, len(table) + 2),
        **columns,
    )


AREAS = figures(
    ("S12000001", "deaths", 2022, 100.0, 90.0, 111.0),
    ("S12000002", "deaths", 2022, 140.0, 120.0, 163.0),
    ("S12000003", "deaths", 2022, 120.0, 100.0, 144.0),
    ("S12000004", "deaths", 2022, 130.0, 110.0, 154.0),
    ("S92000003", "deaths", 2022, 125.0, 122.0, 128.0),
)


def beside(table, area="S12000001", comparator="S92000003", **options) -> pd.Series:
    found = comparison.beside_comparator(
        table, area_code=area, comparator=comparator, register=REGISTER, fewest_areas=3, **options
    )
    assert len(found) == 1
    return found.iloc[0]


# two estimates


def test_the_difference_of_two_estimates_is_that_of_altman_and_bland():
    # BMJ 2003;326:219: relative risks 0.67 (0.46 to 0.98) and 0.88 (0.71 to 1.08) differ by ratio 0.76 (0.49 to 1.17)
    found = compare(Estimate(0.67, 0.46, 0.98), Estimate(0.88, 0.71, 1.08), log=True)
    assert round(found.ratio.value, 2) == 0.76
    assert (round(found.ratio.lowercl, 2), round(found.ratio.uppercl, 2)) == (0.49, 1.17)
    assert round(found.p_value, 1) == 0.2
    assert found.sign == 0


def test_intervals_may_overlap_and_the_difference_still_be_clear():
    assert compare(Estimate(10, 8, 12), Estimate(13, 11.5, 14.5), log=False).sign == -1
    assert compare(Estimate(10, 8, 12), Estimate(12, 10, 14), log=False).sign == 0


@pytest.mark.parametrize("other", [Estimate(10), Estimate(10, 10, 10), Estimate(10, 9)])
def test_without_limits_nothing_is_compared(other):
    found = compare(Estimate(5, 4, 6), other, log=False)
    assert found.sign is None
    assert "no limits" in found.reason


def test_an_interval_that_reaches_zero_is_compared_on_its_own_scale():
    found = compare(Estimate(2, 0, 5), Estimate(30, 20, 40), log=True)
    assert found.sign == -1
    assert math.isnan(found.ratio.value)


def test_no_event_where_two_were_expected_is_no_clear_difference():
    """An interval from 0 has its whole width above the value; half of it on either side made 0 surer than it is."""
    for none, few in (
        (Estimate(0, 0, 3.689), Estimate(2, 1.96, 2.04)),  # exact Poisson limits of 0; two expected of 10,000 events
        (Estimate(0, 0, 3.70), Estimate(2, 1.81, 2.20)),  # Wilson's limits of 0 of 100, and of 400 of 20,000
    ):
        found, turned = compare(none, few, log=True), compare(few, none, log=True)
        assert found.sign == turned.sign == 0 and found.p_value == pytest.approx(turned.p_value)
        assert found.p_value > 0.2  # the exact test of 0 against 2 has 0.14 to 0.27
        low, high = found.difference.lowercl, found.difference.uppercl
        assert low < 0 < high and turned.difference.lowercl == pytest.approx(-high)
    assert compare(Estimate(0, 0, 3.689), Estimate(20, 19, 21), log=True).sign == -1
    assert compare(Estimate(0.1, 0.1, 0.3), Estimate(0.05, 0.04, 0.06), log=False).p_value > 0  # rounded to its limit


@pytest.mark.parametrize(("reference", "sign"), [(3.9, 1), (4, 0), (6, 0), (6.1, -1)])
def test_a_benchmark_is_left_out_by_the_interval_or_not(reference, sign):
    assert against_benchmark(Estimate(5, 4, 6), reference).sign == sign


def test_the_verdict_follows_the_polarity():
    assert verdict(1, "higher_is_better") == verdict(-1, "lower_is_better") == "better"
    assert verdict(-1, "higher_is_better") == verdict(1, "lower_is_better") == "worse"
    assert (verdict(1, "none"), verdict(-1, "none")) == ("higher", "lower")
    assert (verdict(0, "none"), verdict(None, "none")) == ("no clear difference", "not compared")


# beside the comparator


def test_a_region_is_tested_against_another_area():
    row = beside(AREAS)
    assert (row["comparator_basis"], row["comparator_value"], row["verdict"]) == ("S92000003", 125, "better")
    assert "z test of the ratio" in row["method"]
    assert row["p_value"] < 0.001
    assert beside(AREAS, names={"S92000003": "Scotland"})["comparator_basis"] == "Scotland"
    assert (
        beside(AREAS.assign(region="scotland"), comparator="nowhere")["comparator_basis"] == "median of 4 council areas"
    )


def test_where_the_comparator_has_no_figure_the_median_stands_in_and_it_says_so():
    row = beside(AREAS[AREAS["area_code"] != "S92000003"])
    assert row["comparator_basis"] == "median of 4 council areas"
    assert row["comparator_name"] == "Median of 4 council areas"
    assert row["comparator_value"] == 125
    assert row["verdict"] == "better"
    assert "taken as fixed" in row["method"] and row["p_value"] < 0.05
    assert beside(AREAS, comparator="council-areas")["comparator_basis"] == "median of 4 council areas"


def test_the_range_of_the_areas_leaves_the_country_out():
    row = beside(AREAS)
    assert row[["minimum", "q1", "median", "q3", "maximum"]].tolist() == [100, 115, 125, 132.5, 140]
    assert (row["n_areas"], row["rank"]) == (4, 1)
    assert beside(AREAS, area="S12000002")["rank"] == 4


def test_the_latest_period_is_shown_even_if_only_an_earlier_one_has_the_comparator():
    newer = AREAS[AREAS["area_code"] != "S92000003"].assign(
        period="2023", period_start=pd.Timestamp("2023-01-01"), period_end=pd.Timestamp("2023-12-31"), file="b.csv"
    )
    row = beside(pd.concat([AREAS, newer]))
    assert (row["period"], row["comparator_basis"]) == ("2023", "median of 4 council areas")


def test_of_several_files_the_one_with_most_areas_is_taken_and_the_comparator_from_any():
    few = AREAS[AREAS["area_code"].isin(["S12000001", "S92000003"])].assign(file="0.csv")
    most = AREAS[AREAS["area_code"] != "S92000003"]
    row = beside(pd.concat([few, most]))
    assert (row["file"], row["n_areas"], row["comparator_value"]) == ("a.csv", 4, 125)


def test_too_few_areas_make_neither_a_range_nor_a_median():
    row = comparison.beside_comparator(
        AREAS, area_code="S12000001", comparator="council-areas", register=REGISTER
    ).iloc[0]
    assert row["verdict"] == "not compared"
    assert row["reason"] == "only 4 areas have a figure for this period"
    assert math.isnan(row["median"])
    assert math.isnan(row["x"])


def test_without_limits_it_is_not_compared_with_the_reason():
    bare = AREAS.assign(lowercl=np.nan, uppercl=np.nan)
    row = beside(bare)
    assert row["verdict"] == "not compared"
    assert "no limits" in row["reason"]


def test_without_a_direction_it_is_higher_or_lower():
    row = beside(AREAS.assign(indicator="young", measure="percent"))
    assert row["verdict"] == "lower"


def test_sexes_are_rows_of_their_own_only_where_there_is_no_figure_for_all():
    both = pd.concat([AREAS.assign(sex="male"), AREAS.assign(sex="female")])
    found = comparison.beside_comparator(both, area_code="S12000001", comparator="S92000003", register=REGISTER)
    assert found["indicator_name"].tolist() == ["Deaths at all ages, females", "Deaths at all ages, males"]
    with_all = pd.concat([both, AREAS.assign(sex="all")])
    assert beside(with_all)["indicator_name"] == "Deaths at all ages"


def test_quintiles_are_not_taken_for_the_area():
    split = pd.concat([AREAS.assign(quintile="total"), AREAS.assign(quintile="1", value=999.0)])
    assert beside(split)["value"] == 100


def test_an_unknown_area_gives_an_empty_table_with_its_columns():
    found = comparison.beside_comparator(AREAS, area_code="SI", comparator="x", register=REGISTER)
    assert found.empty
    assert found["x"].dtype == float


def test_the_input_is_not_changed():
    before = AREAS.copy(deep=True)
    beside(AREAS)
    comparison.trend_change(AREAS, "S12000001", REGISTER)
    comparison.quintiles(AREAS, "S12000001", REGISTER)
    pd.testing.assert_frame_equal(AREAS, before)


# how far the interval stays from the comparator


def distance(**row) -> float:
    base = {"value": 10.0, "lowercl": 8.0, "uppercl": 11.0, "comparator_value": 12.0, "minimum": 8.0, "q1": 10.0,
            "q3": 14.0, "maximum": 20.0}  # fmt: skip
    return clear_distance(base | row)


def test_the_clear_distance_is_that_of_the_nearest_end_in_interquartile_ranges():
    assert distance() == 0.25
    assert distance(value=15.0, lowercl=13.0, uppercl=18.0) == 0.25
    assert distance(uppercl=13.0) == -0.25
    assert distance(q1=12.0, q3=12.0) == pytest.approx(1 / 12)
    assert math.isnan(distance(uppercl=math.nan))
    assert math.isnan(distance(comparator_value=math.nan))
    assert math.isnan(distance(**dict.fromkeys(("minimum", "q1", "q3", "maximum"), 12.0)))
    assert math.isnan(distance(**dict.fromkeys(("minimum", "q1", "q3", "maximum"), math.nan)))


def test_every_indicator_beside_its_comparator_has_its_clear_distance():
    assert beside(AREAS)["clear_distance"] == pytest.approx((125 - 111) / (132.5 - 115))
    empty = comparison.beside_comparator(AREAS, area_code="SI", comparator="x", register=REGISTER)
    assert empty["clear_distance"].dtype == float


@given(st.floats(-100, 100), st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0.1, 1000))
def test_the_clear_distance_does_not_depend_on_the_unit_of_measurement(value, below, above, times):
    own = {"value": value, "lowercl": value - below, "uppercl": value + above}
    scaled = {name: number * times for name, number in own.items()}
    ranges = {"comparator_value": 12.0, "minimum": 8.0, "q1": 10.0, "q3": 14.0, "maximum": 20.0}
    same = clear_distance(scaled | {name: number * times for name, number in ranges.items()})
    assert same == pytest.approx(clear_distance(own | ranges), rel=1e-6, abs=1e-9)
    assert (same > 0) == (not own["lowercl"] <= 12 <= own["uppercl"]) or same == pytest.approx(0, abs=1e-9)


# spine positions


def spine(**row) -> dict:
    base = {"value": 10.0, "lowercl": 8.0, "uppercl": 13.0, "comparator_value": 12.0, "minimum": 8.0, "q1": 10.0,
            "median": 12.0, "q3": 13.0, "maximum": 20.0, "polarity": "higher_is_better"}  # fmt: skip
    return comparison.spine_positions(base | row)


def test_the_comparator_is_at_zero_and_the_furthest_area_one_unit_away():
    found = spine()
    assert found["x"] == -0.25
    assert (found["x_min"], found["x_max"]) == (-0.5, 1.0)
    assert found["x_median"] == 0


def test_the_better_side_is_on_the_right():
    found = spine(polarity="lower_is_better")
    assert found["x"] == 0.25
    assert (found["x_lower"], found["x_upper"]) == (-0.125, 0.5)
    assert (found["x_min"], found["x_max"]) == (-1.0, 0.5)
    assert spine(polarity="none") == spine()


def test_without_a_range_or_a_comparator_there_is_no_position():
    assert all(map(math.isnan, spine(minimum=math.nan, maximum=math.nan).values()))
    assert all(map(math.isnan, spine(comparator_value=math.nan).values()))
    same = dict.fromkeys(("value", "minimum", "maximum", "q1", "median", "q3"), 12.0)
    assert spine(**same)["x"] == 0


@given(
    st.lists(st.floats(1, 1000), min_size=3, max_size=10),
    st.floats(1, 1000),
    st.sampled_from(["none", "lower_is_better"]),
)
def test_the_range_of_the_areas_fits_between_minus_one_and_one(values, centre, polarity):
    quantiles = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    named = dict(zip(("minimum", "q1", "median", "q3", "maximum"), map(float, quantiles), strict=True))
    found = spine(**named, value=values[0], comparator_value=centre, polarity=polarity)
    places = [found[key] for key in ("x_min", "x_q1", "x_median", "x_q3", "x_max")]
    assert places == sorted(places)
    assert min(*places, found["x"]) >= -1 - 1e-9
    assert max(*places, found["x"]) <= 1 + 1e-9


# over time

YEARS = figures(
    ("S12000001", "deaths", 2010, 200.0, 180.0, 222.0),
    ("S12000001", "deaths", 2015, 150.0, 130.0, 173.0),
    ("S12000001", "deaths", 2020, 100.0, 90.0, 111.0),
    ("S92000003", "deaths", 2010, 210.0, 205.0, 215.0),
    denominator=1000,
)


def test_a_country_is_not_judged_by_the_median_of_its_parts():
    row = beside(AREAS, area="S92000003", comparator="council-areas")
    assert (row["comparator_value"], row["verdict"]) == (125.0, "not compared")
    assert "areas of another kind" in row["reason"]


def test_a_line_never_runs_from_one_release_into_another():
    newer = figures(("S12000001", "deaths", 2030, 1.0, 0.5, 1.5)).assign(file="newer.csv")
    both = pd.concat([YEARS, newer])
    table = comparison.trend(both, ["S12000001"], "deaths")
    assert set(table["file"]) == {"a.csv"} and len(table) == len(YEARS[YEARS["area_code"] == "S12000001"])
    row = comparison.trend_change(both, "S12000001", REGISTER).iloc[0]
    assert row["latest_period"] == comparison.trend_change(YEARS, "S12000001", REGISTER).iloc[0]["latest_period"]


def test_a_trend_is_sorted_by_period_and_then_by_area():
    table = comparison.trend(YEARS.iloc[::-1], ["S12000001", "S92000003"], "deaths", names={"S92000003": "Scotland"})
    assert table["period"].tolist() == ["2010", "2010", "2015", "2020"]
    assert table["area_name"].tolist() == ["S12000001", "Scotland", "S12000001", "S12000001"]


def test_a_period_that_two_files_give_is_taken_once_from_the_longer_series():
    other = YEARS.iloc[[2]].assign(file="b.csv", value=101.0)
    table = comparison.trend(pd.concat([other, YEARS]), ["S12000001"], "deaths")
    assert table["value"].tolist() == [200, 150, 100]


def test_first_and_latest_are_compared_by_a_test():
    row = comparison.trend_change(YEARS, "S12000001", REGISTER).iloc[0]
    assert (row["first_period"], row["latest_period"], row["n_periods"]) == ("2010", "2020", 3)
    assert (row["verdict"], row["meaning"]) == ("fallen", "better")
    assert row["ratio"] == pytest.approx(0.5)
    assert row[["first_file", "first_row", "file", "row"]].tolist() == ["a.csv", 2, "a.csv", 4]
    wide = YEARS.assign(lowercl=YEARS["value"] / 3, uppercl=YEARS["value"] * 3)
    row = comparison.trend_change(wide, "S12000001", REGISTER).iloc[0]
    assert (row["verdict"], row["meaning"]) == ("no clear change", "")


def test_both_ends_of_a_change_lead_to_their_cells():
    placed = YEARS.assign(sheet=["one", "two", "three", "four"], cell=["D2", "D3", "D4", "D5"])
    row = comparison.trend_change(placed, "S12000001", REGISTER).iloc[0]
    assert row[["first_sheet", "first_cell", "sheet", "cell"]].tolist() == ["one", "D2", "three", "D4"]
    bare = comparison.trend_change(YEARS.drop(columns="row"), "S12000001", REGISTER)
    assert bare["first_row"].dtype == "Int64" and bare["first_row"].isna().all()


def test_the_lines_of_all_indicators_that_have_changed():
    found = comparison.trend_change(YEARS, "S12000001", REGISTER)
    lines = comparison.trends(YEARS, ["S12000001", "S92000003"], found)
    assert lines["indicator"].unique().tolist() == ["deaths"]
    assert len(lines) == 4
    assert comparison.trends(YEARS, ["S12000001"], found.iloc[:0]).empty


def test_overlapping_periods_are_not_compared():
    rolling = YEARS.assign(period_end=pd.Timestamp("2021-12-31"))
    row = comparison.trend_change(rolling, "S12000001", REGISTER).iloc[0]
    assert (row["verdict"], row["reason"]) == ("not compared", "the two periods overlap")


def test_one_period_is_no_change():
    assert comparison.trend_change(AREAS, "S12000001", REGISTER).empty


# by deprivation


def by_fifth(values, **columns) -> pd.DataFrame:
    rows = [("S12000001", "deaths", 2020, v, v * 0.8, v * 1.25) for v in values.values()]
    return figures(*rows, **{"quintile": list(values), "numerator": 20.0, **columns})


FIFTHS = by_fifth({"total": 100.0, "1": 200.0, "2": 150.0, "3": 100.0, "4": 75.0, "5": 50.0})


def test_six_rows_an_indicator_and_the_gap_with_its_interval():
    table = comparison.quintiles(FIFTHS, "S12000001", REGISTER)
    assert table["quintile"].tolist() == ["total", "1", "2", "3", "4", "5"]
    gap = comparison.quintile_gaps(table).iloc[0]
    assert (gap["gap"], gap["verdict"]) == (150, "worse")
    assert gap["ratio"] == pytest.approx(4)
    # two standard errors of ln(1.25 / 0.8) / 3.92 each
    error = math.hypot(*[math.log(1.25 / 0.8) / (2 * 1.959964)] * 2)
    assert gap["ratio_lowercl"] == pytest.approx(4 * math.exp(-1.959964 * error), rel=1e-6)
    assert gap["ratio_uppercl"] == pytest.approx(4 * math.exp(1.959964 * error), rel=1e-6)
    assert gap["gap_lowercl"] < 150 < gap["gap_uppercl"]


def test_a_missing_fifth_stays_blank_with_the_reason():
    table = comparison.quintiles(FIFTHS[FIFTHS["quintile"] != "5"], "S12000001", REGISTER)
    assert len(table) == 6
    assert table["value"].isna().tolist() == [False] * 5 + [True]
    assert "no figure" in table["reason"].iloc[-1]
    gap = comparison.quintile_gaps(table).iloc[0]
    assert (gap["verdict"], gap["reason"]) == ("not compared", "the least deprived fifth has no figure")
    assert math.isnan(gap["gap"])
    assert math.isnan(gap["ratio"])


def test_a_fifth_that_rests_on_a_withheld_number_has_no_gap():
    hidden = FIFTHS.assign(numerator=[100, np.nan, 20, 20, 20, 20])
    table = comparison.quintiles(hidden, "S12000001", REGISTER)
    assert table["value"].notna().all()
    gap = comparison.quintile_gaps(table).iloc[0]
    assert gap["reason"] == "the most deprived fifth rests on a number that the source withholds"
    assert math.isnan(gap["gap"])


def test_a_whole_area_without_a_figure_is_not_said_to_have_few_people():
    table = comparison.quintiles(FIFTHS[FIFTHS["quintile"] != "total"], "S12000001", REGISTER)
    assert table["reason"].iloc[0] == "the file gives no figure for the whole area"


def test_a_hidden_fifth_is_not_said_to_have_few_people():
    """Disclosure control hides large fifths too, to protect another; nothing is known of how many live there."""
    words = ["", "hidden: fewer than 5", "hidden: so that another number cannot be worked out", "", "", ""]
    is_hidden = [bool(word) for word in words]
    own = FIFTHS.assign(qualifier=words, is_hidden=is_hidden, value=FIFTHS["value"].mask(is_hidden))
    table = comparison.quintiles(own, "S12000001", REGISTER)
    assert table["reason"].tolist()[1:3] == [
        "the figure is hidden: fewer than 5", "the figure is hidden: so that another number cannot be worked out",
    ]  # fmt: skip
    gap = comparison.quintile_gaps(table).iloc[0]
    assert gap["reason"] == "the figure of the most deprived fifth is hidden, to protect small numbers"


# a plan's figures


PLAN = figures(
    ("S12000001", "groups", "", 700.0, np.nan, np.nan),
    ("S12000001", "groups", "", 500.0, np.nan, np.nan),
    ("S12000001", "asked", "2021", 56.0, np.nan, np.nan),
    ("S12000001", "asked", "2011", 40.0, np.nan, np.nan),
    ("S92000003", "asked", "2021", 50.0, np.nan, np.nan),
    qualifier=["at least", "at least", "", "", ""],
    cell=["I2", "I3", "I4", "I5", "I6"],
)
FOUND = pd.DataFrame(
    [
        ("figure-stale", "a.csv", "I5", "asked: old"),
        ("figures-contradict", "a.csv", "I3", "groups: 700 in I2 and 500 in I3"),
    ],
    columns=["code", "file", "cell", "message"],
)  # fmt: skip


def plan(table=PLAN, findings=FOUND, area="S12000001") -> pd.DataFrame:
    return comparison.plan_figures(table, findings, area, register=REGISTER, names={"S92000003": "Scotland"})


def test_contradicting_figures_name_each_other():
    table = plan().set_index("cell")
    for cell in ("I2", "I3"):
        assert "at least 700\u00a0organisations and at least 500\u00a0organisations" in table.loc[cell, "cannot_say"]
    assert table["is_contradicted"].tolist() == [True, True, False, False]
    assert plan(findings=None)["is_contradicted"].tolist() == [True, True, False, False]


def test_a_finding_can_name_a_contradiction_that_the_table_does_not_show():
    projected = PLAN.iloc[:2].assign(period=["2034", "2035"])
    assert not plan(projected, findings=None)["is_contradicted"].any()
    assert plan(projected)["is_contradicted"].all()


def test_what_a_figure_lacks_is_said():
    table = plan().set_index("cell")
    assert "No period is printed" in table.loc["I2", "cannot_say"]
    assert "No comparator is given" in table.loc["I2", "cannot_say"]
    assert "round figure" in table.loc["I2", "cannot_say"]
    assert "The number asked is not printed" in table.loc["I4", "cannot_say"]
    assert "It is old" in table.loc["I4", "cannot_say"]


def test_what_a_figure_can_say_takes_in_its_comparator_and_its_past():
    row = plan().set_index("cell").loc["I4"]
    assert row["can_say"] == (
        "56\u00a0% of people asked in 2021, as printed. Scotland, from the same source: 50\u00a0%. "
        "In 2011, from the same source: 40\u00a0%."
    )
    assert "cannot be told from chance" in row["cannot_say"]


def test_a_file_with_limits_or_many_areas_is_no_plan():
    assert plan(AREAS).empty
    assert plan(AREAS.assign(lowercl=np.nan, uppercl=np.nan)).empty
    assert plan(PLAN.assign(denominator=100)).empty


def test_the_comparator_of_a_plan_has_no_plan_of_its_own():
    assert plan(area="S92000003").empty


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="lacks the column value"):
        comparison.trend(AREAS.drop(columns="value"), ["S12000001"], "deaths")


@settings(deadline=None, max_examples=15)
@given(st.randoms())
def test_the_order_of_the_rows_never_matters(random):
    order = list(range(len(AREAS)))
    random.shuffle(order)
    assert beside(AREAS).drop("row").equals(beside(AREAS.iloc[order]).drop("row"))


@given(st.floats(0.1, 50), st.floats(0.1, 50), st.floats(-100, 100), st.floats(-100, 100))
def test_p_is_below_5_percent_just_where_the_interval_leaves_the_benchmark_out(below, above, value, benchmark):
    found = against_benchmark(Estimate(value, value - below, value + above), benchmark)
    assert (found.sign != 0) == (found.p_value < 0.05) or abs(found.p_value - 0.05) < 1e-9
