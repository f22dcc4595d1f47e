"""A region against all areas: which test, which indicators are chosen, who is no peer, what is left out."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from all_areas import CODES, VALUES, figures, found
from helpers.reference import indicators as register
from helpers.reference import paths, regions
from helpers.scoring.against_all import FUNNELS, RANKS, TESTS, against_all


def test_counts_make_a_funnel_and_limits_alone_a_rank():
    result = found(figures("stays", "uptake", "le"))
    assert result.tests["kind"].tolist() == ["funnel", "funnel", "rank"]
    assert result.tests["verdict"].tolist() == ["worse", "worse", "worse"]
    assert set(result.funnels["indicator"]) == {"stays", "uptake"} and set(result.ranks["indicator"]) == {"le"}
    assert len(result.funnels) == 24 and result.funnels.groupby("indicator")["is_region"].sum().tolist() == [1, 1]
    assert list(result.tests.columns) == TESTS and list(result.funnels.columns) == FUNNELS
    assert list(result.ranks.columns) == RANKS


def test_sizes_are_effective_and_said():
    stays = found(figures("stays")).funnels
    np.testing.assert_allclose(stays["size"], 300_000)
    assert stays["target"].iloc[0] == pytest.approx(np.mean(VALUES["stays"]))
    assert "the population is taken as events over rate" in stays["method"].iloc[0]
    region = stays[stays["is_region"]].iloc[0]
    assert region["position"] == "above the 99.8\u00a0% limits" and region["verdict"] == "worse"


def test_a_rank_is_tested_against_the_mean_that_holds_the_region():
    row = found(figures("le")).tests.iloc[0]
    values, error = np.array(VALUES["le"]), 0.5 / stats.norm.ppf(0.975)
    spread = error * np.sqrt((11 / 12) ** 2 + 11 / 144)
    assert row["average"] == pytest.approx(values.mean())
    assert row["p_value"] == pytest.approx(2 * stats.norm.sf(abs(78 - values.mean()) / spread))
    assert row["place"] == 12 and row["n_areas"] == 12


def test_the_side_of_the_interval_that_faces_the_mean_counts():
    table = figures("le")
    wide = table["area_code"] == CODES[0]
    table.loc[wide, "uppercl"] = 84.0
    row = found(table).tests.iloc[0]
    assert row["verdict"] == "no clear difference" and not row["is_chosen"]


def test_what_has_no_direction_is_tested_and_not_chosen():
    result = found(figures("young"))
    assert result.tests["verdict"].tolist() == ["higher"] and not result.tests["is_chosen"].any()
    assert result.funnels.empty and result.ranks.empty


def test_only_the_furthest_are_chosen():
    tests = found(figures("stays", "uptake", "le"), most=1).tests
    assert tests.loc[tests["is_chosen"], "indicator"].tolist() == [
        tests.loc[tests["clear_distance"].idxmax(), "indicator"]
    ]


def test_of_both_sexes_the_one_that_differs_more_is_chosen():
    both = pd.concat([figures("le").assign(sex=sex) for sex in ("female", "male")], ignore_index=True)
    both.loc[(both["sex"] == "male") & (both["area_code"] == CODES[0]), ["value", "lowercl", "uppercl"]] -= 3
    tests = found(both).tests
    assert tests.loc[tests["is_chosen"], "indicator_name"].tolist() == ["Life expectancy, males"]


def test_many_tests_are_corrected():
    tests = found(figures("stays", "uptake", "le", "young")).tests
    assert (tests["q_value"] >= tests["p_value"]).all()
    np.testing.assert_allclose(tests["q_value"], stats.false_discovery_control(tests["p_value"]))


def test_areas_without_a_count_are_not_placed():
    table = figures("stays")
    table.loc[table["area_code"] == CODES[5], "numerator"] = np.nan
    funnel = found(table).funnels.set_index("area_code")
    assert pd.isna(funnel.loc[CODES[5], "sign"]) and "does not print" in funnel.loc[CODES[5], "reason"]
    assert funnel["sign"].notna().sum() == 11


def test_a_region_without_a_count_is_ranked():
    table = figures("stays")
    table.loc[table["area_code"] == CODES[0], "numerator"] = np.nan
    assert found(table).tests["kind"].tolist() == ["rank"]


def test_a_funnel_that_nearly_all_areas_leave_is_drawn_as_a_rank():
    table = figures("stays")
    table["value"] = np.where(table.index % 2, 60.0, 140.0)
    table["numerator"] = table["value"] * 10
    result = found(table)
    assert result.tests["kind"].tolist() == ["rank"] and "Poisson" in result.tests["method"][0]


def test_figures_without_limits_are_not_compared():
    table = figures("le").assign(lowercl=np.nan, uppercl=np.nan, denominator=5.0)
    row = found(table).tests.iloc[0]
    assert row["verdict"] == "not compared" and "no limits" in row["reason"]


@pytest.mark.parametrize("area", ["S92000003", "S12999999", "IT", ""])
def test_who_is_no_peer_gets_empty_tables(area):
    assert all(table.empty for table in found(figures("stays", "le"), area))


def test_too_few_areas_are_no_comparison():
    assert found(figures("stays").iloc[:9]).tests.empty
    assert len(found(figures("stays").iloc[:9], fewest_areas=9).tests) == 1


def test_neither_the_order_of_rows_nor_the_table_given_changes():
    table = figures("stays", "uptake", "le")
    before = table.copy()
    one, other = found(table), found(table.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(table, before)
    for a, b in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(a, b)


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    table = pd.read_csv(paths.indicators() / "scotpho_councils_2024-10.csv")
    return table.assign(file="scotpho_councils_2024-10.csv", row=range(2, len(table) + 2))


@pytest.mark.parametrize("region", ["midlothian", "glasgow-city", "orkney-islands"])
def test_the_shipped_data_give_every_kind_of_area_its_section(shipped, region):
    result = against_all(shipped, area_code=regions.region(region).area_code, register=register.load_register())
    chosen = result.tests[result.tests["is_chosen"]]
    assert 1 <= len(chosen) <= 4 and chosen["indicator"].is_unique
    assert (chosen["q_value"] < 0.05).all() and set(chosen["verdict"]) <= {"better", "worse"}
    drawn = pd.concat([result.funnels["indicator"], result.ranks["indicator"]]).unique()
    assert set(drawn) == set(chosen["indicator"])


def test_areas_without_limits_are_taken_to_be_as_unsure_as_the_others():
    """Their part of the mean is not known exactly because nobody printed how well it is known."""
    table = figures("le")
    bare = table["area_code"].isin(CODES[6:])
    some = found(table.assign(**{end: table[end].mask(bare) for end in ("lowercl", "uppercl")})).tests.iloc[0]
    assert some["p_value"] == pytest.approx(found(table).tests.iloc[0]["p_value"])
    alone = table["area_code"] != CODES[0]
    none = found(table.assign(**{end: table[end].mask(alone) for end in ("lowercl", "uppercl")})).tests.iloc[0]
    assert np.isnan(none["p_value"]) and none["verdict"] == "not compared"
