"""Several years taken together: events and populations added up over a window, none of them twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Data
from helpers.scoring.counts import NO_COUNT, NO_POPULATION, Groups, counts, grouped, populations, refuse
from helpers.scoring.estimated import beside_keys, worded

REASONS = (
    "",
    "a part of the years has no figures",
    f"{NO_COUNT} in one of the years",
    f"{NO_POPULATION} in one of them",
)


def pooled_years(
    t: pd.DataFrame,
    *,
    by: str | Sequence[str],
    period_start: str,
    period_end: str,
    numerator: Data,
    denominator: Data,
    years: int,
    overlapping: bool,
    keep: Sequence[str] = (),
) -> pd.DataFrame:
    """Add up events and populations over windows of so many years.

    Parameters
    ----------
    t
        One row a group and period. Periods are whole months and do not overlap: figures that are themselves averages of
        several years cannot be pooled.
    by
        The columns that tell groups apart: the area, and the age group where rates are to be standardised.
    period_start, period_end
        Columns with the first and the last day of each period, or with whole years; both may be the same column then.
    numerator, denominator
        Events and population of each row: a column's name, values of the table's length, or a number.
    years
        How long a window is.
    overlapping
        True for one window ending with every period (a moving average: neighbours share events, so do not test them
        against each other); False for windows apart, counted back from the latest period of all.
    keep
        Columns to carry over, which must be the same in every row of a group: the standard population of an age group.

    Returns
    -------
    DataFrame
        One row a group and window, by group and then time: the columns of ``by`` and ``keep``, ``period_start``,
        ``period_end``, ``period`` ("2018-2020"), ``n_periods`` (rows added up), ``numerator`` and ``denominator``
        (person-years), ``reason``. Windows that begin before a group's first period are not there, nor those that would
        end in a period that it does not have. A window with a gap or a missing figure is there with blank numbers and
        says why; a gap is never bridged.

    Raises
    ------
    ValueError
        If periods of a group overlap (with the groups and rows), a period is not of whole months, counts cannot be
        true, or a column to keep differs within a group.

    Notes
    -----
    The population of a window is the sum of its years' populations, so that a rate of it is per person and year: an
    annual average over so many years, with the interval of all its events. The result goes as it is into
    `rates.crude_rates`, `rates.proportions` or, pooled by area and age group, `rates.directly_standardised_rates`.
    """
    if isinstance(years, bool) or not isinstance(years, int | np.integer) or years < 1:
        raise ValueError(f"years: a whole number from 1 on; got {years!r}")
    groups = grouped(t, by)
    start, end = _months(t[period_start], "period_start"), _months(t[period_end], "period_end", last=True)
    refuse(end <= start, "period_end", "before the period's start", "mend one of the two")
    order = np.lexsort([start, groups.code])
    _check_apart(groups, order, start, end)
    kept = _carried(t, groups, keep)
    code, start, end = groups.code[order], start[order], end[order]
    sums = [values[order] for values in (counts(t, numerator, "numerator"), populations(t, denominator, "denominator"))]
    first = np.searchsorted(_place(code, start), _place(code, end - 12 * years))
    whole = end - 12 * years >= start[np.searchsorted(code, code)]
    if not overlapping and len(end):
        whole &= (end.max() - end) % (12 * years) == 0
    covered = _window((end - start).astype(float), first) == 12 * years
    return _windows(kept.iloc[code], whole, first, (end - 12 * years, end), covered, [_window(s, first) for s in sums])


def _place(code: np.ndarray, month: np.ndarray) -> np.ndarray:
    """One number that orders groups first and months second."""
    return code * 1_000_000 + month


def _months(column: pd.Series, what: str, *, last: bool = False) -> np.ndarray:
    """Months since the year 0 at which a period starts, or, for its last day, at which the next would."""
    if pd.api.types.is_numeric_dtype(column):
        year = column.to_numpy(dtype=float, na_value=np.nan)
        refuse(~(year % 1 == 0) | ~(np.abs(year) < 10_000), what, "not a whole year", "give years, or days as dates")
        return 12 * year.astype(int) + (12 if last else 0)
    days = pd.to_datetime(column)
    refuse(days.isna().to_numpy(), what, "missing", "every row needs its period")
    days = days + pd.Timedelta(days=1) if last else days
    refuse((days.dt.day != 1).to_numpy(), what, "not at the edge of a month", "pool periods of whole months")
    return (12 * days.dt.year + days.dt.month - 1).to_numpy(dtype=int)


def _check_apart(groups: Groups, order: np.ndarray, start: np.ndarray, end: np.ndarray) -> None:
    code, start, end = groups.code[order], start[order], end[order]
    clash = (code[1:] == code[:-1]) & (start[1:] < end[:-1])
    wrong = np.zeros(len(code), dtype=bool)
    wrong[order[1:][clash]] = True
    refuse(wrong, "period_start", "within an earlier period of the same group", "events would be counted twice")


def _carried(t: pd.DataFrame, groups: Groups, keep: Sequence[str]) -> pd.DataFrame:
    """The keys of the groups with the columns to keep."""
    first = np.unique(groups.code, return_index=True)[1]
    for name in keep:
        if name not in t.columns:
            raise ValueError(f"keep: the table has no column {name!r}")
        differs = t[name].to_numpy() != t[name].to_numpy()[first][groups.code]
        refuse(differs, f"keep, {name}", "other than in the group's first row", "it must be the same in every year")
    return groups.keys.assign(**{name: t[name].to_numpy()[first] for name in keep})


def _window(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Sums from the first row of each window to the row itself; missing where one of the values is."""
    absent = np.isnan(values)
    totals = [np.concatenate([[0.0], np.cumsum(part)]) for part in (np.where(absent, 0.0, values), absent)]
    here = np.arange(1, len(values) + 1)
    return np.where(totals[1][here] > totals[1][first], np.nan, totals[0][here] - totals[0][first])


def _windows(
    keys: pd.DataFrame,
    whole: np.ndarray,
    first: np.ndarray,
    ends: tuple[np.ndarray, np.ndarray],
    covered: np.ndarray,
    sums: Sequence[np.ndarray],
) -> pd.DataFrame:
    start, end = (month_starts(months) for months in ends)
    events, people = (np.where(covered, total, np.nan) for total in sums)
    code = np.where(~covered, 1, np.where(np.isnan(events), 2, np.where(np.isnan(people), 3, 0)))
    blank = code > 0
    columns = {
        "period_start": start,
        "period_end": end - pd.Timedelta(days=1),
        "period": [window_name(*pair) for pair in zip(*ends, strict=True)],
        "n_periods": np.arange(1, len(first) + 1) - first,
        "numerator": np.where(blank, np.nan, events),
        "denominator": np.where(blank, np.nan, people),
        "reason": worded(code, REASONS),
    }
    return beside_keys(keys, columns)[whole].reset_index(drop=True)


def month_starts(months: np.ndarray) -> pd.DatetimeIndex:
    """The first days of months counted from the year 0."""
    return pd.DatetimeIndex((months - 12 * 1970).astype("datetime64[M]").astype("datetime64[ns]"))


def window_name(start: int, end: int) -> str:
    """A window in words, from months: "2020", "2018-2020", "2018/19-2020/21" for years that begin in another month."""
    first, month = divmod(start, 12)
    last = (end - 1) // 12 if month == 0 else end // 12 - 1
    if month == 0:
        return str(first) if first == last else f"{first}-{last}"
    names = [f"{year}/{(year + 1) % 100:02d}" for year in (first, last)]
    return names[0] if first == last else "-".join(names)
