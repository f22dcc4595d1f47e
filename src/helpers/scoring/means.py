"""Means of groups with Student's limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring.confidence import Confidence, Data, column
from helpers.scoring.counts import grouped
from helpers.scoring.estimated import beside_keys, estimate_columns, worded

REASONS = ("", "there is no value", "one value has no spread, so it has no limits")


def means(t: pd.DataFrame, *, by: str | Sequence[str], value: Data, confidence: Confidence = 0.95) -> pd.DataFrame:
    """Compute the mean of each group with limits from Student's t distribution.

    Parameters
    ----------
    t
        One row an observation.
    by
        The columns that tell groups apart; empty for one mean of all.
    value
        A column's name or values of the table's length. Missing ones are left out, and ``n`` says how many were not.
    confidence
        A level such as 0.95, or several.

    Returns
    -------
    DataFrame
        One row a group, in the order in which they come: the columns of ``by``, ``n``, ``total``,
        ``standard_deviation`` (n - 1), ``value``, limits, ``statistic``, ``method``, ``confidence``, ``reason``. A
        group of one has a mean and no limits.

    Notes
    -----
    Exact for normal observations (Student, Biometrika 1908; 6: 1-25) and a good approximation for many others; not for
    a handful of very skewed ones.
    """
    groups, values = grouped(t, by), column(t, value, "value")
    known = ~np.isnan(values)
    n = groups.total(known.astype(float))
    total = groups.total(np.where(known, values, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.where(n > 0, total, np.nan)
        mean = total / n
        rest = np.where(known, values - mean[groups.code], 0.0)
        spread = np.sqrt(groups.total(rest**2) / np.where(n > 1, n - 1, np.nan))
        error = spread / np.sqrt(n)
    columns = estimate_columns(
        mean,
        lambda level: tuple(mean + side * special.stdtrit(n - 1, (1 + level) / 2) * error for side in (-1, 1)),
        confidence=confidence,
        statistic="mean",
        method="Student's t",
        reason=worded(np.where(n == 0, 1, np.where(n == 1, 2, 0)), REASONS),
    )
    return beside_keys(groups.keys, {"n": n.astype(int), "total": total, "standard_deviation": spread, **columns})
