"""Which regions are made of others, and what weighs how much when their parts are put together."""

from __future__ import annotations

import pandas as pd

from helpers.scoring import rollup

FEWEST_PARTS = 2
POPULATION = "population_all_ages"
EQUAL = "each part once"
COLUMNS = [
    "whole", "whole_name", "dimension", "dimension_name", "order", "level", "n_parts", "parts", "share_weight",
    "weight_name", "n_known",
]  # fmt: skip


def of_parts(levels: pd.DataFrame, register: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Roll up every region of which at least two parts have a level.

    Parameters
    ----------
    levels
        As `compared.levels` gives it: one row a region and dimension.
    register
        One row a region, by its id: ``region_name``, ``part_of``, ``area_code``.
    indicators
        One row an indicator value; the populations are taken from it.

    Returns
    -------
    DataFrame
        One row a whole, dimension and level, as `rollup.roll_up` gives it, with ``whole`` (id), ``whole_name``
        and ``n_known`` (how many parts of that whole the register has, so that it can be said how many are missing);
        no rows where no region has two parts. Parts are weighted by their population, of the latest period that all
        of them have, or each counts once; ``weight_name`` says which.
    """
    known = levels[levels["level"].notna()]
    parents = known["region"].map(register["part_of"]).fillna("")
    rolled = [
        _rolled(part, whole, register, indicators)
        for whole, part in known.groupby(parents, sort=False)
        if whole and part["region"].nunique() >= FEWEST_PARTS
    ]
    return pd.concat(rolled, ignore_index=True) if rolled else pd.DataFrame(columns=COLUMNS)


def whole_of_parts(rolled: pd.DataFrame) -> dict[str, str]:
    """The wholes of the table by id, each with the reason why it is not ranked beside its own parts."""
    return dict.fromkeys(rolled["whole"].unique(), "its parts are ranked in its place")


def _rolled(part: pd.DataFrame, whole: str, register: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    ids = list(part["region"].unique())
    weights, name = populations(register.loc[ids, "area_code"], indicators)
    named = part.rename(columns={"region": "part", "region_name": "part_name"})
    table = rollup.roll_up(named, weights, weight_name=name)
    n_known = int((register["part_of"] == whole).sum())
    return table.assign(whole=whole, whole_name=register.loc[whole, "region_name"], n_known=n_known)[COLUMNS]


def populations(areas: pd.Series, indicators: pd.DataFrame) -> tuple[dict[str, float], str]:
    """The population of each part, by its id, and what the weights are called; 1 each where one is not known."""
    equal = (dict.fromkeys(areas.index, 1.0), EQUAL)
    if indicators.empty or (areas == "").any():
        return equal
    mine = indicators[(indicators["indicator"] == POPULATION) & indicators["area_code"].isin(areas)]
    mine = mine[mine["value"] > 0]
    shared = mine.groupby("period")["area_code"].nunique()
    periods = sorted(shared.index[shared == areas.nunique()])
    if not periods:
        return equal
    latest = mine[mine["period"] == periods[-1]].groupby("area_code")["value"].last()
    return {part: float(latest[area]) for part, area in areas.items()}, f"population, {periods[-1]}"
