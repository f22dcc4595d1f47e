"""The points of control charts, checked and put in order before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Data, column

Dates = str | Sequence[object] | pd.Series
NAMED = 5


def columns_of(by: str | Sequence[str] | None) -> list[str]:
    """Return the columns that tell series apart as a list."""
    return [] if by is None else [by] if isinstance(by, str) else list(by)


def points_of(
    t: pd.DataFrame,
    *,
    date: Dates,
    value: Data,
    keys: list[str],
    target: Data | None,
    bounds: tuple[float | None, float | None],
    rebase: Sequence[object] | Mapping[object, Sequence[object]] | None,
) -> pd.DataFrame:
    """Gather the points of all series in order.

    Returns
    -------
    DataFrame
        One row a point, sorted by series and date: the key columns, ``date``, ``value``, ``target``, ``series`` (a
        number), ``place`` (its number in the series), ``phase`` (from 1).

    Raises
    ------
    ValueError
        As `xmr.xmr` says.
    """
    unknown = [name for name in keys if name not in t.columns]
    if unknown:
        raise ValueError(f"by: the table has no column {', '.join(map(repr, unknown))}")
    numbers = {"value": column(t, value, "value"), "target": column(t, np.nan if target is None else target, "target")}
    points = t[keys].reset_index(drop=True).assign(date=_dates(t, date), **numbers)
    _check_bounds(points, *bounds)
    points["series"] = points.groupby(keys, sort=True, dropna=False).ngroup() if keys else 0
    points = points.sort_values(["series", "date"], kind="stable", ignore_index=True)
    _check_dates(points, keys)
    points["place"] = points.groupby("series").cumcount()
    points["phase"] = _phases(points, keys, rebase)
    return points


def _dates(t: pd.DataFrame, date: Dates) -> np.ndarray:
    if isinstance(date, str):
        if date not in t.columns:
            raise ValueError(f"date: the table has no column {date!r}; it has {', '.join(map(str, t.columns))}")
        date = t[date]
    if len(date) != len(t):
        raise ValueError(f"date: {len(date)} dates were given for a table of {len(t)} rows")
    return _as_dates(list(date) if not isinstance(date, pd.Series) else date, "date").to_numpy()


def _as_dates(given: object, what: str) -> pd.Series:
    """Dates of the same resolution; numbers are refused, since 2019 would be read as a moment in 1970."""
    found = pd.Series(given, dtype=None if len(given) else "datetime64[ns]")
    if pd.api.types.is_numeric_dtype(found):
        raise ValueError(f"{what}: {found.iloc[0]} is a number and no date; write a day, such as 2025-03-01")
    try:
        dates = pd.to_datetime(found).astype("datetime64[ns]")
    except (ValueError, TypeError) as error:
        raise ValueError(f"{what}: not all entries are dates ({error})") from None
    if dates.isna().any():
        rows = np.flatnonzero(dates.isna().to_numpy())[:NAMED]
        raise ValueError(f"{what}: missing in row {', '.join(map(str, rows))}; leave out the point or give its day")
    return dates


def _check_bounds(points: pd.DataFrame, lowest: float | None, highest: float | None) -> None:
    value = points["value"]
    infinite = np.isinf(value)
    low = value < (-np.inf if lowest is None else lowest)
    wrong = infinite | low | (value > (np.inf if highest is None else highest))
    if wrong.any():
        shown = ", ".join(f"{value[row]:g} (row {row})" for row in points.index[wrong][:NAMED])
        raise ValueError(
            f"value: {shown} outside {lowest} to {highest}; mend the value, or say with lowest= and highest= what"
            " values there can be (None for no bound)"
        )


def _check_dates(points: pd.DataFrame, keys: list[str]) -> None:
    twice = points[points.duplicated(["series", "date"])]
    if len(twice):
        shown = "; ".join(
            " ".join([*(str(row[key]) for key in keys), f"{row['date']:%Y-%m-%d}"])
            for row in twice.head(NAMED).to_dict("records")
        )
        raise ValueError(
            f"date: {shown} stands more than once; keep one point a date, or tell the series apart with by="
        )


def _phases(
    points: pd.DataFrame, keys: list[str], rebase: Sequence[object] | Mapping[object, Sequence[object]] | None
) -> np.ndarray:
    """Number the phases between rebases from 1, for each series; a rebase before the first point begins nothing."""
    phase = np.zeros(len(points), dtype=int)
    if rebase is None or not len(points):
        return phase + 1
    if isinstance(rebase, str):
        raise ValueError(f"rebase: a list of dates is wanted; got {rebase!r}")
    date = points["date"].to_numpy()
    for rows, dates in _rebases(points, keys, rebase):
        starts = np.sort(_as_dates(list(dates), "rebase").to_numpy())
        phase[rows] = np.searchsorted(starts, date[rows], side="right")
    new = np.diff(phase, prepend=phase[0]) != 0
    new[points["place"].to_numpy() == 0] = False
    return pd.Series(new).groupby(points["series"].to_numpy()).cumsum().to_numpy() + 1


def _rebases(
    points: pd.DataFrame, keys: list[str], rebase: Sequence[object] | Mapping[object, Sequence[object]]
) -> list[tuple[np.ndarray, Sequence[object]]]:
    """Which rows which dates are for."""
    if not isinstance(rebase, Mapping):
        return [(np.arange(len(points)), rebase)]
    names = points[keys[0]] if len(keys) == 1 else pd.Series(list(points[keys].itertuples(index=False, name=None)))
    unknown = [key for key in rebase if not (names == key).any()] if len(keys) == 1 else []
    if unknown:
        raise ValueError(f"rebase: there is no series {', '.join(map(repr, unknown))}")
    return [(np.flatnonzero([name == key for name in names]), dates) for key, dates in rebase.items()]
