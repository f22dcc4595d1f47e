"""Age structures: five-year bands by sex, and broad bands as differences of printed counts."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.ingest.indicators import read_indicators
from helpers.page import population as page
from helpers.reference import paths, regions
from helpers.scoring import age_bands, population, population_bands

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland"
ESTIMATES = SHARED / "nrs_mye_1998_2018_council_sex_single_age.csv.gz"
BANDS = ["0-4", "5-9", "10+"]


def counted(area="A", period="mid-2020", bands=BANDS, values=(10, 20, 30, 11, 21, 31), file="f.csv", **columns):
    """Figures of one area by sex and band: females first."""
    rows = [(sex, band) for sex in ("female", "male") for band in bands]
    table = pd.DataFrame(rows, columns=["sex", "age_group"]).assign(value=np.asarray(values, dtype=float))
    end = pd.Timestamp(f"{period[-4:]}-06-30")
    return table.assign(area_code=area, indicator="population", period=period, period_start=end, period_end=end,
                        measure="number", file=file, cell=[f"C{k}" for k in range(len(rows))], **columns)  # fmt: skip


def printed(area, all_ages, young, old, older, oldest, year=2021, **changed):
    """What ScotPHO prints of one area; the shares follow from the counts unless they are changed."""
    counts = {"population_0_15": young, "population_65_plus": old, "population_75_plus": older,
              "population_85_plus": oldest}  # fmt: skip
    rows = [{"indicator": "population_all_ages", "value": all_ages, "numerator": all_ages, "period": f"mid-{year}"}]
    rows += [
        {
            "indicator": name,
            "numerator": n,
            "value": changed.get(name, round(100 * n / all_ages, 1)),
            "period": f"{year}",
        }
        for name, n in counts.items()
    ]
    end = pd.Timestamp(f"{year}-12-31")
    return pd.DataFrame(rows).assign(area_code=area, period_start=end, period_end=end, denominator=np.nan,
                                     lowercl=1.0, uppercl=2.0, file="s.csv", cell="I1")  # fmt: skip


# --- ages as they are written


@pytest.mark.parametrize(
    ("written", "bounds"),
    [("0-4", (0, 5)), ("5–9", (5, 10)), ("85+", (85, np.inf)), ("90 and over", (90, np.inf)), ("7", (7, 8)),
     ("16 to 64", (16, 65))],
)  # fmt: skip
def test_ages_are_read(written, bounds):
    assert age_bands.bounds(written) == bounds


@pytest.mark.parametrize("written", ["all", "", "children", "1-", "-4"])
def test_what_is_no_band_is_missing(written):
    assert np.isnan(age_bands.bounds(written)).all()


@given(st.integers(0, 110), st.one_of(st.just(np.inf), st.integers(1, 30)))
def test_what_is_written_is_read_back(start, width):
    assert age_bands.bounds(age_bands.label(start, start + width)) == (start, start + width)


@pytest.mark.parametrize(
    ("starts", "ends"), [([0, 5], [5, 10]), ([0, 6], [5, np.inf]), ([0, 4], [5, np.inf]), ([], [])]
)
def test_bands_with_a_gap_an_overlap_or_no_open_end_are_not_whole(starts, ends):
    assert not age_bands.is_whole(starts, ends)


# --- the pyramid


def test_single_ages_are_added_up_to_five_years_with_an_open_end():
    ages = [*map(str, range(92)), "92+"]
    found = population.pyramid(counted(bands=ages, values=[1] * 186), "A")
    own = found[found["sex"] == "female"].set_index("age_group")["population"]
    assert own["0-4"] == 5 and own["85-89"] == 5 and own["90+"] == 3 and list(own.index)[-1] == "90+"
    assert found["population"].sum() == 186 and found["share_pct"].sum() == pytest.approx(100)
    assert (found["cell"] == "").all()


def test_bands_stay_as_they_are_and_keep_their_place():
    found = population.pyramid(counted(), "A")
    assert found["population"].tolist() == [10, 20, 30, 11, 21, 31] and found["cell"].tolist()[0] == "C0"
    assert found["share_pct"].iloc[0] == pytest.approx(100 * 10 / 123)


def test_the_latest_whole_period_counts():
    later = counted(period="mid-2021", values=[1] * 6)
    broken = counted(period="mid-2022")[:-1]
    found = population.pyramid(pd.concat([counted(), later, broken]), "A")
    assert found["period"].unique().tolist() == ["mid-2021"]


@pytest.mark.parametrize(
    "broken",
    [counted()[:3], counted().query("age_group != '5-9'"), counted(bands=["0-4", "5-9", "10-14"]),
     counted(bands=["0-15", "16-64", "65+"]), counted().assign(indicator="other")],
    ids=["one sex", "a gap", "no open end", "too wide", "another indicator"],
)  # fmt: skip
def test_nothing_is_filled_in(broken):
    assert population.pyramid(broken, "A").empty


def test_a_comparator_is_of_the_same_period_and_file_or_missing():
    other = counted("B", values=[1, 1, 1, 1, 1, 5])
    found = population.pyramid(pd.concat([counted(), other]), "A", comparator="B", names={"B": "Elsewhere"})
    assert found["comparator_share_pct"].tolist() == [10, 10, 10, 10, 10, 50]
    assert found["comparator_name"].unique().tolist() == ["Elsewhere"]
    for unlike in (counted("B", file="g.csv"), counted("B", period="mid-2019"), other[:-1]):
        found = population.pyramid(pd.concat([counted(), unlike]), "A", comparator="B")
        assert found["comparator_share_pct"].isna().all() and (found["comparator_name"] == "").all()


def test_a_whole_is_the_sum_of_all_its_parts_or_absent():
    both = pd.concat([counted("A"), counted("B")])
    found = population.pyramid(both, "W", parts=["A", "B"], comparator="council-areas", peers=["A", "B"])
    assert found["population"].tolist() == [20, 40, 60, 22, 42, 62] and found["basis"].iloc[0] == "sum of 2 areas"
    assert found["comparator_share_pct"].isna().all()
    assert population.pyramid(both, "W", parts=["A", "B", "C"]).empty


def test_the_input_is_not_changed():
    table = counted()
    before = table.copy(deep=True)
    population.pyramid(table, "A", comparator="B")
    pd.testing.assert_frame_equal(table, before)


# --- broad bands


def test_bands_are_differences_of_printed_counts():
    found = population_bands.broad_bands(printed("A", 1000, 200, 250, 100, 30), "A")
    assert dict(zip(found["age_group"], found["population"], strict=True)) == {
        "0-15": 200, "16-64": 550, "65-74": 150, "75-84": 70, "85+": 30,
    }  # fmt: skip
    assert found["reason"].unique().tolist() == [""] and found["share_pct"].sum() == pytest.approx(100)


@given(st.lists(st.integers(1, 10**6), min_size=5, max_size=5))
@settings(max_examples=30, deadline=None)
def test_bands_add_up_to_all_ages(sizes):
    young, middle, a, b, c = sizes
    table = printed("A", sum(sizes), young, a + b + c, b + c, c)
    found = population_bands.broad_bands(table, "A")
    assert found["population"].tolist() == [young, middle, a, b, c] and (found["reason"] == "").all()


@pytest.mark.parametrize(
    ("table", "said"),
    [(printed("A", 1000, 200, 250, 100, 30, population_65_plus=25.2), "25.2\u00a0% is printed"),
     (printed("A", 1000, 200, 250, 100, 130), "aged 75-84"),
     (printed("A", 1000, 900, 250, 100, 30), "aged 16-64")],
)  # fmt: skip
def test_figures_that_contradict_each_other_are_not_shown(table, said):
    found = population_bands.broad_bands(table, "A")
    assert found["population"].isna().all() and said in found["reason"].iloc[0]
    assert population_bands.ratios(table, "A").empty


def test_counts_of_another_year_are_not_mixed_in():
    table = pd.concat([printed("A", 1000, 200, 250, 100, 30)[1:], printed("A", 900, 1, 1, 1, 1, year=2020)[:1]])
    assert population_bands.broad_bands(table, "A").empty


def test_ratios_beside_all_areas():
    table = pd.concat([printed("A", 1000, 200, 250, 100, 30), printed("B", 2000, 300, 200, 100, 20)])
    found = population_bands.ratios(table, "A", comparator="council-areas", peers=["A", "B"]).set_index("ratio")
    assert found.loc["dependency", "value"] == pytest.approx(100 * 450 / 550)
    assert found.loc["dependency", "comparator_value"] == pytest.approx(100 * 950 / 2050)
    assert found.loc["share_75_plus", "value"] == 10 and found.loc["share_75_plus", "rank"] == 1
    assert found.loc["young_dependency", "minimum"] == pytest.approx(20)


def test_what_ships_gives_every_council_area_and_scotland_as_their_sum():
    table, _ = read_indicators(paths.indicators() / "scotpho_councils_2024-10.csv")
    register = regions.load_regions()
    councils = list(register.loc[register["kind"] == "council_area", "area_code"])
    counts = population_bands.broad_counts(table)
    assert len(counts) == 32 and (counts["reason"] == "").all()
    midlothian = population_bands.broad_bands(table, "S12000019", comparator="council-areas", peers=councils)
    assert midlothian["population"].tolist() == [18281, 58532, 10127, 5800, 1940]
    assert midlothian["comparator_name"].iloc[0] == "all 32 council areas"
    scotland = population_bands.broad_bands(
        table, "S92000003", comparator="council-areas", peers=councils, parts=councils
    )
    assert scotland["population"].sum() == 5_479_900 and scotland["basis"].iloc[0] == "sum of 32 areas"
    assert scotland["comparator_share_pct"].isna().all()
    ranks = population_bands.ratios(table, "S92000003", peers=councils, parts=councils)["rank"]
    assert ranks.isna().all()


def test_the_page_says_how_to_get_what_is_missing():
    none = pd.DataFrame()
    files = pd.DataFrame({"file": ["s.csv"], "producer": ["P"], "licence": ["L"], "status": ["compiled"]})
    blocks = page.population(none, none, none, regions.region("midlothian"), files)
    assert [block.kind for block in blocks] == ["absent", "absent"]
    assert all("atlas fetch phs-population" in block.text for block in blocks)
    table = printed("S12000019", 1000, 200, 250, 100, 30)
    bands, ratios = (f(table, "S12000019") for f in (population_bands.broad_bands, population_bands.ratios))
    blocks = page.population(none, none, none, regions.region("midlothian"), files, bands=bands, ratios=ratios)
    assert [block.kind for block in blocks] == ["figure", "table", "words", "words", "table", "absent"]
    assert "In 2021 there were 82 younger or older people" in blocks[3].text and "P: s.csv" in blocks[0].data["source"]


@pytest.mark.skipif(not ESTIMATES.is_file(), reason="the mid-year estimates by single age are not here")
def test_the_published_estimates_of_midlothian():
    with gzip.open(ESTIMATES) as file:
        table = pd.read_csv(file)
    own = table[(table["Area"] == "Midlothian") & (table["Year"] >= 2017)]
    ages = own["Age"].astype(str).replace("90", "90+")
    figures = pd.DataFrame({
        "area_code": "S12000019", "indicator": "population", "period": "mid-" + own["Year"].astype(str),
        "period_end": pd.to_datetime(own["Year"].astype(str) + "-06-30"), "age_group": ages,
        "sex": own["Sex"].map({"F": "female", "M": "male"}), "value": own["Population"].astype(float), "file": "nrs",
    })  # fmt: skip
    found = population.pyramid(figures, "S12000019")
    assert found["population"].sum() == 91_340 and len(found) == 38
