"""Areas shared out into as many equal parts as wanted, by their values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Data, column
from helpers.scoring.counts import grouped
from helpers.scoring.estimated import check_keys, worded

REASONS = ("", "there is no value", "the group has fewer values than there are quantiles")


def quantiles(
    t: pd.DataFrame, *, value: Data, by: str | Sequence[str], n: int, invert: bool | str | Sequence[bool]
) -> pd.DataFrame:
    """Add to a copy of a table which quantile of its group each row belongs to.

    Parameters
    ----------
    t
        One row an area.
    value
        What they are ordered by: a column's name or values of the table's length.
    by
        The columns that tell groups apart; empty for one group.
    n
        How many quantiles: 5 for fifths, 10 for tenths.
    invert
        Whether quantile 1 holds the highest values: True, False, or a column that says it for each group.

    Returns
    -------
    DataFrame
        The table with ``quantile`` (Int64, 1 to n; missing where there is no value or the group has fewer than n),
        ``n_quantiles``, ``n_in_group`` (values that are there), ``inverted`` and ``reason``.

    Raises
    ------
    ValueError
        If ``n`` is not a whole number from 2 on, or ``invert`` differs within a group, which names the groups.

    Notes
    -----
    Values are ranked, equal ones get the smallest of their ranks, and rank r of N values is in quantile
    floor(n (r - 1) / N) + 1, so that equal values are never parted and quantiles differ in size by what N leaves over.
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 2:
        raise ValueError(f"n: the number of quantiles is a whole number from 2 on; got {n!r}")
    groups, values = grouped(t, by), column(t, value, "value")
    inverted = _one_direction(t, invert, groups)
    known = ~np.isnan(values)
    present = groups.total(known.astype(float))[groups.code].astype(int)
    rank = pd.Series(np.where(inverted, -values, values)).groupby(groups.code).rank(method="min").to_numpy()
    few = known & (present < n)
    part = pd.array(np.floor(n * (np.where(known & ~few, rank, np.nan) - 1) / np.maximum(present, 1)) + 1, "Float64")
    reason = worded(np.where(few, 2, np.where(known, 0, 1)), REASONS)
    columns = {"quantile": part.astype("Int64"), "n_quantiles": n, "n_in_group": present, "inverted": inverted}
    check_keys(groups.keys.columns, [*columns, "reason"])
    return t.assign(**columns, reason=reason)


def _one_direction(t: pd.DataFrame, invert: bool | str | Sequence[bool], groups) -> np.ndarray:
    """Whether each row's group is inverted; refuses groups in which that differs."""
    given = t[invert].tolist() if isinstance(invert, str) else invert
    found = np.full(len(t), given) if isinstance(given, bool | np.bool_) else np.asarray(list(given), dtype=object)
    if len(found) != len(t) or not all(isinstance(one, bool | np.bool_) for one in found):
        raise ValueError("invert: true or false, for the whole table or for each row; none may be missing")
    found = found.astype(bool)
    share = groups.total(found.astype(float))
    mixed = (share > 0) & (share < groups.size())
    if mixed.any():
        raise ValueError(f"invert: the direction differs within {groups.names(mixed)}; it must be one for a group")
    return found
