"""Every published inequality index of the ScotPHO profiles (February 2023) recomputed from the rounded rates by fifth.

Rates and indices are printed to one decimal, so that a rate may be out by 0.05 and an index by 0.05 more. What that
can move an index by at the most follows for each area from its own populations, and that is the tolerance; nothing is
left out by name. The indices of the file are not all there: rules that hold for every row say where and why.
"""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.scoring.attributable import deprivation_ranges, population_attributable_risk
from helpers.scoring.inequality import slope_index

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland" / "scotpho_inequalities_2023-02.csv.gz"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the published inequality indices are not here")

KEY = ["code", "indicator", "def_period", "quint_type"]
NAMES = {"quantile": "fifth", "population": "denominator", "value": "measure"}
HALF = 0.05
ERRORS = np.array(list(itertools.product((-HALF, HALF), repeat=5)))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    used = [*KEY, "quintile", "denominator", "measure", "sii", "lowci_sii", "upci_sii", "rii", "lowci_rii", "upci_rii",
            "rii_int", "lowci_rii_int", "upci_rii_int", "par", "abs_range", "rel_range"]  # fmt: skip
    table = pd.read_csv(FILE, usecols=used)
    total = table.loc[table["quintile"] == "Total", [*KEY, "measure"]].rename(columns={"measure": "total"})
    fifths = table[table["quintile"] != "Total"].merge(total, on=KEY, how="left", validate="m:1")
    return fifths.assign(fifth=fifths["quintile"].str[0].astype(int))


@pytest.fixture(scope="module")
def published(rows) -> pd.DataFrame:
    """One row an area, indicator, period and kind of fifth, with what is printed."""
    return rows.drop_duplicates(KEY).set_index(KEY).drop(columns=["quintile", "fifth", "denominator", "measure"])


@pytest.fixture(scope="module")
def found(rows) -> pd.DataFrame:
    return slope_index(rows, by=KEY, **NAMES, overall="total", convention="scotpho").set_index(KEY)


@pytest.fixture(scope="module")
def moved(rows, published) -> dict[str, np.ndarray]:
    """What rounding can do at the most: the slope and its limits, from all corners of the box of rounding errors."""
    people, rates = (
        rows.pivot_table(index=KEY, columns="fifth", values=name).reindex(published.index).to_numpy()
        for name in ("denominator", "measure")
    )
    share = people / people.sum(axis=1, keepdims=True)
    rank = np.cumsum(share, axis=1) - share / 2
    off = rank - (share * rank).sum(axis=1, keepdims=True)
    width = (share * off**2).sum(axis=1, keepdims=True)
    slope = (share * off / width) @ ERRORS.T
    rest = ERRORS[None] - (share @ ERRORS.T)[:, :, None] - slope[:, :, None] * off[:, None, :]
    scatter = np.sqrt(np.einsum("ai,avi->av", share, rest**2) / 3 / width)
    limits = np.abs(slope) + stats.t.ppf(0.975, 3) * scatter
    return {"share": share, "rates": rates, "sii": np.abs(slope).max(axis=1), "limits": limits.max(axis=1)}


def has_all(published, found) -> np.ndarray:
    return (published["sii"].notna() & found["sii"].notna()).to_numpy()


def test_where_an_index_is_published_follows_from_two_rules(rows, published, found):
    """An area that lacks a fifth has none, and six indicators have none at all; everything else is there in both."""
    assert (found.index == published.index).all() and len(found) == 30_816
    lacks = rows.groupby(KEY).size().reindex(published.index).lt(5).to_numpy()
    never = ~published["sii"].notna().groupby(level="indicator").transform("any").to_numpy()
    assert lacks.sum() == 1_881
    assert published.index[never].get_level_values("indicator").nunique() == 6
    np.testing.assert_array_equal(published["sii"].isna(), lacks | never)
    np.testing.assert_array_equal(found["sii"].isna(), lacks)
    assert found["reason"][lacks].str.match(r"there is no row for quantile [1-5]").all()


def test_all_25898_slopes_and_their_limits_agree_within_rounding(published, found, moved):
    both = has_all(published, found)
    assert both.sum() == 25_898
    for ours, theirs, bound in (
        ("sii", "sii", "sii"), ("sii_lowercl", "lowci_sii", "limits"), ("sii_uppercl", "upci_sii", "limits"),
    ):  # fmt: skip
        away = (found[ours] - published[theirs]).abs().to_numpy()
        assert (away <= moved[bound] + HALF + 1e-9)[both].all(), theirs
    assert moved["sii"][both].max() < 0.19 and moved["limits"][both].max() < 0.39


@pytest.mark.parametrize(("ours", "bound"), [("rii", "sii"), ("rii_lowercl", "limits"), ("rii_uppercl", "limits")])
def test_all_relative_indices_and_their_readings_agree_within_rounding(published, found, moved, ours, bound):
    """The relative index is the slope over the overall rate; ``rii_int`` is half of it in percent."""
    both, total = has_all(published, found), published["total"].to_numpy()
    no_events = both & (total == 0)
    assert no_events.sum() == 4 and published["rii"][no_events].isna().all() and found["rii"][no_events].isna().all()
    slope = found[ours.replace("rii", "sii")].to_numpy()
    theirs = {"rii": "rii", "rii_lowercl": "lowci_rii", "rii_uppercl": "upci_rii"}[ours]
    corners = [(slope + sign * moved[bound]) / (total + off) for sign in (-1, 1) for off in (-HALF, HALF)]
    low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
    some = both & (total > HALF)
    assert some.sum() == 25_894
    readings = {theirs: 1, theirs.replace("rii", "rii_int"): 50}
    for column, times in readings.items():
        printed = published[column].to_numpy()
        within = (printed >= low * times - HALF - 1e-9) & (printed <= high * times + HALF + 1e-9)
        assert within[some].all(), column
    np.testing.assert_array_equal(found[ours].isna()[both], ~some[both])


def test_all_attributable_risks_agree_within_rounding(rows, published, found, moved):
    par = population_attributable_risk(rows, by=KEY, **NAMES).set_index(KEY)
    both = has_all(published, found)
    least = moved["rates"][:, 4]
    np.testing.assert_array_equal(published["par"].isna()[both], (least == 0)[both])
    np.testing.assert_array_equal(par["par"].isna()[both], (least == 0)[both])
    rates = np.maximum(moved["rates"][:, None, :] + ERRORS[None], 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = np.einsum("ai,avi->av", moved["share"], rates)
        corners = 100 * (1 - rates[:, :, 4] / overall)
        low, high = corners.min(axis=1), corners.max(axis=1)
    some = both & published["par"].notna().to_numpy()
    assert some.sum() == 25_702
    printed = published["par"].to_numpy()
    assert ((printed >= low - HALF - 1e-9) & (printed <= high + HALF + 1e-9))[some].all()
    assert ((par["par"] >= low) & (par["par"] <= high))[some].all()


def test_the_ranges_agree_within_rounding(rows, published, found):
    both = has_all(published, found)
    ranges = deprivation_ranges(rows, by=KEY, **NAMES).set_index(KEY)
    assert ((ranges["absolute_range"] - published["abs_range"]).abs() <= 3 * HALF + 1e-9)[both].all()
    ends = rows.pivot_table(index=KEY, columns="fifth", values="measure").reindex(published.index)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = (ends[1] - HALF).clip(lower=0) / (ends[5] + HALF)
        high = (ends[1] + HALF) / (ends[5] - HALF)
    some = both & (ends[5] > HALF).to_numpy()
    printed = published["rel_range"]
    assert ((printed >= low - HALF - 1e-9) & (printed <= high + HALF + 1e-9))[some].all()
    assert ranges["relative_range"][both & (ends[5] == 0).to_numpy()].isna().all()
