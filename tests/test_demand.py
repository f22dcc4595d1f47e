"""Beds and demand: laws of the model, days followed one by one, conditions, and a region's own file."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.ingest.demand import read_demand
from helpers.page import demand as page
from helpers.reference import paths, regions
from helpers.scoring import demand, demand_days

NOW = pd.DataFrame([{"condition": "now", "arrivals": 1.0, "stay": 1.0}])


def rates(**columns):
    return pd.DataFrame([{"group": "ward", "arrivals_per_day": 4.0, "stay_days": 5.0, **columns}])


def two():
    return pd.DataFrame({"group": ["young", "old"], "arrivals_per_day": [2.0, 3.0], "stay_days": [4.0, 9.0],
                         "beds": [10, 30], "delayed_pct": [0.0, 20.0]})  # fmt: skip


def winter(**columns):
    row = {"condition": "winter", "condition_name": "Winter", "arrivals": 1.2, "arrivals_low": 1.1,
           "arrivals_high": 1.4, "stay": 1.0, "stay_low": 0.9, "stay_high": 1.1, "reason": "cold"}  # fmt: skip
    return pd.concat([NOW, pd.DataFrame([row | columns])], ignore_index=True)


# --- laws


@given(st.floats(0.1, 30), st.floats(0.2, 20), st.integers(0, 300))
@settings(max_examples=40, deadline=None)
def test_without_uncertainty_the_days_are_poisson(arrivals, stay, beds):
    found = demand.beds_needed(rates(arrivals_per_day=arrivals, stay_days=stay, beds=beds), NOW, draws=20).iloc[0]
    mean = arrivals * stay
    assert found["mean_occupancy"] == pytest.approx(mean)
    for share in (50, 80, 95):
        expected = stats.poisson.ppf(share / 100, mean)
        assert found[f"beds_{share}"] == found[f"beds_{share}_chance"] == found[f"beds_{share}_lowercl"] == expected
    assert found["shortfall_pct"] == pytest.approx(100 * stats.poisson.sf(beds, mean), abs=1e-9)
    assert found["share_of_variance_chance_pct"] == pytest.approx(100)


def test_people_followed_one_by_one_give_the_same():
    days = demand_days.simulate(4, 5, days=40_000, spread=0.8, seed=7)
    assert days.mean() == pytest.approx(20, rel=0.02) and days.var() == pytest.approx(20, rel=0.1)
    found = demand.beds_needed(rates(), NOW, draws=10).iloc[0]
    for share in (50, 80, 95):
        assert abs(np.quantile(days, share / 100) - found[f"beds_{share}"]) <= 1
    assert 100 * (days > 25).mean() == pytest.approx(100 * stats.poisson.sf(25, 20), abs=1.5)


def test_the_length_of_stays_tail_does_not_matter_only_its_mean():
    equal, skewed = (demand_days.simulate(6, 3, days=30_000, spread=spread, seed=3) for spread in (0.0, 1.0))
    assert equal.mean() == pytest.approx(skewed.mean(), rel=0.03)
    assert equal.var() == pytest.approx(skewed.var(), rel=0.1)


@given(st.floats(1, 3), st.floats(1, 3), st.floats(1.01, 1.5))
@settings(max_examples=20, deadline=None)
def test_more_arrivals_longer_stays_and_less_certainty_need_more_beds(more, longer, wider):
    plain = demand.beds_needed(rates(), NOW, draws=300).iloc[0]
    scaled = demand.beds_needed(rates(), NOW.assign(arrivals=more, stay=longer), draws=300).iloc[0]
    unsure = demand.beds_needed(rates(arrivals_low=4 / wider, arrivals_high=4 * wider), NOW, draws=300).iloc[0]
    for share in (50, 80, 95):
        assert scaled[f"beds_{share}"] >= plain[f"beds_{share}"]
    assert unsure["beds_95"] >= plain["beds_95"] and unsure["share_of_variance_assumptions_pct"] > 0
    assert plain["beds_50"] <= plain["beds_80"] <= plain["beds_95"]


def test_assumptions_and_chance_are_kept_apart():
    found = demand.beds_needed(two().assign(stay_low=[3.0, 7.0], stay_high=[5.0, 12.0]), winter(), draws=3000)
    parts = found[["share_of_variance_assumptions_pct", "share_of_variance_chance_pct"]]
    assert np.allclose(parts.sum(axis=1), 100)
    calm, cold = found[(found["group"] == "all")].to_dict("records")
    assert cold["share_of_variance_assumptions_pct"] > calm["share_of_variance_assumptions_pct"]
    assert cold["beds_95_lowercl"] <= cold["beds_95_chance"] <= cold["beds_95_uppercl"]


def test_the_mixture_is_the_one_that_drawing_every_day_gives():
    means = np.random.default_rng(0).gamma(20, 2, size=4000)
    drawn = np.random.default_rng(1).poisson(np.repeat(means, 50))
    for share in (0.5, 0.8, 0.95):
        assert abs(demand.beds_for(means, share) - np.quantile(drawn, share, method="inverted_cdf")) <= 1


# --- groups, conditions, growth


def test_groups_add_up_and_share_their_beds():
    found = demand.beds_needed(two(), NOW, draws=10).set_index("group")
    assert list(found.index) == ["all", "young", "old"]
    assert found["mean_occupancy"].tolist() == pytest.approx([35, 8, 27]) and found["beds"].tolist() == [40, 10, 30]
    assert found["beds_95"]["all"] < found["beds_95"]["young"] + found["beds_95"]["old"]
    assert found["delayed_beds"].tolist() == pytest.approx([5.4, 0, 5.4])


def test_beds_that_are_not_known_for_every_group_give_no_shortfall():
    found = demand.beds_needed(two().assign(beds=[10, None]), NOW, draws=10).set_index("group")
    assert (
        np.isnan(found.loc["all", ["beds", "shortfall_pct"]].astype(float)).all() and found.loc["young", "beds"] == 10
    )
    assert demand.beds_needed(two().assign(beds=[10, None]), NOW, beds=50, draws=10)["beds"].iloc[0] == 50


def test_a_condition_may_be_for_one_group_alone():
    closes = pd.DataFrame([{"condition": "closes", "group": "old", "arrivals": 2.0, "stay": 1.0}])
    found = demand.beds_needed(two(), closes, draws=10).set_index("group")
    assert found["mean_occupancy"].tolist() == pytest.approx([62, 8, 54])


def test_growth_is_a_factor_on_arrivals_and_comes_from_a_projection():
    projected = pd.DataFrame({"variant": "p", "sex": "all", "age_group": "75+", "year": [2020, 2030],
                              "is_base": [True, False], "population": [100.0, 150.0], "lowercl": [100.0, 140.0],
                              "uppercl": [100.0, 165.0]})  # fmt: skip
    growth = demand.growth_of(projected, year=2030, groups={"old": "75+"})
    assert growth.iloc[0].tolist() == ["old", 1.5, 1.4, 1.65]
    found = demand.beds_needed(two(), NOW, growth=growth.assign(growth_low=1.5, growth_high=1.5), draws=10)
    assert found["mean_occupancy"].tolist() == pytest.approx([8 + 40.5, 8, 40.5])
    assert found["growth"].tolist()[1:] == [1, 1.5] and np.isnan(found["growth"].iloc[0])
    with pytest.raises(ValueError, match="no figure for 2040"):
        demand.growth_of(projected, year=2040, groups={"old": "75+"})


def test_the_same_seed_gives_the_same_and_conditions_do_not_touch_each_other():
    unsure = rates(arrivals_low=3.0, arrivals_high=6.0)
    first, alone = demand.beds_needed(unsure, winter(), draws=200), demand.beds_needed(unsure, NOW, draws=200)
    pd.testing.assert_frame_equal(first, demand.beds_needed(unsure, winter(), draws=200))
    pd.testing.assert_frame_equal(first[:1], alone)
    assert not first.equals(demand.beds_needed(unsure, winter(), draws=200, seed=2))


@pytest.mark.parametrize(
    ("given_", "conditions", "said"),
    [(rates(arrivals_low=5.0, arrivals_high=6.0), NOW, "arrivals_per_day has to lie between"),
     (rates(arrivals_low=3.0), NOW, "arrivals_per_day has to lie between"), (rates(stay_days=-1.0), NOW, "stay_days"),
     (rates(stay_days=np.nan), NOW, "stay_days"), (rates(beds=-1), NOW, "beds have to be"),
     (pd.concat([rates(), rates()]), NOW, "each group has one row"), (rates(group="all"), NOW, "none is called 'all'"),
     (rates(), NOW.assign(group="other"), "no group of the demand table"), (rates(), NOW[:0], "each condition"),
     (rates().drop(columns="stay_days"), NOW, "stay_days"),
     (rates(), NOW.assign(arrivals=-1.0), "conditions: arrivals")],
)  # fmt: skip
def test_impossible_input_is_refused_with_its_place(given_, conditions, said):
    with pytest.raises(ValueError, match=said):
        demand.beds_needed(given_, conditions)


def test_no_arrivals_need_no_beds():
    found = demand.beds_needed(rates(arrivals_per_day=0.0, beds=0), NOW, draws=10).iloc[0]
    assert found["beds_95"] == 0 and found["shortfall_pct"] == 0


# --- a region's own file


HEADER = "group,arrivals_per_day,arrivals_low,arrivals_high,stay_days,stay_low,stay_high,beds,source\n"


def written(folder, name, text):
    path = folder / "demand" / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def test_a_region_without_a_file_has_none(tmp_path):
    found = read_demand("midlothian", data=tmp_path)
    assert found.demand.empty and found.conditions.empty and found.files.empty and found.findings == []


def test_every_bad_cell_is_named(tmp_path):
    rows = ["a,1,,,2,,,5,count", "b,-1,,,2,,,,", "c,x1,,,2,,,,", "d,3,4,5,2,,,,", ",1,,,2,,,,", "a,1,,,2,,,,",
            "e,1,0.5,,2,,,,", "f,,,,2,,,,", 'g,"1,5",,,2,,,,']  # fmt: skip
    written(tmp_path, "midlothian", HEADER + "\n".join(rows) + "\n")
    found = read_demand("midlothian", data=tmp_path)
    assert found.demand["group"].tolist() == ["a", "g"] and found.demand["arrivals_per_day"].tolist() == [1, 1.5]
    codes = {(finding.code, finding.cell) for finding in found.findings[0]}
    assert codes == {("value-out-of-range", "B3"), ("value-not-a-number", "B4"), ("limits-disordered", "B5"),
                     ("value-missing", "A6"), ("figure-twice", "A7"), ("limits-disordered", "D8"),
                     ("value-missing", "B9"), ("value-repaired", "B10")}  # fmt: skip
    row = found.files.iloc[0]
    assert (
        row["file"] == "demand/midlothian.csv" and row["rows_in"] == 9 == row["used"] + row["skipped"] + row["refused"]
    )
    assert found.demand["cell"].tolist() == ["B2", "B10"]


def test_a_table_without_its_columns_is_refused_and_said(tmp_path):
    written(tmp_path, "midlothian", "group,arrivals_per_day\na,1\n")
    found = read_demand("midlothian", data=tmp_path)
    assert (
        found.demand.empty
        and found.findings[0].codes == {"column-missing"}
        and found.files["state"].iloc[0] == "refused"
    )
    blocks = page.demand(found.demand, found.demand, found.conditions, regions.region("midlothian"), found.files,
                         refused=["demand/midlothian.csv"])  # fmt: skip
    assert "Nothing in demand/midlothian.csv could be used" in blocks[0].text


def test_the_conditions_that_ship_say_that_they_are_illustrative(tmp_path):
    written(tmp_path, "midlothian", HEADER + "a,1,,,2,,,5,count\n")
    found = read_demand("midlothian", data=tmp_path)
    assert set(found.conditions["status"]) == {"illustrative"} and len(found.conditions) == 4
    assert found.files["file"].tolist() == ["demand/midlothian.csv", "reference/demand_conditions.csv"]
    needed = demand.beds_needed(found.demand, found.conditions, draws=100)
    blocks = page.demand(needed, found.demand, found.conditions, regions.region("midlothian"), found.files.assign(
        producer="", licence="", status=""))  # fmt: skip
    assert [block.kind for block in blocks] == ["notices", "figure", "words", "table", "table", "table", "worked_out"]
    assert "made up" in blocks[0].text and "illustrative" in blocks[1].data["subtitle"]


def test_own_conditions_go_before(tmp_path):
    written(tmp_path, "midlothian", HEADER + "a,1,,,2,,,5,count\n")
    written(
        tmp_path, "conditions", "condition,arrivals,stay,stay_low,stay_high,reason\nflu,1.5,1,0.9,1.2,seen in 2023\n"
    )
    found = read_demand("midlothian", data=tmp_path)
    assert found.conditions[["condition", "condition_name", "group", "arrivals"]].iloc[0].tolist() == [
        "flu",
        "flu",
        "all",
        1.5,
    ]
    assert demand.beds_needed(found.demand, found.conditions, draws=10)["status"].tolist() == [""]


def test_the_page_says_how_to_add_the_file():
    none = pd.DataFrame()
    blocks = page.demand(none, none, none, regions.region("fife"), none)
    assert [block.kind for block in blocks] == ["absent"] and "demand/fife.csv" in blocks[0].text


def test_no_path_leads_out_of_the_data_folder():
    with pytest.raises(ValueError, match="not a region id"):
        paths.of_region("demand", "../secret")
