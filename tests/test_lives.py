"""Lives by sex: the gathered figures, the years between, what is calculated here, and the section of the page."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.ingest import indicators as reading
from helpers.page import lives as page
from helpers.reference import indicators as registers
from helpers.reference import paths, regions
from helpers.scoring.life_expectancy import life_expectancy
from helpers.scoring.lives import lives
from helpers.scoring.lives_calculated import age_bounds, calculated

HERE, THERE = "S12000001", "S12000002"
REGISTER = pd.DataFrame(
    [
        ("life_expectancy", "Life expectancy at birth", "Life expectancy", "higher_is_better"),
        ("healthy_life_expectancy", "Healthy life expectancy at birth", "Healthy life", "higher_is_better"),
        ("life_expectancy_spread", "Difference between parts of the area", "Spread", "lower_is_better"),
    ],
    columns=["indicator", "indicator_name", "short_name", "polarity"],
).assign(theme="Life", theme_order=1, measure="years", unit="years").set_index("indicator")  # fmt: skip
FILES = pd.DataFrame(columns=["file", "status", "producer", "licence"])


def figures(*rows, **columns) -> pd.DataFrame:
    names = ["area_code", "indicator", "sex", "period", "value", "lowercl", "uppercl"]
    table = pd.DataFrame(rows, columns=names)
    ends = table["period"].str.split("-")
    return table.assign(
        period_start=pd.to_datetime(ends.str[0] + "-01-01"), period_end=pd.to_datetime(ends.str[-1] + "-12-31"),
        measure="years", file="a.csv", **columns,
    )  # fmt: skip


LIVES = figures(
    (HERE, "life_expectancy", "female", "2019-2021", 81.0, 80.0, 82.0),
    (HERE, "life_expectancy", "female", "2020-2022", 81.4, 80.4, 82.4),
    (HERE, "life_expectancy", "male", "2020-2022", 77.0, 76.0, 78.0),
    (HERE, "healthy_life_expectancy", "female", "2019-2021", 61.0, 58.0, 64.0),
    (HERE, "healthy_life_expectancy", "male", "2019-2021", 60.0, None, None),
    (THERE, "life_expectancy", "female", "2020-2022", 84.0, 83.5, 84.5),
)


def found(table=LIVES, area=HERE, comparator=THERE) -> pd.DataFrame:
    return lives(table, area_code=area, comparator=comparator, register=REGISTER)


def test_the_kinds_come_in_order_females_before_males():
    table = found()
    assert list(zip(table["kind"], table["sex"], strict=True)) == [
        ("life_expectancy", "female"), ("life_expectancy", "male"), ("healthy_life_expectancy", "female"),
        ("healthy_life_expectancy", "male"), ("poorer_health_years", "female"), ("poorer_health_years", "male"),
    ]  # fmt: skip
    assert table["indicator_name"].iloc[4] == "Years in poorer health, females"


def test_life_expectancy_is_of_the_latest_period_beside_the_comparator():
    row = found().iloc[0]
    assert (row["period"], row["value"], row["comparator_value"], row["verdict"]) == ("2020-2022", 81.4, 84.0, "worse")


def test_the_years_between_are_of_one_period_where_there_is_one_with_a_hypotenuse_of_errors():
    row = found().iloc[4]
    assert (row["period"], row["value"], row["caution"]) == ("2019-2021", 20.0, "")
    assert (row["lowercl"], row["uppercl"]) == pytest.approx((20 - math.hypot(1, 3), 20 + math.hypot(1, 3)))


def test_the_years_between_say_when_they_are_of_two_periods_and_have_no_limits():
    row = found().iloc[5]
    assert row["value"] == 17.0 and np.isnan(row["lowercl"]) and row["verdict"] == "not compared"
    assert "2020-2022" in row["caution"] and "2019-2021" in row["caution"] and "no limits" in row["caution"]


def test_an_area_with_one_of_the_two_has_no_years_between():
    assert list(found(area=THERE)["kind"]) == ["life_expectancy"]


def test_the_published_spread_is_quoted_as_printed():
    bare = figures((HERE, "life_expectancy_spread", "all", "2025", 10.0, None, None)).assign(
        qualifier="up to", note="the plan prints no date", file="plan.csv"
    )
    row = found(pd.concat([LIVES, bare])).iloc[-1]
    assert (row["kind"], row["caution"]) == ("spread", "up to 10\u00a0years; the plan prints no date")


def test_nothing_is_an_empty_table_with_all_columns():
    table = found(area="S12000009")
    assert table.empty and {"kind", "value", "caution", "minimum"} <= set(table.columns)
    nothing = found(LIVES.iloc[:0])
    assert nothing.empty and list(nothing.columns) == list(table.columns)


# what is calculated here


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("0", (0, 0)), ("1-4", (1, 4)), ("85+", (85, math.inf)), ("90 and over", (90, math.inf)), ("under 1", (0, 0)),
     ("5 to 9", (5, 9)), ("10–14", (10, 14))],
)  # fmt: skip
def test_ages_are_understood(text, bounds):
    assert age_bounds(text) == bounds


@pytest.mark.parametrize("text", ["all", "", "unknown", "-5"])
def test_other_texts_are_no_ages(text):
    assert np.isnan(age_bounds(text)[0])


BANDS = ("0", "1-4", "5-64", "65-84", "85+")
PEOPLE = (1_000.0, 4_000, 50_000, 12_000, 2_000)
DEATHS = (4.0, 1, 100, 400, 300)


def counts(periods=("2021",), area=HERE, bands=BANDS, people=PEOPLE, deaths=DEATHS, sex="female") -> pd.DataFrame:
    rows = [
        (area, code, sex, period, value, None, None, band)
        for period in periods
        for code, values in (("deaths", deaths), ("population", people))
        for band, value in zip(bands, values, strict=True)
    ]
    table = figures(*(row[:-1] for row in rows)).assign(measure="number")
    return table.assign(age_group=[row[-1] for row in rows])


def test_life_expectancy_is_worked_out_from_deaths_and_population():
    bands = pd.DataFrame({"startage": [0, 1, 5, 65, 85], "deaths": DEATHS, "pops": PEOPLE})
    expected = life_expectancy(bands, by=[]).iloc[0]
    shown, refused = calculated(counts())
    assert refused.empty and len(shown) == 1
    for name in ("value", "lowercl", "uppercl"):
        assert shown[name].iloc[0] == pytest.approx(expected[name])
    assert (shown["numerator"].iloc[0], shown["denominator"].iloc[0]) == (805, 69_000)
    row = found(counts()).iloc[0]
    assert row["indicator_name"] == "Life expectancy at birth, calculated here, females" and row["period"] == "2021"


def test_three_single_years_are_pooled_and_an_older_one_or_a_gap_is_left_out():
    shown, _ = calculated(counts(("2018", "2019", "2020", "2021")))
    assert shown["period"].tolist() == ["2019-2021"] and shown["numerator"].iloc[0] == 3 * 805
    broken, _ = calculated(counts(("2018", "2019", "2021")))
    assert broken["period"].tolist() == ["2021"]
    both, _ = calculated(counts(("2016-2018", "2019-2021")))
    assert both["period"].tolist() == ["2019-2021"] and both["numerator"].iloc[0] == 805


@pytest.mark.parametrize(
    "bands",
    [("0", "1-4", "5-64", "65-84", "85-89"), ("0", "1-4", "5-59", "65-84", "85+"), ("1", "2-4", "5-64", "65-84", "85+"),
     ("0", "0-4", "5-64", "65-84", "85+")],
    ids=["no open band", "a gap", "not from birth", "an overlap"],
)  # fmt: skip
def test_bands_that_do_not_follow_each_other_give_nothing(bands):
    shown, refused = calculated(counts(bands=bands))
    assert shown.empty and refused.empty


def test_deaths_without_people_give_nothing_and_files_are_not_mixed():
    table = counts()
    assert calculated(table[table["indicator"] == "deaths"])[0].empty
    apart = table.assign(file=np.where(table["indicator"] == "deaths", "a.csv", "b.csv"))
    assert calculated(apart)[0].empty


def test_areas_with_different_bands_are_worked_out_each_by_its_own():
    older = ("0", "1-4", "5-64", "65-89", "90+")
    shown, _ = calculated(pd.concat([counts(), counts(area=THERE, bands=older), counts(sex="male")]))
    assert len(shown) == 3 and shown["value"].notna().all()


def test_what_may_not_be_published_is_refused_with_the_reason_on_the_page():
    few = counts(people=tuple(n / 20 for n in PEOPLE))
    shown, refused = calculated(few)
    assert shown.empty and refused["reason"].str.contains("below the 5,000").all()
    place = regions.region("midlothian")
    table = lives(few.assign(area_code=place.area_code), area_code=place.area_code, comparator="", register=REGISTER)
    (block,) = page.lives(table, place, FILES)
    assert block.kind == "absent" and "below the 5,000" in block.text


# the project's own data


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    table, _ = reading.read_indicators(paths.indicators() / "scotpho_councils_2024-10.csv")
    return table[table["indicator"].isin(["life_expectancy", "healthy_life_expectancy"])]


def test_all_council_areas_get_the_section_and_scotland_one_sentence(shipped):
    register, councils = registers.load_register(), sorted(shipped["area_code"].unique())
    assert len(councils) == 32
    for code in councils:
        table = lives(shipped, area_code=code, comparator="council-areas", register=register)
        assert table["value"].notna().all() and len(table) == 6
        gap = table[table["kind"] == "poorer_health_years"]
        assert gap["lowercl"].lt(gap["value"]).all() and gap["n_areas"].eq(32).all()
    place = regions.region("scotland")
    table = lives(shipped, area_code=place.area_code, comparator=place.comparator, register=register)
    (block,) = page.lives(table, place, FILES)
    assert block.kind == "absent" and "no life expectancy of Scotland" in block.text


def test_the_section_has_figure_method_and_table_and_says_which_periods(shipped):
    place = regions.region("midlothian")
    table = lives(shipped, area_code=place.area_code, comparator=place.comparator, register=registers.load_register())
    blocks = page.lives(table, place, FILES)
    assert [block.kind for block in blocks] == ["figure", "words", "table", "worked_out"]
    assert "women 80.9\u00a0years, 61.9 of them in good health" in blocks[0].data["title"]
    assert "takes the two as independent" in blocks[3].text and "2019-2021" in blocks[3].text
    assert len(blocks[2].data["rows"]) == 6
