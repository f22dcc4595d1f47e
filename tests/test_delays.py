"""Delayed discharges: months of different length, one series an area, declared rebases, and what is said of them."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reference import rebases
from helpers.scoring import delays

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland"
BEDS_A_DAY = [20, 22, 21, 19, 20, 22, 21, 19, 20, 22, 21, 19, 20, 22, 21, 19, 20, 22, 21, 19, 20, 22, 21, 19]


def figures(
    beds, *, area="A", start="2022-01", age_group="18plus", indicator=delays.BED_DAYS, **columns
) -> pd.DataFrame:
    """Bed days of so many beds a day, month by month, as the reader gives them."""
    first = pd.date_range(f"{start}-01", periods=len(beds), freq="MS")
    days = 1 if indicator == delays.BEDS else first.days_in_month
    return pd.DataFrame(
        {"area_code": area, "area_name": f"Area {area}", "indicator": indicator, "period": first.strftime("%Y-%m"),
         "period_start": first, "period_end": first + pd.offsets.MonthEnd(0), "sex": "all", "age_group": age_group,
         "quintile": "total", "value": np.array(beds, dtype=float) * days, "measure": "number", "file": "dd.csv",
         "cell": [f"E{row}" for row in range(2, len(beds) + 2)]} | columns
    )  # fmt: skip


def charted(beds, **options) -> pd.DataFrame:
    return delays.control(delays.monthly(figures(beds), ["A"]), **options)


def finding(beds, **options) -> str:
    return delays.summary(charted(beds, **options))["finding"].iloc[0]


def rebased(*dates) -> pd.DataFrame:
    return pd.DataFrame({"indicator": delays.BED_DAYS, "date": pd.to_datetime(list(dates)), "reason": "a ward closed"})


def test_a_short_month_does_not_look_better():
    months = delays.monthly(figures([10, 10, 10]), ["A"])
    assert months["bed_days"].tolist() == [310, 280, 310] and months["days_in_month"].tolist() == [31, 28, 31]
    assert months["beds_per_day"].tolist() == [10, 10, 10]
    leap = delays.monthly(figures([10], start="2024-02"), ["A"])
    assert leap["bed_days"].tolist() == [290] and leap["beds_per_day"].tolist() == [10]


def test_the_widest_age_group_is_taken():
    table = pd.concat([figures([3, 3], age_group=group) for group in ("18-74", "75plus")] + [figures([9, 9])])
    assert delays.monthly(table, ["A"])["age_group"].unique().tolist() == ["18plus"]
    assert delays.monthly(table, ["A"])["beds_per_day"].tolist() == [9, 9]
    every = pd.concat([table, figures([8, 8], age_group="all")])
    assert delays.monthly(every, ["A"])["beds_per_day"].tolist() == [8, 8]
    assert delays.monthly(figures([3], age_group="18-74"), ["A"]).empty


def test_areas_come_in_the_order_asked_for_with_the_sources_own_average():
    own = pd.concat([figures([10, 12]), figures([10, 12], indicator=delays.BEDS), figures([5], area="B")])
    months = delays.monthly(own, ["B", "A"], names={"B": "Bute"})
    assert months["area_name"].tolist() == ["Bute", "Area A", "Area A"]
    assert months["reported_beds"].tolist()[1:] == [10, 12] and pd.isna(months["reported_beds"][0])
    assert months[["file", "cell"]].to_numpy().tolist() == [["dd.csv", "E2"], ["dd.csv", "E2"], ["dd.csv", "E3"]]


def test_beds_for_each_100_000_adults_where_these_are_known():
    adults = pd.DataFrame({"area_code": ["A", "A"], "year": [2021, 2022], "population": [40_000, 50_000]})
    months = delays.monthly(figures([10] * 14, start="2021-12"), ["A"], adults=adults)
    assert months["beds_per_100000"].tolist() == pytest.approx([25] + [20] * 13)
    assert delays.monthly(figures([10]), ["A"])["beds_per_100000"].isna().all()
    early = delays.monthly(figures([10], start="2020-01"), ["A"], adults=adults)
    assert early["beds_per_100000"].isna().all()


def test_a_month_with_two_different_figures_is_a_gap_and_a_repeated_one_is_not():
    table = figures([10, 12])
    twice = pd.concat([table, table])
    assert len(delays.monthly(twice, ["A"])) == 2
    assert delays.monthly(pd.concat([table, figures([11])]), ["A"])["period"].tolist() == ["2022-02"]
    with pytest.raises(ValueError, match="-31 bed days in 2022-01; there are no fewer than 0"):
        delays.monthly(figures([-1]), ["A"])


def test_only_whole_months_of_one_file_count():
    year = figures([10]).assign(period="2022", period_end=pd.Timestamp(2022, 12, 31))
    table = pd.concat([figures([10, 11, 12]), figures([99] * 2, file="old.csv"), year])
    months = delays.monthly(table, ["A"])
    assert months["beds_per_day"].tolist() == [10, 11, 12] and months["file"].unique().tolist() == ["dd.csv"]


def test_nothing_gives_empty_tables_of_the_same_columns():
    none, some = (delays.monthly(table, ["A"]) for table in (figures([]), figures([1, 2])))
    assert list(none.columns) == list(some.columns) == delays.MONTHLY
    assert delays.control(none).empty and delays.summary(delays.control(none)).empty
    assert list(delays.control(none).columns) == list(delays.control(some).columns)
    assert list(delays.summary(delays.control(none)).columns) == list(delays.summary(delays.control(some)).columns)


def test_limits_start_anew_on_declared_dates_alone():
    beds = BEDS_A_DAY + [value + 30 for value in BEDS_A_DAY]
    assert charted(beds)["phase"].unique().tolist() == [1]
    chart = charted(beds, rebases=rebased("2024-01-01"))
    assert chart["phase"].tolist() == [1] * 24 + [2] * 24
    assert chart.loc[chart["rebase_reason"] != "", ["period", "rebase_reason"]].to_numpy().tolist() == [
        ["2024-01", "a ward closed"]
    ]
    assert charted(beds, rebases=rebased("2024-01-01").assign(indicator="other"))["phase"].max() == 1
    outside = charted(beds, rebases=rebased("1999-01-01", "2031-01-01"))
    assert outside["phase"].max() == 1 and (outside["rebase_reason"] == "").all()


def test_the_last_year_is_bed_days_by_days():
    row = delays.summary(charted(BEDS_A_DAY)).iloc[0]
    days = pd.date_range("2023-01-01", periods=12, freq="MS").days_in_month.to_numpy()
    wanted = (np.array(BEDS_A_DAY[-12:]) * days).sum() / days.sum()
    assert row["beds_per_day"] == pytest.approx(wanted) and row["n_months"] == 12
    assert row["months_from"] == pd.Timestamp("2023-01-01")
    few = delays.summary(charted(BEDS_A_DAY[:5])).iloc[0]
    assert few["n_months"] == 5 and "in the 5 months to May 2022; too few months" in few["finding"]


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ([20], "the latest month lies in the range expected since January 2022"),
        ([60], "the latest month lies above the range expected since January 2022"),
        ([1], "the latest month lies below the range expected since January 2022"),
        ([21.8] * 8, "the last 8 months all lie above the average since January 2022"),
        ([19, 19.2, 19.4, 19.6, 19.8, 22.4], "they have risen month by month for the last half year or longer"),
    ],
)
def test_the_finding_says_what_a_rule_found(end, said):
    assert finding(BEDS_A_DAY + end).endswith(said)


def test_the_finding_names_beds_and_months():
    text = finding(BEDS_A_DAY)
    assert text.startswith("Delayed discharges took 20 beds a day in the 12 months to December 2023; ")
    assert finding([value / 10 for value in BEDS_A_DAY]).startswith("Delayed discharges took 2.0 beds a day")
    assert finding([4] * 20).endswith("no month since January 2022 differs from another")
    assert finding(BEDS_A_DAY + BEDS_A_DAY, rebases=rebased("2023-01-01")).endswith("expected since January 2023")


def test_where_no_range_holds_for_all_months_the_finding_speaks_of_none():
    rising = finding(list(range(20, 60)))
    assert rising.endswith("the last 20 months all lie above the average since January 2022")
    back = finding([*range(20, 60), *range(60, 20, -1), 41, 39, 41, 39])
    assert back.endswith("their level has not been steady since January 2022")


def test_the_sentence_behind_the_finding_and_its_caution():
    found = delays.summary(charted(BEDS_A_DAY))["sentence"].iloc[0]
    assert found.startswith(
        "December 2023: 19 beds a day; average 20 since January 2022, range expected of a single month "
    )
    assert "unusual" not in found
    drifting = delays.summary(charted(list(range(20, 60))))["sentence"].iloc[0]
    assert "of 40 months since January 2022 are unusual by the rules: the level has been moving" in drifting


@settings(deadline=None, max_examples=12)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_more_than_usual_is_said_only_where_a_rule_found_it(beds):
    chart = charted(beds)
    row = delays.summary(chart).iloc[0]
    usual = chart["special_cause"].isna().iloc[-1]
    if usual and row["is_reliable"]:
        moving = row["n_special_cause"] > row["n_points"] / 2
        assert ("not been steady since" if moving else "in the range expected") in row["finding"]
    for text in (row["finding"], row["sentence"]):
        assert not any(word in text.split() for word in ("nan", "None", "NaT", "inf"))
    assert row["finding"].count("above") + row["finding"].count("below") <= 1


def test_the_register_of_rebases_is_whole():
    table = rebases.load_rebases()
    assert (table["indicator"] == delays.BED_DAYS).any() and (table["reason"] != "").all()
    assert table["date"].dtype == "datetime64[ns]"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("x,2020-4-1,because,me", r"line 2: '2020-4-1' is not a day"),
        ("x,2020-04-01,,me", "line 2: a rebase needs an indicator and a reason"),
        ("x,2020-04-01,a,me\nx,2020-04-01,b,me", "line 3: x is rebased on 2020-04-01 already"),
    ],
)
def test_a_wrong_register_of_rebases_is_refused_by_line(tmp_path, lines, said):
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "rebases.csv").write_text(f"indicator,date,reason,source\n{lines}\n", "utf-8")
    with pytest.raises(rebases.RebasesError, match=said):
        rebases.load_rebases(tmp_path)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    file = SHARED / "phs_delayed_discharge_bed_days_council_monthly.csv.gz"
    if not file.exists():
        pytest.skip("the published figures are not at hand")
    table = pd.read_csv(file)
    table = table[(table["delay_reason"] == "All Delay Reasons") & table["ltla_code"].notna()]
    first = pd.to_datetime(table["date"])
    common = {"area_code": table["ltla_code"], "age_group": table["age_group"], "period": first.dt.strftime("%Y-%m"),
              "period_start": first, "period_end": first + pd.offsets.MonthEnd(0), "file": "dd.csv"}  # fmt: skip
    columns = {delays.BED_DAYS: "num_delayed_bed_days", delays.BEDS: "average_daily_delayed_beds"}
    return pd.concat([pd.DataFrame(common | {"indicator": code, "value": table[name].astype(float)})
                      for code, name in columns.items()])  # fmt: skip


def test_beds_a_day_agree_with_the_published_average_for_every_area(published):
    areas = sorted(published["area_code"].unique())
    months = delays.monthly(published, areas)
    assert len(areas) == 33 and months["age_group"].unique().tolist() == ["18plus"]
    assert ((months["beds_per_day"] - months["reported_beds"]).abs() <= 0.5 + 1e-9).all()
    chart = delays.control(months, rebases=rebases.load_rebases())
    found = delays.summary(chart)
    assert found["n_months"].unique().tolist() == [12] and (found["phase_from"] == "2020-04-01").all()
    midlothian = found.set_index("area_code").loc["S12000019"]
    assert midlothian["bed_days"] == 8908 and midlothian["beds_per_day"] == pytest.approx(8908 / 365)
    texts = [*found["finding"], *found["sentence"]]
    assert not any(word in text.split() for text, word in itertools.product(texts, ("nan", "None", "NaT")))
