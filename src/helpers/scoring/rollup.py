"""Parts put together into a whole: localities into a council area, council areas into a country.

Levels are ordinal, so they are never averaged: a whole is described by how many of its parts, and how much of its
people or area, stand at each level, and by the middle level. Nothing here says how a whole would rate itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from helpers.scoring.ratings import check_columns

NEEDED = ("part", "part_name", "dimension", "dimension_name", "order", "level")
ROLLED = ["dimension", "dimension_name", "order", "level", "n_parts", "parts", "share_weight", "weight_name"]
SUMMED = [
    "dimension", "dimension_name", "order", "n_parts", "lowest", "highest", "middle_level", "share_at_or_above_3",
    "weight_name",
]  # fmt: skip
CUT = 3
SCALE = (0, 5)
HALF = 0.5 - 1e-9  # sums of shares do not come out as exactly one half


def roll_up(
    levels: pd.DataFrame, weights: Mapping[str, float], *, weight_name: str, scale: tuple[int, int] = SCALE
) -> pd.DataFrame:
    """Count the parts of a whole at each level of each dimension, plain and by weight.

    Parameters
    ----------
    levels
        One row a part and dimension: ``part`` (its id), ``part_name``, ``dimension``, ``dimension_name``, ``order`` and
        ``level``, missing where it is not known.
    weights
        How much each part counts, by its id, such as its population. Those of other parts are passed over.
    weight_name
        What the weights are, in words ("population, mid-2021").
    scale
        The lowest and the highest level of the model.

    Returns
    -------
    DataFrame
        One row a dimension and level at which a part stands, in the dimensions' order, lowest level first:
        ``dimension``, ``dimension_name``, ``order``, ``level``, ``n_parts``, ``parts`` (their names, joined by "; "),
        ``share_weight`` (0 to 1, of the weight of the parts whose level is known there) and ``weight_name``. A
        dimension of which no part's level is known has one row without a level and with 0 parts.

    Raises
    ------
    ValueError
        If a column or a weight is missing, a weight is not a positive number, a part has two rows for a dimension, or
        a level is not a whole number or lies off the scale.
    """
    check_columns(levels, NEEDED, "roll-up")
    table = levels.assign(level=_whole(levels["level"]), weight=_weights(levels["part"], weights))
    twice = table[table.duplicated(["part", "dimension"])]
    if len(twice):
        first = twice.iloc[0]
        raise ValueError(f"roll-up: the part {first['part']} has more than one row for {first['dimension']}")
    _check_scale(table, scale)
    rows = [row for _, group in table.groupby(["order", "dimension"], sort=True) for row in _rows(group)]
    rolled = pd.DataFrame(rows, columns=ROLLED[:-1]).assign(weight_name=weight_name)
    return rolled.astype({"order": int, "level": "Int64", "n_parts": int, "share_weight": float})


def summary(rolled: pd.DataFrame) -> pd.DataFrame:
    """Say in one row a dimension where the parts of a whole stand.

    Parameters
    ----------
    rolled
        As `roll_up` gives it.

    Returns
    -------
    DataFrame
        One row a dimension: ``dimension``, ``dimension_name``, ``order``; ``n_parts`` (whose level is known);
        ``lowest``, ``highest`` (levels); ``middle_level`` (the weighted median: the lowest level at or below which at
        least half of the weight stands, so the lower one where the halves meet between two); ``share_at_or_above_3``
        (0 to 1, of the weight); ``weight_name``. Levels and shares are missing where no part's level is known.
    """
    check_columns(rolled, ROLLED, "roll-up")
    rows = [_summary_row(group) for _, group in rolled.groupby(["order", "dimension"], sort=True)]
    table = pd.DataFrame(rows, columns=SUMMED)
    whole = dict.fromkeys(("lowest", "highest", "middle_level"), "Int64")
    return table.astype({"order": int, "n_parts": int, **whole, "share_at_or_above_3": float})


def _whole(levels: pd.Series) -> pd.Series:
    try:
        return levels.astype("Int64")
    except (TypeError, ValueError) as problem:
        raise ValueError("roll-up: the column level holds more than whole numbers") from problem


def _check_scale(table: pd.DataFrame, scale: tuple[int, int]) -> None:
    off = table[~table["level"].between(*scale).fillna(True)]
    if len(off):
        first = off.iloc[0]
        where = f"the part {first['part']} stands at level {first['level']} of {first['dimension']}"
        raise ValueError(f"roll-up: {where}, off the scale {scale[0]}-{scale[1]}")


def _weights(parts: pd.Series, weights: Mapping[str, float]) -> pd.Series:
    for part in dict.fromkeys(parts):
        weight = weights.get(part)
        if not _is_positive(weight):
            what = "no weight" if weight is None else f"the weight {weight!r}, which is not a positive number"
            raise ValueError(f"roll-up: the part {part} has {what}")
    return parts.map({part: float(weights[part]) for part in dict.fromkeys(parts)}).astype(float)


def _is_positive(weight: object) -> bool:
    try:
        return not isinstance(weight, bool | str) and math.isfinite(weight) and weight > 0
    except TypeError:
        return False


def _rows(group: pd.DataFrame) -> list[dict[str, object]]:
    """The rows of one dimension."""
    told = {column: group[column].iloc[0] for column in ("dimension", "dimension_name", "order")}
    known = group[group["level"].notna()].sort_values(["part_name", "part"])
    if known.empty:
        return [{**told, "level": pd.NA, "n_parts": 0, "parts": "", "share_weight": math.nan}]
    whole = math.fsum(known["weight"])
    return [
        {
            **told,
            "level": level,
            "n_parts": len(part),
            "parts": "; ".join(part["part_name"].astype(str)),
            "share_weight": math.fsum(part["weight"]) / whole,
        }
        for level, part in known.groupby("level", sort=True)
    ]


def _summary_row(group: pd.DataFrame) -> dict[str, object]:
    told = {column: group[column].iloc[0] for column in ("dimension", "dimension_name", "order", "weight_name")}
    known = group[group["level"].notna()].sort_values("level")
    row = {**told, "n_parts": int(group["n_parts"].sum())}
    if known.empty:
        return {**row, "lowest": pd.NA, "highest": pd.NA, "middle_level": pd.NA, "share_at_or_above_3": math.nan}
    middle = known.loc[known["share_weight"].cumsum() >= HALF, "level"].iloc[0]
    return {
        **row,
        "lowest": known["level"].iloc[0],
        "highest": known["level"].iloc[-1],
        "middle_level": middle,
        "share_at_or_above_3": min(math.fsum(known.loc[known["level"] >= CUT, "share_weight"]), 1.0),
    }
