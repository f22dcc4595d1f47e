"""Control charts: limits, rules and what breaks them, beside the reference's numbers where these are at hand."""

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scoring.trends import xmr, xmr_summary
from helpers.scoring.xmr import RULES

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "spc"
NAMES = {  # the reference's names for what the rules found
    "Above UCL": ("outside limits", "high"), "Below LCL": ("outside limits", "low"),
    "7 Points Above CL": ("shift", "high"), "7 Points Below CL": ("shift", "low"),
}  # fmt: skip
OUTSIDE, SHIFT, TREND, TWO = RULES


def monthly(values, **columns) -> pd.DataFrame:
    dates = pd.date_range("2020-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"date": dates, "value": values, **columns})


def chart(values, *, improvement="decrease", **options) -> pd.DataFrame:
    return xmr(monthly(values), date="date", value="value", improvement=improvement, **options)


@pytest.mark.skipif(not SHARED.exists(), reason="the reference's chart is not at hand")
def test_the_reference_chart_number_by_number():
    reference = pd.read_csv(SHARED / "ae_RRK_breaches__R.csv")
    points = pd.read_csv(SHARED / "ae_RRK_breaches__input.csv")
    found = xmr(points, date="date", value="value", improvement="decrease", target=1000)
    for ours, theirs in (("mean", "mean_col"), ("lower_limit", "lpl"), ("upper_limit", "upl"), ("target", "target")):
        np.testing.assert_allclose(found[ours], reference[theirs], rtol=1e-9)
    assert list(zip(found["special_cause"], found["direction"], strict=True)) == [
        NAMES[name] for name in reference["special_cause_type"]
    ]
    kinds = np.select([found["is_improvement"], found["is_concern"]], ["improvement", "concern"], "")
    assert list("special_cause_" + kinds) == list(reference["point_type"])
    assert list(found["is_outside"]) == list(reference["outside_limits"])


@pytest.mark.skipif(not SHARED.exists(), reason="the reference's chart is not at hand")
def test_the_reference_summary():
    reference = pd.read_csv(SHARED / "ae_RRK_breaches__R_summary.csv").iloc[0]
    points = pd.read_csv(SHARED / "ae_RRK_breaches__input.csv")
    found = xmr_summary(xmr(points, date="date", value="value", improvement="decrease", target=1000)).iloc[0]
    assert found[["mean", "lower_limit", "upper_limit"]].tolist() == pytest.approx(
        reference[["mean_col", "lpl", "upl"]].tolist(), rel=1e-9
    )
    assert found[["n_points", "n_common_cause", "n_improvement", "n_concern"]].tolist() == [36, 0, 27, 9]
    assert (found["variation"], found["assurance"]) == ("concern", "consistently fails")


def test_limits_by_hand():
    found = chart([10, 12, 11, 13])  # ranges 2, 1, 2: mean 5/3; mean 11.5
    assert found["moving_range"].tolist()[1:] == [2, 1, 2] and math.isnan(found["moving_range"][0])
    assert found["mean"].unique() == pytest.approx([11.5])
    assert found["upper_limit"].unique() == pytest.approx([11.5 + 2.66 * 5 / 3])
    assert found["lower_limit"].unique() == pytest.approx([11.5 - 2.66 * 5 / 3])


def test_a_single_jump_does_not_widen_the_limits_unless_asked():
    values = [10, 11] * 8 + [60, 10, 11, 10]
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges <= 3.267 * ranges.mean()]
    assert len(kept) == len(ranges) - 2
    found = chart(values)
    assert (found["upper_limit"] - found["mean"]).iloc[0] == pytest.approx(2.66 * kept.mean())
    assert found["special_cause"].dropna().to_dict()[16] == OUTSIDE
    wide = chart(values, screen=False)
    assert (wide["upper_limit"] - wide["mean"]).iloc[0] == pytest.approx(2.66 * ranges.mean())


@pytest.mark.parametrize(
    ("values", "marked", "rule", "direction"),
    [
        ([10, 0, 9, 1, 10, 0, *[6] * 7], range(6, 13), SHIFT, "high"),
        ([10, 0, 9, 1, 10, 0, *[6] * 6], [], SHIFT, ""),
        ([9, 1, 9, 1, 3, 4, 5, 6, 7, 8, 1, 9], range(3, 10), TREND, "high"),
        ([9, 1, 9, 2, 9, 3, 4, 5, 6, 7, 1, 9], [], TREND, ""),
        ([1, 9, 1, 8, 7, 6, 5, 4, 3, 9, 1, 9], range(3, 9), TREND, "low"),
    ],
)
def test_runs_are_marked_from_their_first_point_to_their_last(values, marked, rule, direction):
    column = {SHIFT: "is_shift", TREND: "is_trend"}[rule]
    found = chart(values)
    assert np.flatnonzero(found[column]).tolist() == list(marked)
    assert set(found.loc[found["special_cause"] == rule, "direction"]) <= {direction}


def test_two_of_three_in_the_outer_third_of_the_same_side():
    calm = [10, 11] * 10
    found = chart([*calm, 13, 11, 13, *calm])
    half = found["upper_limit"].iloc[0] - found["mean"].iloc[0]
    outer = found["value"] - found["mean"] > 2 / 3 * half
    assert np.flatnonzero(outer).tolist() == [20, 22] == np.flatnonzero(found["is_two_of_three"]).tolist()
    assert found["special_cause"][20] == TWO and not found["is_outside"].any()
    assert not chart([*calm, 13, 11, 11, 13, *calm])["is_two_of_three"].any()


def test_the_first_rule_names_the_cause_and_all_are_kept():
    values = [10, 11, 10, 11, 10, 11, 10, 11, *range(11, 31, 2)]
    last = chart(values).iloc[-1]
    assert last[["is_outside", "is_shift", "is_trend", "is_two_of_three"]].tolist() == [True, True, True, True]
    assert (last["special_cause"], last["direction"]) == (OUTSIDE, "high")


def test_which_way_is_better_is_told_and_not_guessed():
    values = [10, 11] * 8 + [60]
    found = {kind: chart(values, improvement=kind).iloc[-1] for kind in ("decrease", "increase", "neutral")}
    kinds = {kind: (bool(row["is_improvement"]), bool(row["is_concern"])) for kind, row in found.items()}
    assert kinds == {"decrease": (False, True), "increase": (True, False), "neutral": (False, False)}
    assert {row["special_cause"] for row in found.values()} == {OUTSIDE}
    assert xmr_summary(chart(values, improvement="neutral"))["variation"].tolist() == ["special cause"]


def test_a_falling_trend_above_the_mean_is_an_improvement_where_less_is_better():
    found = chart([1, 9, 1, 9.5, 9, 8.5, 8, 7.5, 7, 1, 9, 1, 9, 1])
    falling = found[found["special_cause"] == TREND]
    assert (falling["value"] > falling["mean"]).any() and falling["is_improvement"].all()


@pytest.mark.parametrize("value", [0.1, 0, 7, 1e9])
def test_a_constant_series_has_no_special_cause(value):
    found = chart([value] * 20)
    assert found["special_cause"].isna().all() and found["upper_limit"].tolist() == pytest.approx([value] * 20)
    assert not found["is_reliable"].any() and "do not vary" in found["note"].iloc[0]


def test_few_points_say_so():
    assert "not reliable below 12 points; 11 set these" in chart([1, 2] * 5 + [1])["note"].iloc[0]
    assert chart([1, 2] * 6)["note"].unique().tolist() == [""]
    one = chart([4.0]).iloc[0]
    assert math.isnan(one["upper_limit"]) and one["note"].startswith("no limits") and not one["is_reliable"]
    assert chart([]).empty and xmr_summary(chart([])).empty


def test_counts_have_no_lower_limit_below_zero_unless_asked():
    values = [0, 5, 1, 6, 0, 4]
    assert (chart(values)["lower_limit"] == 0).all()
    assert (chart(values, lowest=None)["lower_limit"] < 0).all()
    assert (chart([95, 99, 90, 100], highest=100)["upper_limit"] == 100).all()
    with pytest.raises(ValueError, match=r"value: -1 \(row 1\) outside 0.0 to None"):
        chart([3, -1, 2])
    with pytest.raises(ValueError, match="inf"):
        chart([3, np.inf, 2])


@pytest.mark.parametrize("drop", [True, False])
def test_a_missing_month_breaks_runs_and_has_no_moving_range(drop):
    table = monthly([0, 10, 1, 9, 0, 10, 6, 6, 6, 6, 6, 6, 6])
    table.loc[8, "value"] = np.nan
    table = table.dropna() if drop else table
    found = xmr(table, date="date", value="value", improvement="decrease")
    assert not found["is_shift"].any()
    after = found[found["date"] == "2020-10-01"].iloc[0]
    assert math.isnan(after["moving_range"])
    assert len(set(found["mean"])) == 1
    assert len(found) == len(table) and found["n_points"].unique().tolist() == [12]


def test_months_of_different_length_leave_no_gap():
    assert chart([1.0, 2] * 30)["moving_range"].iloc[1:].notna().all()


def test_rebased_limits_start_anew_and_nothing_runs_across():
    values = [10, 11, 10, 11, 11, 11, 11, 31, 32, 31, 32]
    found = chart(values, rebase=["2020-08-01", "1999-01-01"])
    assert found["phase"].tolist() == [1] * 7 + [2] * 4
    assert found["mean"].unique() == pytest.approx([75 / 7, 31.5])
    assert math.isnan(found["moving_range"][7]) and not found["is_outside"].any()
    assert xmr_summary(found)[["phase", "n_points"]].iloc[0].tolist() == [2, 4]
    assert xmr_summary(found)["phase_from"].iloc[0] == pd.Timestamp("2020-08-01")


def test_a_baseline_sets_the_limits_of_what_follows():
    found = chart([10, 11, 10, 11, 30, 31], baseline=4)
    assert found["mean"].unique() == pytest.approx([10.5]) and found["n_setting_limits"].unique() == [4]
    assert np.flatnonzero(found["is_outside"]).tolist() == [4, 5]


def test_series_are_kept_apart_and_order_does_not_matter():
    table = pd.concat([monthly([1, 2, 1, 3], area="B"), monthly([7, 9, 8, 8], area="A")])
    options = {"date": "date", "value": "value", "improvement": "increase", "by": "area"}
    found = xmr(table.sample(frac=1, random_state=3), **options)
    assert found["area"].tolist() == ["A"] * 4 + ["B"] * 4
    alone = xmr(monthly([1, 2, 1, 3]), date="date", value="value", improvement="increase")
    pd.testing.assert_frame_equal(found[found["area"] == "B"].drop(columns="area").reset_index(drop=True), alone)
    rebased = xmr(table, **options, rebase={"A": ["2020-03-01"]})
    assert rebased.groupby("area")["phase"].max().to_dict() == {"A": 2, "B": 1}
    assert xmr_summary(rebased, by="area")["area"].tolist() == ["A", "B"]


def test_what_is_refused():
    twice = pd.concat([monthly([1, 2], area="A"), monthly([3], area="A")])
    with pytest.raises(ValueError, match="A 2020-01-01 stands more than once"):
        xmr(twice, date="date", value="value", by="area", improvement="decrease")
    with pytest.raises(ValueError, match="date: missing in row 1"):
        xmr(monthly([1, 2]).assign(date=[pd.Timestamp(0), pd.NaT]), date="date", value="value", improvement="decrease")
    with pytest.raises(ValueError, match="2020 is a number and no date"):
        xmr(monthly([1]).assign(date=2020), date="date", value="value", improvement="decrease")
    with pytest.raises(ValueError, match="improvement must be one of"):
        chart([1], improvement="down")
    with pytest.raises(ValueError, match="there is no series 'Z'"):
        xmr(twice[:2], date="date", value="value", by="area", improvement="decrease", rebase={"Z": ["2020-01-01"]})
    with pytest.raises(ValueError, match="no column 'when'"):
        xmr(twice, date="when", value="value", improvement="decrease")


def test_assurance_is_about_the_limits():
    values = [10, 12] * 6  # limits 11 +- 2.66 * 2

    def found(target, improvement):
        return xmr_summary(chart(values, improvement=improvement, target=target))["assurance"].iloc[0]

    assert [found(target, "decrease") for target in (17, 11, 5)] == [
        "consistently passes", "hit and miss", "consistently fails",
    ]  # fmt: skip
    assert [found(target, "increase") for target in (17, 11, 5)] == [
        "consistently fails", "hit and miss", "consistently passes",
    ]  # fmt: skip
    assert found(11, "neutral") == found(None, "decrease") == ""


VALUES = st.lists(st.integers(0, 50) | st.sampled_from([24, 25, 26]), min_size=1, max_size=40)


@settings(deadline=None, max_examples=25)
@given(VALUES, st.randoms(use_true_random=False))
def test_laws(values, random):
    found = chart(values)
    order = list(range(len(values)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(
        xmr(monthly(values).iloc[order], date="date", value="value", improvement="decrease"), found
    )
    mirrored = chart([50 - value for value in values], improvement="increase", lowest=None)
    assert mirrored["special_cause"].tolist() == pytest.approx(found["special_cause"].tolist(), nan_ok=True)
    assert mirrored["is_improvement"].tolist() == found["is_improvement"].tolist()
    assert not (found["is_improvement"] & found["is_concern"]).any()
    assert (found["special_cause"].notna() == (found["direction"] != "")).all()


@settings(deadline=None, max_examples=60)
@given(VALUES)
def test_rules_as_a_plain_loop_finds_them(values):
    found = chart(values)
    mean, upper = found["mean"].iloc[0], found["mean"].iloc[0] + (found["upper_limit"] - found["mean"]).iloc[0]
    side = [int(np.sign(round(value - mean, 6))) for value in values]
    step = [int(np.sign(b - a)) for a, b in itertools.pairwise(values)]
    near = [abs(v - mean) > 2 / 3 * (upper - mean) + 1e-6 for v in values] if upper == upper else [False] * len(values)
    shift, trend, two = set(), set(), set()
    for k in range(len(values)):
        if side[k] and side[k : k + 7] == [side[k]] * 7:
            shift |= set(range(k, k + 7))
        if step[k : k + 5] in ([1] * 5, [-1] * 5):
            trend |= set(range(k, k + 6))
        three = [j for j in range(k, k + 3) if k + 2 < len(values) and near[j]]
        for one in (1, -1):
            same = [j for j in three if side[j] == one]
            two |= set(same) if len(same) > 1 else set()
    for column, wanted in (("is_shift", shift), ("is_trend", trend), ("is_two_of_three", two)):
        assert set(np.flatnonzero(found[column])) == wanted, column


@pytest.mark.parametrize("name", ["place", "series", "phase", "value", "mean"])
def test_no_series_loses_its_name_to_a_column_of_the_result(name):
    table = monthly([1, 2, 3]).rename(columns={"value": "beds"}).assign(**{name: "A"})
    with pytest.raises(ValueError, match=f"by: the result has a column '{name}' of its own"):
        xmr(table, date="date", value="beds", by=name, improvement="decrease")


def test_fewer_is_an_improvement_where_nothing_else_is_said():
    table = monthly([1, 2, 3, 2, 1, 9])
    pd.testing.assert_frame_equal(
        xmr(table, date="date", value="value"), xmr(table, date="date", value="value", improvement="decrease")
    )
