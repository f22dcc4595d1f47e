"""What every function on ratings needs first: complete columns, whole numbers, one region, one rating each.

Only the stakeholder, the dimension and the rating are required of a table; the other columns of a ratings
table are filled in where they are missing (everybody an individual, round 1, no date), so that short tables
work as well.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers.reference.models import Model

REQUIRED = ("stakeholder", "dimension", "rating")
TEXTS = ("region", "justification", "role", "sector", "model", "file")
CONSENSUS, DESIRED, INDIVIDUAL = "consensus", "desired", "individual"
AGREED_TOGETHER = (CONSENSUS, DESIRED)


def check_columns(table: pd.DataFrame, columns: Iterable[str], what: str) -> pd.DataFrame:
    """Return the table, or raise `ValueError` naming the columns that it lacks."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"{what}: the table lacks the column {', '.join(missing)}")
    return table


def complete(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return a copy of the ratings in which every column that scoring looks at is there, with its type.

    Raises
    ------
    ValueError
        If a required column is missing, or a rating or a round is not a whole number.
    """
    check_columns(ratings, REQUIRED, "ratings")
    table = ratings.copy()
    for column in TEXTS:
        table[column] = table[column].astype("object").fillna("").astype(str) if column in table else ""
    table["rating"] = _whole(table["rating"], "rating")
    table["round"] = _whole(table["round"], "round").fillna(1) if "round" in table else 1
    table["round"] = table["round"].astype("Int64")
    table["date"] = pd.to_datetime(table["date"]) if "date" in table else pd.Series(pd.NaT, table.index)
    table["date"] = table["date"].astype("datetime64[ns]")
    if "kind" not in table:
        who = table["stakeholder"].astype(str).str.strip().str.casefold()
        table["kind"] = who.where(who.isin(AGREED_TOGETHER), INDIVIDUAL).astype(str)
    if "withheld" not in table:
        table["withheld"] = False
    return table


def check_on_model(part: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the rows, or raise `ValueError`: another model, an unknown dimension, a rating off the scale."""
    others = sorted(set(part["model"]) - {"", model.id})
    if others:
        raise ValueError(f"ratings: they were given on the model {', '.join(others)}, not on {model.id}")
    unknown = sorted(set(part["dimension"].astype(str)) - set(model.codes))
    if unknown:
        raise ValueError(f"ratings: the model {model.id} has no dimension {', '.join(unknown)}")
    given = part["rating"].dropna()
    if len(given) and not given.between(model.scale_minimum, model.scale_maximum).all():
        raise ValueError(f"ratings: a rating is off the scale {model.scale_minimum}-{model.scale_maximum}")
    return part


def check_one_region(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table, or raise `ValueError` where it holds the ratings of several regions."""
    regions = sorted(set(table["region"]) - {""})
    if len(regions) > 1:
        raise ValueError(f"ratings: give those of one region at a time; these are of {', '.join(regions)}")
    return table


def individuals(table: pd.DataFrame) -> pd.DataFrame:
    """The stakeholders' own rows; neither the consensus nor a desired level is anybody's rating."""
    return table[~table["kind"].isin(AGREED_TOGETHER)]


def agreed(table: pd.DataFrame) -> pd.DataFrame:
    """The consensus rows."""
    return table[table["kind"] == CONSENSUS]


def desired(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the levels that the region aims at."""
    return table[table["kind"] == DESIRED]


def one_each(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Keep one rating for each combination of ``by``: the latest; a dated one before an undated one.

    Raises
    ------
    ValueError
        If two different ratings have an equal claim, naming the first such case.
    """
    latest = rows.groupby(by, dropna=False)["date"].transform("max")
    kept = rows[(rows["date"] == latest) | latest.isna()].drop_duplicates([*by, "rating"])
    clash = kept[kept.duplicated(by)]
    if len(clash):
        first = clash.iloc[0]
        who, what = first["stakeholder"], first["dimension"]
        raise ValueError(f"ratings: {who!r} has two different ratings of {what!r} in one round")
    return kept


def _whole(values: pd.Series, name: str) -> pd.Series:
    try:
        return values.astype("Int64")
    except (TypeError, ValueError) as problem:
        raise ValueError(f"ratings: the column {name} holds more than whole numbers") from problem
