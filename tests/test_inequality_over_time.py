"""The indices of one region by indicator and period, and the test of their change."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.charts import inequality_words
from helpers.ingest import indicators as reading
from helpers.page import inequality as page
from helpers.reference import indicators as registers
from helpers.reference import paths, regions
from helpers.scoring.inequality import slope_index
from helpers.scoring.inequality_changes import inequality_changes, periods_apart
from helpers.scoring.inequality_over_time import inequality_indices

HERE = "S12000001"
REGISTER = pd.DataFrame(
    [("deaths", "Deaths", "lower_is_better"), ("uptake", "Uptake", "higher_is_better"), ("drugs", "Drugs", "none")],
    columns=["indicator", "indicator_name", "polarity"],
).set_index("indicator")
REGISTER = REGISTER.assign(short_name="", theme="T", theme_order=1, measure="rate_per_100000", unit="per 100,000")
FALLING = (50.0, 42, 30, 21, 10)
FILES = pd.DataFrame(columns=["file", "status", "producer", "licence"])


def fifths(values=FALLING, period="2021", *, indicator="deaths", people=1_000.0, half=3.0, total=30.0, file="a.csv"):
    """One indicator and period: five fifths and the whole area."""
    first, last = period.split("-")[0], period.split("-")[-1]
    rows = [(str(k), value) for k, value in enumerate(values, start=1)] + [("total", total)]
    table = pd.DataFrame(rows, columns=["quintile", "value"])
    return table.assign(
        area_code=HERE, indicator=indicator, period=period, denominator=people, lowercl=table["value"] - half,
        uppercl=table["value"] + half, period_start=pd.Timestamp(f"{first}-01-01"),
        period_end=pd.Timestamp(f"{last}-12-31"), measure="rate_per_100000", file=file, cell="I2",
    ).dropna(subset="value")  # fmt: skip


def indices(*parts: pd.DataFrame) -> pd.DataFrame:
    return inequality_indices(pd.concat(parts, ignore_index=True), HERE, REGISTER)


def test_the_indices_are_those_of_the_convention_over_the_areas_own_value():
    row = indices(fifths()).iloc[0]
    table = pd.DataFrame({"area": 1, "q": range(1, 6), "n": 1_000.0, "v": FALLING})
    expected = slope_index(table, quantile="q", population="n", value="v", convention="scotpho", overall=30.0).iloc[0]
    for name in ("sii", "sii_lowercl", "sii_uppercl", "rii", "rii_uppercl", "most_deprived_end", "least_deprived_end"):
        assert row[name] == pytest.approx(expected[name])
    assert row["par"] == pytest.approx(100 * (30.6 - 10) / 30.6) and row["par_lowercl"] < row["par"]
    assert (row["value_1"], row["share_5"], row["uppercl_2"], row["cell"]) == (50, 0.2, 45, "I2")


def test_without_a_value_of_the_whole_area_the_mean_of_the_fifths_stands_in():
    row = indices(fifths(total=None)).iloc[0]
    assert row["overall"] == pytest.approx(30.6) and row["rii"] == pytest.approx(row["sii"] / 30.6)


@pytest.mark.parametrize(
    ("indicator", "values", "verdict"),
    [
        ("deaths", FALLING, "most deprived worse off"), ("deaths", FALLING[::-1], "least deprived worse off"),
        ("uptake", FALLING, "least deprived worse off"), ("uptake", FALLING[::-1], "most deprived worse off"),
        ("drugs", FALLING, "higher at the most deprived end"),
        ("drugs", FALLING[::-1], "higher at the least deprived end"),
        ("deaths", (30.0, 50, 10, 45, 20), "no clear gradient"), ("deaths", (30.0,) * 5, "no clear gradient"),
    ],
)  # fmt: skip
def test_the_verdict_follows_the_limits_and_the_direction(indicator, values, verdict):
    assert indices(fifths(values, indicator=indicator)).iloc[0]["verdict"] == verdict


def test_an_area_without_people_in_a_fifth_has_no_index_even_where_all_its_indicators_lack_it():
    lacking = (None, 42, 30, 21, None)
    table = indices(fifths(lacking), fifths(lacking, indicator="drugs"))
    assert table["sii"].isna().all() and (table["verdict"] == "not worked out").all()
    assert (
        table["reason"]
        .str.startswith("no figure is given for the most deprived fifth and the least deprived fifth")
        .all()
    )
    unknown = indices(fifths(people=np.nan)).iloc[0]
    assert unknown["reason"] == "the source does not say how many people live in each fifth"


def test_periods_come_in_order_with_the_latest_marked_and_one_file_only():
    table = indices(
        fifths(period="2021"), fifths(period="2019"), fifths(period="2020"), fifths(period="2022", file="b.csv")
    )
    assert table["period"].tolist() == ["2019", "2020", "2021"]
    assert table["is_latest"].tolist() == [False, False, True]


def test_an_area_without_fifths_has_no_rows_and_all_columns():
    plain = fifths()[lambda table: table["quintile"] == "total"]
    assert indices(plain).empty and inequality_changes(indices(plain)).empty
    assert inequality_indices(fifths(), "S12000009", REGISTER).empty


def test_the_standard_errors_hold_the_chance_in_the_values():
    """Against draws of the five values; the overall value moves with them."""
    half, people = np.array([12.0, 3, 3, 2, 1, 1]), np.array([100.0, 50, 50, 50, 80, 1])
    row = indices(fifths(total=None, half=half, people=people)).iloc[0]
    drawn = np.random.default_rng(2).normal(FALLING, half[:5] / stats.norm.ppf(0.975), (4_000, 5))
    many = pd.DataFrame({"area": np.repeat(np.arange(4_000), 5), "q": np.tile(range(1, 6), 4_000), "v": drawn.ravel()})
    many["n"] = np.tile(people[:5], 4_000)
    found = slope_index(many, quantile="q", population="n", value="v", convention="scotpho")
    assert row["sii_error"] == pytest.approx(found["sii"].std(), rel=0.05)
    assert row["rii_error"] == pytest.approx(found["rii"].std(), rel=0.05)


# change


def gap(size: float) -> tuple[float, ...]:
    """Five fifths on a line with an average of 30 and this much between the two ends."""
    return tuple(30 + size * step for step in (0.4, 0.2, 0, -0.2, -0.4))


def series(sizes, *, span=1, half=1.0) -> pd.DataFrame:
    periods = [f"{year}-{year + span - 1}" if span > 1 else str(year) for year in range(2001, 2001 + len(sizes))]
    return indices(*(fifths(gap(size), period, half=half) for size, period in zip(sizes, periods, strict=True)))


def test_a_gap_that_grows_steadily_is_wider_and_one_that_shrinks_narrower():
    sizes = np.linspace(20, 40, 8)
    wider, narrower = (inequality_changes(series(each)).iloc[0] for each in (sizes, sizes[::-1]))
    assert (wider["rii_change"], wider["sii_change"]) == ("wider", "wider")
    assert (narrower["rii_change"], narrower["sii_change"]) == ("narrower", "narrower")
    assert wider["sii_per_year"] == pytest.approx(20 / 7, rel=1e-3) and wider["n_apart"] == 8
    assert wider["rii_first"] == pytest.approx(20 / 30) and wider["sii_latest"] == pytest.approx(40)


def test_a_gap_against_the_least_deprived_that_grows_is_wider_too():
    assert inequality_changes(series(-np.linspace(10, 40, 8))).iloc[0]["rii_change"] == "wider"


def test_a_gap_that_scatters_or_is_uncertain_has_not_clearly_changed():
    scattered = inequality_changes(series([20, 45, 15, 40, 18, 42])).iloc[0]
    uncertain = inequality_changes(series(np.linspace(20, 40, 8), half=40.0)).iloc[0]
    assert scattered["rii_change"] == uncertain["rii_change"] == "no clear change"
    assert uncertain["rii_per_year_lowercl"] < 0 < uncertain["rii_per_year_uppercl"]


def test_overlapping_periods_are_not_counted_as_independent():
    table = series(np.linspace(20, 40, 12), span=3)
    apart = periods_apart(table)
    assert apart["period"].tolist() == ["2003-2005", "2006-2008", "2009-2011", "2012-2014"]
    row = inequality_changes(table).iloc[0]
    assert (row["n_periods"], row["n_apart"], row["first_period"]) == (12, 4, "2003-2005")
    same = inequality_changes(indices(*(
        fifths(gap(size), period, half=1.0)
        for size, period in zip(np.linspace(20, 40, 12)[2::3], apart["period"], strict=True)
    ))).iloc[0]  # fmt: skip
    assert row["rii_p_value"] == pytest.approx(same["rii_p_value"])


def test_two_periods_are_compared_by_a_z_test_by_hand():
    table = series([20, 30])
    row = inequality_changes(table).iloc[0]
    z = 10 / np.hypot(*table["sii_error"])
    assert row["sii_p_value"] == pytest.approx(2 * stats.norm.sf(z)) and "z test" in row["method"]
    assert row["sii_per_year"] == pytest.approx(10, rel=0.01)


def test_a_trend_by_hand_has_the_t_of_a_weighted_regression():
    import statsmodels.api as sm

    table = series([20, 35, 15, 50, 30, 60])
    row = inequality_changes(table).iloc[0]
    years = (table["period_start"] - table["period_start"].iloc[0]).dt.days / 365.25
    line = sm.WLS(table["sii"].to_numpy(), sm.add_constant(years.to_numpy()), weights=1 / table["sii_error"] ** 2).fit()
    assert line.scale > 1
    assert row["sii_per_year_uppercl"] == pytest.approx(line.conf_int()[1][1], rel=1e-3)
    assert row["sii_per_year"] == pytest.approx(line.params[1], rel=1e-3)
    assert row["sii_p_value"] == pytest.approx(line.pvalues[1], rel=1e-2)


def test_only_overlapping_periods_and_figures_without_limits_are_not_tested():
    overlap = inequality_changes(series([20, 30], span=3)).iloc[0]
    assert overlap["rii_change"] == "not tested" and "overlap" in overlap["rii_reason"]
    bare = inequality_changes(series([20, 25, 30, 35], half=np.nan)).iloc[0]
    assert bare["rii_change"] == "not tested" and "no limits" in bare["rii_reason"]


def test_one_period_gives_no_change():
    assert inequality_changes(indices(fifths())).empty


def test_the_test_of_trend_rarely_cries_where_nothing_changes():
    """400 series without any change: about 20 may have p below 0.05, fewer since both answers have to say so."""
    random = np.random.default_rng(5)
    count, periods = 400, 6
    rows = pd.DataFrame(
        {
            "indicator": np.repeat([f"i{k}" for k in range(count)], periods), "sex": "all", "age_group": "all",
            "period": np.tile([str(y) for y in range(2001, 2001 + periods)], count), "sii": 30.0, "sii_error": 3.0,
            "rii": random.normal(1.0, 0.1, count * periods), "rii_error": 0.1,
        }
    )  # fmt: skip
    rows["period_start"] = pd.to_datetime(rows["period"] + "-01-01")
    rows["period_end"] = pd.to_datetime(rows["period"] + "-12-31")
    head = dict.fromkeys(["indicator_name", "short_name", "theme", "unit", "measure", "polarity"], "")
    found = inequality_changes(rows.assign(**head))
    assert 0 < (found["rii_p_value"] < 0.05).sum() <= 25
    assert (found["rii_change"] == "no clear change").all()


# the project's own data


UNCERTAIN_SHARE = "the least deprived fifth's value is too uncertain for limits of the attributable share"


def test_all_council_areas_and_scotland_get_the_section():
    shipped, _ = reading.read_indicators(paths.indicators() / "scotpho_quintiles_2023-02.csv")
    register, codes = registers.load_register(), sorted(shipped["area_code"].unique())
    assert len(codes) == 33
    without = []
    for code in codes:
        table = inequality_indices(shipped, code, register)
        assert len(table) == 10 and (table.loc[table["sii"].isna(), "reason"] != "").all()
        assert table.loc[table["sii"].notna(), "reason"].isin(["", UNCERTAIN_SHARE]).all()
        without += [code] if table["sii"].isna().all() else []
    assert without == ["S12000013", "S12000023", "S12000027"]  # Western Isles, Orkney, Shetland: no such fifth


@pytest.mark.parametrize(
    ("region", "kinds"),
    [("midlothian", ["figure", "figure", "table", "worked_out"]),
     ("orkney-islands", ["absent", "figure", "table", "worked_out"]), ("poland", ["absent"])],
)  # fmt: skip
def test_the_section_names_its_convention_or_says_what_is_missing(region, kinds):
    shipped, _ = reading.read_indicators(paths.indicators() / "scotpho_quintiles_2023-02.csv")
    place = regions.region(region)
    table = inequality_indices(shipped, place.area_code, registers.load_register())
    blocks = page.inequality(table, place, FILES)
    assert [block.kind for block in blocks] == kinds
    if len(blocks) > 1:
        assert "ScotPHO's convention" in blocks[-1].text and "Fingertips" in blocks[-1].text


def test_several_periods_add_the_change_to_the_section():
    table = series(np.linspace(20, 40, 8))
    blocks = page.inequality(table, regions.region("midlothian"), FILES)
    assert [block.kind for block in blocks] == ["figure", "figure", "figure", "table", "table", "worked_out"]
    assert "Deaths" in blocks[2].data["alt"] and "adjusted over all indicators" in blocks[-1].text


def test_many_indicators_are_adjusted_for_each_other():
    lone = series([20, 24, 21, 28, 25, 27], half=5.0)
    row = inequality_changes(lone).iloc[0]
    assert row["rii_p_adjusted"] == row["rii_p_value"]
    steady = pd.concat([lone.assign(indicator=f"i{k}", rii=1.0 + 0.01 * (np.arange(6) % 2)) for k in range(9)])
    found = inequality_changes(pd.concat([lone, steady])).iloc[0]
    assert found["rii_p_value"] == row["rii_p_value"] and found["rii_p_adjusted"] > row["rii_p_adjusted"]


def test_a_hidden_fifth_is_not_said_to_have_few_people():
    own = fifths()
    hidden = own["quintile"].isin(["1", "2"])
    own = own.assign(is_hidden=hidden, value=own["value"].mask(hidden))
    assert indices(own)["reason"].tolist() == [
        "the figures of the most deprived fifth and the second fifth are hidden, to protect small numbers"
    ]
    one = own[own["quintile"] != "2"]
    assert indices(one)["reason"].tolist() == [
        "the figure of the most deprived fifth is hidden, to protect small numbers; no figure is given for the second "
        "fifth, in which few people here, or none, may live"
    ]


def test_fifths_without_limits_have_an_index_and_no_claim():
    bare = fifths(gap(20), "2020").assign(lowercl=np.nan, uppercl=np.nan)
    table = indices(bare)
    assert table["sii"].notna().all() and table["verdict"].tolist() == ["not tested"] and table["gradient"].eq("").all()
    title = inequality_words.title_inequality(table, region_name="Fife")
    assert title == "Whether things in Fife are worse where people are more deprived cannot be tested"
    assert "cannot be tested" in inequality_words.gap_words(next(table.itertuples()))
