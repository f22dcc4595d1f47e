"""What every function on ratings needs first: complete columns, whole numbers, one region, one rating each.

Only the stakeholder, the dimension and the rating are required of a table; the other columns of a ratings
table are filled in where they are missing (everybody an individual, round 1, no date), so that short tables
work as well.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.reference.models import Model

REQUIRED = ("stakeholder", "dimension", "rating")
TEXTS = ("region", "justification", "role", "sector", "model", "file")
CONSENSUS, DESIRED, INDIVIDUAL = "consensus", "desired", "individual"
AGREED_TOGETHER = (CONSENSUS, DESIRED)
WORDS = {
    "kind": ((INDIVIDUAL, *AGREED_TOGETHER), "individual, consensus and desired"),
    "confidence": (("low", "medium", "high", ""), "low, medium, high and empty"),
}
_MOST = 2**53  # whole numbers beyond are no longer told apart


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
        If a required column is missing; if a stakeholder's rating has no stakeholder, a row no dimension; if a rating
        or a round is not a whole number, a date is none, or a kind or a confidence is none of its words. The sentence
        names the column, the entry, and whose rating of what it is.
    """
    check_columns(ratings, REQUIRED, "ratings")
    table = ratings.copy(deep=False)
    for column in (*TEXTS, "stakeholder"):
        if column not in table:
            table[column] = ""
        elif not _is_text(table[column]):
            table[column] = table[column].astype("object").fillna("").astype(str)
    if table["rating"].dtype != "Int64":
        table["rating"] = _whole(table, "rating")
    if "round" not in table or table["round"].dtype != "Int64" or table["round"].hasnans:
        rounds = _whole(table, "round").fillna(1) if "round" in table else pd.Series(1, table.index)
        table["round"] = rounds.astype("Int64")
    if "date" not in table:
        table["date"] = pd.Series(pd.NaT, table.index, dtype="datetime64[ns]")
    elif table["date"].dtype != "datetime64[ns]":
        table["date"] = _dates(table)
    if "kind" not in table:
        who = table["stakeholder"].str.strip().str.casefold()
        table["kind"] = who.where(who.isin(AGREED_TOGETHER), INDIVIDUAL).astype(str)
    if "confidence" in table and not _is_text(table["confidence"]):
        table["confidence"] = table["confidence"].astype("object").fillna("").astype(str)
    if "withheld" not in table:
        table["withheld"] = False
    return _check_entries(table)


def check_on_model(part: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the rows, or raise `ValueError`: another model, an unknown dimension, a rating off the scale."""
    others = sorted(set(part["model"]) - {"", model.id})
    if others:
        raise ValueError(f"ratings: they were given on the model {', '.join(others)}, not on {model.id}")
    unknown = sorted(set(part["dimension"].astype(str)) - set(model.codes))
    if unknown:
        raise ValueError(f"ratings: the model {model.id} has no dimension {', '.join(unknown)}")
    levels = part["rating"].to_numpy(dtype=float, na_value=model.scale_minimum)
    off = (levels < model.scale_minimum) | (levels > model.scale_maximum)
    if off.any():
        row = part[off].iloc[0]
        rated = f"{row['stakeholder']} rated {row['dimension']} {row['rating']}"
        raise ValueError(f"ratings: {rated}, off the scale {model.scale_minimum}-{model.scale_maximum}")
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
    if not rows.duplicated(by).any():
        return rows
    latest = rows.groupby(by, dropna=False)["date"].transform("max")
    kept = rows[(rows["date"] == latest) | latest.isna()].drop_duplicates([*by, "rating"])
    clash = kept[kept.duplicated(by)]
    if len(clash):
        first = clash.iloc[0]
        who, what = first["stakeholder"], first["dimension"]
        raise ValueError(f"ratings: {who!r} has two different ratings of {what!r} in one round")
    return kept


def _is_text(values: pd.Series) -> bool:
    return values.dtype == "str" and not values.hasnans


def _whole(table: pd.DataFrame, name: str) -> pd.Series:
    values = table[name]
    if values.dtype == "Int64":
        return values
    known = values.notna().to_numpy()
    is_other = np.array([isinstance(value, str | bool) for value in values], dtype=bool)
    numbers = pd.to_numeric(values.mask(is_other), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = known & (is_other | ~(np.abs(numbers) < _MOST) | (np.nan_to_num(numbers, posinf=0, neginf=0) % 1 != 0))
    _refuse(table, wrong, name, "whole numbers")
    return pd.Series(pd.array(numbers, dtype="Int64"), table.index)


def _dates(table: pd.DataFrame) -> pd.Series:
    values = table["date"]
    if values.dtype == "datetime64[ns]":
        return values
    given = values.dt.tz_localize(None) if isinstance(values.dtype, pd.DatetimeTZDtype) else values
    known = np.array([str(value).strip() != "" for value in given], dtype=bool) & given.notna().to_numpy()
    is_number = known & np.array([isinstance(value, int | float | np.number) for value in given], dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a text that is no date is complained of below
        found = pd.to_datetime(given.mask(is_number).astype("object"), errors="coerce")
    found = found.where(found.between(pd.Timestamp.min, pd.Timestamp.max))
    _refuse(table, known & found.isna().to_numpy(), "date", "dates")
    return found.astype("datetime64[ns]")


def _check_entries(table: pd.DataFrame) -> pd.DataFrame:
    nobody = (table["stakeholder"].str.strip() == "") & (table["kind"] == INDIVIDUAL)
    if nobody.any():
        what = table.loc[nobody.to_numpy(), "dimension"].iloc[0]
        raise ValueError(f"ratings: the column stakeholder is empty beside a rating of {what}")
    nothing = table["dimension"].isna()
    if nothing.any():
        who = table.loc[nothing.to_numpy(), "stakeholder"].iloc[0]
        raise ValueError(f"ratings: the column dimension is empty beside a rating of {who}")
    for column, (words, said) in WORDS.items():
        if column in table and not set(table[column].unique()) <= set(words):
            _refuse(table, ~table[column].isin(words).to_numpy(), column, said)
    return table


def _refuse(table: pd.DataFrame, wrong: np.ndarray, column: str, what: str) -> None:
    """Raise `ValueError` naming the first wrong entry of a column, if there is one."""
    if wrong.any():
        row = table.iloc[int(np.flatnonzero(wrong)[0])]
        entry = repr(row[column]) if isinstance(row[column], str) else str(row[column])
        whose = f"{row['stakeholder'] or 'nobody'}, {row['dimension']}"
        raise ValueError(f"ratings: the column {column} holds more than {what}: {entry} ({whose})")
